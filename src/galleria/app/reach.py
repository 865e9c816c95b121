"""What of a site somebody may ask about: a tenant its own unit, the mall everything, everybody else nothing.

The one place that says so. A route that needs `Right.SEE_UNIT` or `Right.EXPORT_UNIT` lets tenants in, and gives no
number of anything that is not within their reach.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from galleria.domain.access import Actor, Right, Role
from galleria.domain.errors import InputError, NotFoundError
from galleria.domain.site import Queue, Shop, Site

from .flow_query import Subject

_EVERYTHING = frozenset({Right.SEE_MEASURES, Right.EXPORT})


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody may ask about.

    Attributes:
        everything: whether it is the whole site; the rest then says what there is.
        shops: those that may be asked about, in the order of the site file.
        queues: likewise.
        keys: of the subjects of a tenant: its shop, and that shop's lines and zones.
    """

    everything: bool
    shops: tuple[Shop, ...]
    queues: tuple[Queue, ...]
    keys: frozenset[str]

    @classmethod
    def of(cls, actor: Actor, site: Site) -> Reach:
        """The reach of somebody at a site as it is now: a shop that is gone from it takes everything with it."""
        if actor.rights & _EVERYTHING:
            return cls(everything=True, shops=site.shops, queues=site.queues, keys=frozenset())
        named = actor.shop if actor.may(Right.SEE_UNIT) else ""
        own = tuple(shop for shop in site.shops if named and shop.id == named)
        keys = {
            key
            for shop in own
            for key in (
                f"shop:{shop.id}",
                *(f"tripwire:{line}" for line in shop.tripwires),
                *(f"zone:{zone}" for zone in shop.zones),
            )
        }
        names = {shop.id for shop in own}
        queues = tuple(queue for queue in site.queues if queue.shop in names)
        return cls(everything=False, shops=own, queues=queues, keys=frozenset(keys))

    def subjects(self, known: Iterable[Subject]) -> list[Subject]:
        """Those that may be asked about, of those that there are."""
        return [subject for subject in known if self.everything or subject.key in self.keys]

    def shop(self, shop: str) -> Shop:
        """One of the shops.

        Raises:
            NotFoundError: it is not within reach; the same whether or not there is one of that id.
        """
        found = next((each for each in self.shops if each.id == shop), None)
        if found is None:
            problem = f"there is no shop {shop[:60]!r}"
            raise NotFoundError(problem, "Name one under `shops:` of the site file that is yours to see.")
        return found

    def queue(self, queue: str) -> Queue:
        """One of the queues.

        Raises:
            NotFoundError: likewise.
        """
        found = next((each for each in self.queues if each.id == queue), None)
        if found is None:
            problem = f"there is no queue {queue[:60]!r}"
            raise NotFoundError(problem, "Name one under `queues:` of the site file that is yours to see.")
        return found


def check_shop(site: Site, role: Role, shop: str) -> None:
    """Make sure that a tenant is given a shop that the site has.

    Raises:
        InputError: it has none of that id.
    """
    if role is Role.TENANT and shop not in {each.id for each in site.shops}:
        problem = f"the site has no shop {shop[:60]!r}" if shop else "a tenant needs a shop"
        raise InputError(problem, "Choose one of those under `shops:` of the site file.")
