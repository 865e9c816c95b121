"""The renderer: people put into the plates of the empty mall."""

from .compose import Renderer
from .plate import Plate, PlateError
from .stock import Actor, Prop, Stock

__all__ = ["Actor", "Plate", "PlateError", "Prop", "Renderer", "Stock"]
