"""Cards into running networks."""

from __future__ import annotations

from .cache import read_network
from .cards import Entry
from .checks import check_fit
from .engines import LoadedNetwork, start
from .precision import choose_variant


def load_network(entry: Entry, variant: str = "auto", engine: str = "onnxruntime", threads: int = 1) -> LoadedNetwork:
    """Load a network that is on this machine, checked against its card.

    Args:
        entry: the card, from `find_card`.
        variant: `fp32`, `int8` or `auto`.
        engine: `onnxruntime` or `openvino`.
        threads: that one run may use; 0: as many as the machine has.

    Raises:
        ModelMissingError: it has not been pulled.
        ModelMismatchError: its hash differs, or it does not fit its card.
        ModelError: there is no such variant or engine.
    """
    network = start(read_network(entry, choose_variant(entry, variant)), engine, threads)
    check_fit(entry, network)
    return network
