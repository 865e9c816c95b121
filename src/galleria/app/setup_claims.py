"""Whether a line or a zone may go: shops and queues that name it keep it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from galleria.domain.errors import InputError

from .setup_yaml import Document


def check_claims(document: Document, camera: Mapping[str, Any], kept: Iterable[str] = ()) -> None:
    """Refuse to remove what a shop or a queue names.

    Args:
        document: the site file as it is.
        camera: the block whose lines and zones are replaced.
        kept: ids of the lines and zones that stay.

    Raises:
        InputError: a shop or a queue names one that would go.
    """
    stay = set(kept)
    gone = {kind: _ids(camera, kind) - stay for kind in ("tripwires", "zones")}
    for kind, name, owner in _claims(document.root):
        if name in gone[kind]:
            what = "line" if kind == "tripwires" else "zone"
            problem = f"the {what} {name!r} cannot be removed: the {owner} names it"
            raise InputError(problem, f"Take it out of the {owner} in the site file first, or keep the {what}.")


def _ids(camera: Mapping[str, Any], kind: str) -> set[str]:
    return {str(block.get("id")) for block in camera.get(kind) or ()}


def _claims(root: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for shop in root.get("shops") or ():
        owner = f"shop {str(shop.get('id'))!r}"
        yield from (("tripwires", str(name), owner) for name in shop.get("lines") or ())
        yield from (("zones", str(name), owner) for name in shop.get("zones") or ())
    for queue in root.get("queues") or ():
        owner = f"queue {str(queue.get('id'))!r}"
        yield from (("zones", str(queue[key]), owner) for key in ("zone", "service") if queue.get(key))
