"""Fixtures of the capture tests."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

NOBODY = 65534


@pytest.fixture
def unprivileged() -> Callable[[], AbstractContextManager[None]]:
    """Gives up root's rights for a while: root may read and write everything, so that nothing would be refused."""

    @contextmanager
    def down() -> Iterator[None]:
        user = os.geteuid()
        if user == 0:
            os.seteuid(NOBODY)
        try:
            yield
        finally:
            if user == 0:
                os.seteuid(user)

    return down
