"""Pictures: figures drawn into a plate, as a camera would see them."""
