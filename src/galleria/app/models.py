"""Use-cases on models: list, get, check, carry to another machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from galleria.domain.errors import GalleriaError
from galleria.models.bundle import install_bundle, write_bundle
from galleria.models.cache import is_cached, network_path, read_network
from galleria.models.cards import Entry
from galleria.models.catalogue import DEFAULT, all_cards, find_card
from galleria.models.checks import check_fit, check_golden
from galleria.models.clients import Progress, silent
from galleria.models.engines import start
from galleria.models.obtain import obtain
from galleria.models.precision import choose_variant, integers_are_exact

__all__ = ["DEFAULT", "Entry", "Progress", "Verdict", "bundle", "ensure", "find_card", "listing", "pull", "verify"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found for one variant: `state` in words; `error` when something is wrong."""

    entry: Entry
    variant: str
    state: str
    error: GalleriaError | None = None


def listing() -> list[tuple[Entry, list[str]]]:
    """Return every known card with the variants that are on this machine."""
    return [(entry, [v for v in entry.variants if is_cached(entry, v)]) for entry in all_cards()]


def ensure(entry: Entry, variant: str = "auto", progress: Progress = silent) -> Path:
    """Return the network's file, pulled when it is not on this machine yet.

    Args:
        entry: the card.
        variant: `fp32`, `int8` or `auto`.
        progress: told about every step of a pull.

    Raises:
        ModelError: there is no such variant, or it cannot be had (its subclasses say why).
    """
    chosen = choose_variant(entry, variant)
    path = network_path(entry, chosen)
    if not is_cached(entry, chosen) and not entry.local:
        obtain(entry, progress)
    read_network(entry, chosen)
    return path


def pull(entry: Entry, progress: Progress = silent, bundle_path: Path | None = None) -> list[Path]:
    """Put all variants of a card into the cache, from its package or from a bundle."""
    if bundle_path is not None:
        return install_bundle(bundle_path, [entry])
    return obtain(entry, progress)


def verify(entries: Sequence[Entry]) -> list[Verdict]:
    """Check hash, fit and golden answers of every variant of some cards."""
    return [_verify(entry, variant) for entry in entries for variant in entry.variants]


def _verify(entry: Entry, variant: str) -> Verdict:
    try:
        content = read_network(entry, variant)
        if variant == "int8" and not integers_are_exact():
            return Verdict(entry, variant, "hash is right; not run: this processor has no VNNI and uses fp32")
        network = start(content, "onnxruntime", 1)
        check_fit(entry, network)
        share = check_golden(entry, variant, network)
    except GalleriaError as error:
        return Verdict(entry, variant, str(error), error)
    if not entry.variants[variant].golden:
        return Verdict(entry, variant, "hash is right, fits its card; the card has no golden answers")
    return Verdict(entry, variant, f"hash and golden answers are right (largest difference {share:.0%} of tolerance)")


def bundle(entries: Sequence[Entry], path: Path, progress: Progress = silent) -> Path:
    """Write an archive with all variants of some cards, pulled first where they are missing."""
    for entry in entries:
        if not all(is_cached(entry, variant) for variant in entry.variants):
            obtain(entry, progress)
    return write_bundle(entries, path)
