"""The real face networks for tests of several rooms, or a loud skip."""

import pytest

from galleria.app.models import ensure
from galleria.domain.errors import ModelError
from galleria.models import find_card, load_network


def load(kind, name):
    """A step of that kind, of the card and its network."""
    try:
        entry = find_card(name)
        ensure(entry, "fp32")
        return kind(entry.card, load_network(entry, "fp32"))
    except ModelError as error:
        pytest.skip(f"A FACE NETWORK IS ABSENT: {error}")
