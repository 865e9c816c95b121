"""How often one address may try to sign in, or a code. In memory: a restart forgets, the lock-out of names does not."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict

from galleria.domain.errors import TooManyError
from galleria.domain.time import Clock

_BURST = 20
_SECONDS = 6.0  # after a burst, a try each
_ADDRESSES = 10_000


class Throttle:
    """Counts tries by address; of the IPv6 addresses that one connection owns (a /64), all together."""

    def __init__(self, clock: Clock, doing: str = "to sign in") -> None:
        self._clock, self._doing = clock, doing
        self._lock = threading.Lock()
        self._empty_at: OrderedDict[str, float] = OrderedDict()  # when each address has its whole burst again

    def take(self, address: str) -> None:
        """Count a try.

        Raises:
            TooManyError: there were too many of late; this one does not count.
        """
        key, now = _network(address), self._clock.now()
        with self._lock:
            full = max(now, self._empty_at.pop(key, now))
            wait = full - now - (_BURST - 1) * _SECONDS
            self._empty_at[key] = full if wait > 0 else full + _SECONDS
            while len(self._empty_at) > _ADDRESSES:
                self._empty_at.popitem(last=False)
        if wait > 0:
            problem = f"there were too many tries {self._doing} from this address"
            raise TooManyError(problem, f"Try again in {wait:.0f} seconds.", wait)

    def restore(self, address: str) -> None:
        """The last try that counted was no failure: it counts no longer."""
        key = _network(address)
        with self._lock:
            if key in self._empty_at:
                self._empty_at[key] -= _SECONDS


def _network(address: str) -> str:
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped is None:
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)
