"""The outbox's deliveries, kept in the site's records."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar

from sqlalchemy import delete, func, or_, select, update

from galleria.notify.ports import MARGIN, Delivery, DeliveryState, Letter
from galleria.storage.records import Delivery as Row
from galleria.storage.records import Records

_T = TypeVar("_T")
_CHUNK = 500  # databases limit how many values one statement may carry


class RecordedDeliveries:
    """Implements `galleria.notify.ports.DeliveryStore` on the records; shared by all threads."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def put(self, target: str, letters: Sequence[Letter], now: float) -> int:
        wanted = {letter.event: letter for letter in letters}
        with self._records.write() as session:
            for chunk in _chunks(list(wanted)):
                for known in session.scalars(
                    select(Row.message).where(Row.target == target, Row.message.in_(chunk))
                ).all():
                    del wanted[known]
            session.add_all(_row(target, letter, now) for letter in wanted.values())
        return len(wanted)

    def due(self, target: str, now: float, most: int) -> list[Delivery]:
        asked = select(Row).where(
            Row.target == target, Row.state == DeliveryState.WAITING.value, Row.next_try <= now
        )  # fmt: skip
        with self._records.read() as session:
            return [_delivery(row) for row in session.scalars(asked.order_by(Row.id).limit(most))]

    def settle(self, deliveries: Sequence[Delivery]) -> None:
        with self._records.write() as session:
            for d in deliveries:
                session.execute(
                    update(Row)
                    .where(Row.id == d.id)
                    .values(state=d.state.value, tries=d.tries, next_try=d.due, answer=d.problem, ended=d.settled)
                )

    def listed(self, state: DeliveryState, most: int) -> list[Delivery]:
        asked = select(Row).where(Row.state == state.value).order_by(Row.id.desc()).limit(most)
        with self._records.read() as session:
            return [_delivery(row) for row in session.scalars(asked)]

    def depth(self) -> dict[tuple[str, DeliveryState], int]:
        asked = select(Row.target, Row.state, func.count()).group_by(Row.target, Row.state)
        with self._records.read() as session:
            rows = session.execute(asked.where(Row.state != DeliveryState.DONE.value)).all()
        return {(target, DeliveryState(state)): count for target, state, count in rows}

    def revive(self, ids: Collection[int], now: float) -> int:
        revived = 0
        fresh = {"state": DeliveryState.WAITING.value, "created": now, "next_try": now, "tries": 0, "ended": None}
        with self._records.write() as session:
            for chunk in _chunks(list(ids)):
                dead = select(Row).where(Row.id.in_(chunk), Row.state == DeliveryState.DEAD.value)
                for row in session.scalars(dead).all():
                    for name, value in fresh.items():
                        setattr(row, name, value)
                    revived += 1
        return revived

    def newest(self, target: str) -> float | None:
        with self._records.read() as session:
            asked = select(Row.created).where(Row.target == target).order_by(Row.id.desc()).limit(1)
            return session.scalar(asked)

    def erase(self, kind: str, naming: str) -> int:
        with self._records.write() as session:
            mine = (Row.kind == kind) & Row.body.contains(naming, autoescape=True)
            gone = session.scalar(select(func.count()).select_from(Row).where(mine)) or 0
            session.execute(delete(Row).where(mine))
        return gone

    def forget(self, done_before: float, dead_before: float) -> int:
        old = or_(
            (Row.state == DeliveryState.DONE.value) & (Row.ended < done_before),
            (Row.state == DeliveryState.DEAD.value) & (Row.ended < dead_before),
        )
        gone = 0
        with self._records.read() as session:  # it looks at every row: nobody waits for that
            newest = session.execute(select(Row.target, func.max(Row.created)).group_by(Row.target)).all()
        with self._records.write() as session:
            for target, at in newest:
                mine = old & (Row.target == target) & (Row.created < at - MARGIN)
                gone += session.scalar(select(func.count()).select_from(Row).where(mine)) or 0
                session.execute(delete(Row).where(mine))
        return gone


def _row(target: str, letter: Letter, now: float) -> Row:
    return Row(
        channel=target.partition(":")[0],
        target=target,
        message=letter.event,
        kind=letter.kind,
        body=letter.body,
        created=now,
        state=DeliveryState.WAITING.value,
        tries=0,
        next_try=now,
        answer="",
    )


def _delivery(row: Row) -> Delivery:
    letter = Letter(row.message, row.kind, row.body)
    state = DeliveryState(row.state)
    return Delivery(row.id, row.target, letter, row.created, row.tries, row.next_try, row.answer, state, row.ended)


def _chunks(values: Sequence[_T]) -> list[Sequence[_T]]:
    return [values[i : i + _CHUNK] for i in range(0, len(values), _CHUNK)]
