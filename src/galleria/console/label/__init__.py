"""The labelling page: a clip with blurred heads plays in a browser, key presses become a truth file.

Must not know how the clip was made, nor how truth is compared with counts.
"""

from .clip import PreparedClip
from .desk import Desk
from .server import LabelServer

__all__ = ["Desk", "LabelServer", "PreparedClip"]
