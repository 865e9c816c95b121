"""Signs what a site's audit came to, now and then: heads into the records and into a file of their own.

The tree grows from the leaf hashes that lie beside entries, in memory: an entry costs one hash when it is written, and
one read when it is signed.
"""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import func, select

from galleria.domain.time import Clock
from galleria.policy.audit import Head, sign_head
from galleria.policy.tree import Tree
from galleria.storage.audit_heads import HEADS, append_head
from galleria.storage.audit_key import AuditKey, load_key, make_key
from galleria.storage.records import AuditEntry, AuditHead, Records

SIGNED_EVERY = 600.0  # seconds after which a new entry is signed
SIGNED_AT = 100  # new entries that are signed at once
_LOOKED_EVERY = 10.0  # seconds between two looks for new entries
_log = logging.getLogger(__name__)


class AuditHeads:
    """Signs heads. Used by one thread at a time.

    Args:
        records: whose audit it is.
        folder: of the site: the key and the file of heads lie in it. A key is made if there is none.
        site: its id: names the log when the key is made.
        clock: tells when heads are signed.

    Raises:
        StoreError: the key cannot be read or made; from other methods: entries cannot be read, or a head not written.
    """

    def __init__(self, records: Records, folder: Path, site: str, clock: Clock) -> None:
        self._records, self._file, self._clock = records, folder / HEADS, clock
        self._key = load_key(folder) or self._new_key(folder, site)
        self._tree: Tree | None = None  # of all entries up to the one of the id `_last`
        self._last = 0
        self._signed = (0, float("-inf"))  # size and time of the newest head
        self._looked = float("-inf")

    def turn(self) -> None:
        """Sign if it is time to: called every second or so."""
        now = self._clock.now()
        if 0 <= now - self._looked < _LOOKED_EVERY:
            return
        self._looked = now
        tree = self._grown_tree()
        size, when = self._signed
        if tree.size - size >= SIGNED_AT or (tree.size > size and not 0 <= now - when < SIGNED_EVERY):
            self._sign(tree)

    def sign(self) -> None:
        """Sign what is not signed yet: at the end."""
        tree = self._grown_tree()
        if tree.size > self._signed[0]:
            self._sign(tree)

    def _grown_tree(self) -> Tree:
        tree = self._tree or self._begun_tree()
        with self._records.read() as reading:
            rows = reading.execute(
                select(AuditEntry.id, AuditEntry.leaf).where(AuditEntry.id > self._last).order_by(AuditEntry.id)
            ).all()
        for row in rows:
            tree.append(_leaf(row.leaf))
            self._last = row.id
        return tree

    def _begun_tree(self) -> Tree:
        """The tree as far as it was signed, and a look whether it is what was signed."""
        newest = select(AuditHead).order_by(AuditHead.size.desc(), AuditHead.id.desc()).limit(1)
        with self._records.read() as reading:
            head = reading.scalar(newest)
            size, root, when = (head.size, head.root, head.time) if head else (0, Tree().head().hex(), float("-inf"))
            asked = select(AuditEntry.id, AuditEntry.leaf).order_by(AuditEntry.id).limit(size)
            rows = reading.execute(asked).all()
        tree = Tree([_leaf(row.leaf) for row in rows])
        if tree.size != size or tree.head().hex() != root:
            # It goes on: new entries are signed as they are, and earlier heads go on telling what is wrong.
            _log.error("the audit is not what was signed: run `galleria audit verify`", extra={"event": "audit-wrong"})
        self._last, self._signed, self._tree = rows[-1].id if rows else 0, (tree.size, when), tree
        return tree

    def _sign(self, tree: Tree) -> None:
        head = sign_head(self._key.private, self._key.log, tree, self._clock.now())
        with self._records.write() as writing:
            writing.add(_row(head))
        self._signed = head.size, head.time
        append_head(self._file, head)

    def _new_key(self, folder: Path, site: str) -> AuditKey:
        with self._records.read() as reading:
            signed = reading.scalar(select(func.count()).select_from(AuditHead))
        if signed:
            _log.error("the key of the audit is gone, and a new one is made", extra={"event": "audit-key-new"})
        return make_key(folder, site)


def _row(head: Head) -> AuditHead:
    signature = head.signature.hex()
    return AuditHead(log=head.log, size=head.size, root=head.root.hex(), time=head.time, signature=signature)


def _leaf(text: str) -> bytes:
    """A leaf hash as it lies there; of one that was altered into no hash, what it is worth."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
