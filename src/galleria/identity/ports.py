"""What identity needs from others: leave to handle templates, and labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from galleria.domain.purpose import Purpose

# Gives a new label: 128 random bits as 32 hexadecimal digits, never made from a template.
LabelSource: TypeAlias = Callable[[], str]


class Permit(Protocol):
    """Leave to handle templates; only the room `policy` makes one that is real."""

    def demand(self, purpose: Purpose, camera: str, now: float) -> None:
        """Raise unless this camera may be used for this purpose now.

        Args:
            purpose: what for.
            camera: id of the camera that the template comes from.
            now: capture time, seconds since 1970-01-01 UTC.

        Raises:
            GalleriaError: it has expired, was revoked, or is for something else.
        """
        ...
