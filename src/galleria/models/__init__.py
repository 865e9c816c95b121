"""Cards into cached, verified networks and running inference sessions."""

from .cards import Entry
from .catalogue import DEFAULT, all_cards, find_card
from .load import load_network
from .precision import choose_variant

__all__ = ["DEFAULT", "Entry", "all_cards", "choose_variant", "find_card", "load_network"]
