"""Reads a card's codec settings; what has the wrong type is refused with the option's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn

from galleria.domain.errors import ModelMismatchError

Options = Mapping[str, object]

LARGEST = 20.0  # exponents of sizes above this only come from garbage, and would overflow


def number(options: Options, name: str, default: float) -> float:
    """Return a number, or the default when the card says nothing."""
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refused(name, value, "a number")
    return value


def numbers(options: Options, name: str, default: Sequence[float]) -> tuple[float, ...]:
    """Return a list of numbers, or the default when the card says nothing."""
    value = options.get(name, default)
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise _refused(name, value, "a list of numbers")
    for item in value:
        if isinstance(item, bool) or not isinstance(item, int | float):
            raise _refused(name, value, "a list of numbers")
    return tuple(value)


def flag(options: Options, name: str) -> bool:
    """Return a yes or no; no when the card says nothing."""
    value = options.get(name, False)
    if not isinstance(value, bool):
        raise _refused(name, value, "true or false")
    return value


def choice(options: Options, name: str, allowed: Sequence[str]) -> str:
    """Return one of the allowed words; the first when the card says nothing."""
    value = options.get(name, allowed[0])
    if value not in allowed:
        raise _refused(name, value, "one of " + ", ".join(allowed))
    return str(value)


def refuse(codec: str, problem: str) -> NoReturn:
    """Raise the error for outputs that are not what a codec expects."""
    remedy = "Check the codec and its options in the model card against the network's outputs."
    raise ModelMismatchError("codec " + codec + ": " + problem, remedy)


def _refused(name: str, value: object, wanted: str) -> ModelMismatchError:
    return ModelMismatchError(f"codec option {name} is {value!r}", f"Make it {wanted} in the model card.")
