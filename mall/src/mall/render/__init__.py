"""The renderer: people put into the plates of the empty mall."""

from .plate import Plate, PlateError, load_plate, save_plate
from .renderer import Renderer
from .stock import Actor, Prop, Stock, Thing

__all__ = ["Actor", "Plate", "PlateError", "Prop", "Renderer", "Stock", "Thing", "load_plate", "save_plate"]
