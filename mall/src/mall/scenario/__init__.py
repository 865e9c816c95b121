"""What happens: people with plans walk through the mall, tick by tick, without pixels."""

from .played import play

__all__ = ["play"]
