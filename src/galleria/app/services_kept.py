"""Services of all queues as tables of blocks of days, made when they are first asked for, and kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from galleria.analytics.service_table import Seen, ServiceTable, seen
from galleria.domain.time import Bucket
from galleria.storage.studied import Block

from .packed import pack, unpack
from .studies import Studies
from .study_list import SERVICES
from .study_sums import blocks

_VIEW = "times"  # under which blocks are kept


def services_seen(studies: Studies, days: Sequence[Bucket]) -> Mapping[str, Seen]:
    """When services were, by queue of the site, over some trading days, one after another.

    Raises:
        StoreError: the studies cannot be read.
    """
    store, queues = studies.store, [queue.id for queue in studies.site.queues]
    known, turn = store.days(SERVICES.name), store.turn(SERVICES.name)
    begins = {date.fromisoformat(day.label).toordinal(): day.begin for day in days if day.label in known}
    if not begins or not queues:
        return {}
    # The newest one changes all the time.
    bounds = min(begins), min(max(begins) + 1, date.fromisoformat(max(known)).toordinal())
    parts, name = list(blocks([*begins], bounds)), hashlib.sha256(json.dumps(queues).encode()).hexdigest()[:16]
    kept = store.totals(SERVICES.name, _VIEW, parts, [name])
    tables, made = [], dict[Block, Mapping[str, bytes]]()
    for block in parts:
        body = kept[block].get(name)
        table = ServiceTable(*unpack(body)[1]) if body else _read(studies, queues, block)
        if not body:
            made[block] = {name: pack(None, [table.counts, table.begins, table.ends])}
        tables.append((np.array([begins[day] for day in block.days]), table))
    if made:
        store.put_totals(SERVICES.name, _VIEW, turn, made)
    return dict(zip(queues, seen(tables, len(queues)), strict=True))


def _read(studies: Studies, queues: Sequence[str], block: Block) -> ServiceTable:
    first, last = (date.fromordinal(block.days[n]) for n in (0, -1))
    known = studies.summaries(SERVICES, queues, first, last + timedelta(days=1))
    return ServiceTable.of(
        [known[queue] for queue in queues], [date.fromordinal(day).isoformat() for day in block.days]
    )
