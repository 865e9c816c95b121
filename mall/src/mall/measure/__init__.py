"""How the networks of the product, and others, see the footage."""
