"""The audit: entries in a tree that only grows, under heads that are signed. What was changed or cut is found.

A log that was cut together with all heads beyond the cut cannot be told from a shorter one: keep the latest head
in another place too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from galleria.domain.errors import PolicyError

from .tree import EMPTY, Tree, leaf_hash

_FORM = "galleria audit head 1"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done. No names, no pictures, no templates.

    Attributes:
        time: seconds since 1970-01-01 UTC.
        actor: id of the user, token or program.
        action: what, e.g. `purpose.stopped`.
        subject: to what, e.g. `purpose:unique`.
        facts: what else is worth knowing.
    """

    time: float
    actor: str
    action: str
    subject: str = ""
    facts: Mapping[str, str | float | bool] = field(default_factory=dict)


def encode(entry: Entry) -> bytes:
    """The one form of an entry that is hashed: JSON in ASCII, keys in order, no blanks.

    Raises:
        PolicyError: a number is not finite, or a fact is neither text nor number nor truth value.
    """
    if not all(isinstance(key, str) and isinstance(value, str | float | int) for key, value in entry.facts.items()):
        problem = f"a fact of the entry {entry.action!r} is neither text nor number nor truth value"
        raise PolicyError(problem, "Write it as text.")
    fields = [float(entry.time), entry.actor, entry.action, entry.subject, dict(entry.facts)]
    try:
        return json.dumps(fields, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")
    except ValueError as error:
        problem = f"a number of the entry {entry.action!r} is not finite"
        raise PolicyError(problem, "Leave it out.") from error


@dataclass(frozen=True, slots=True)
class Head:
    """What a log came to at a moment, signed.

    Attributes:
        log: which log, e.g. the site's id; one line.
        size: entries.
        root: head of their tree.
        time: when it was signed, seconds since 1970-01-01 UTC.
        signature: Ed25519, of all the others.
    """

    log: str
    size: int
    root: bytes
    time: float
    signature: bytes = b""

    def signed_text(self) -> bytes:
        """What the signature is of."""
        return f"{_FORM}\n{self.log}\n{self.size}\n{self.root.hex()}\n{float(self.time)!r}\n".encode()


def sign_head(key: Ed25519PrivateKey, log: str, tree: Tree, time: float) -> Head:
    """The head of a tree as it stands, signed.

    Raises:
        PolicyError: the log's name is not one line of text.
    """
    if not log or len(log.splitlines()) != 1 or log != log.strip():
        problem = f"{log[:60]!r} cannot name a log"
        raise PolicyError(problem, "Use the site's id.")
    bare = Head(log, tree.size, tree.head(), time)
    return Head(log, bare.size, bare.root, time, key.sign(bare.signed_text()))


def signed_by(head: Head, log: str, key: Ed25519PublicKey) -> bool:
    """Whether a head is of that log, and signed with that key."""
    try:
        key.verify(head.signature, head.signed_text())
    except InvalidSignature:
        return False
    return head.log == log


class Trouble(StrEnum):
    """What is wrong with a log."""

    FORGED = "forged"  # a head is not signed by the key, or not of this log
    CUT = "cut"  # there were more entries
    ALTERED = "altered"  # an entry is not what was signed
    SPLIT = "split"  # two signed heads of one size differ
    LEAF = "leaf"  # an entry is in order, the leaf hash kept beside it is not


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a log.

    Attributes:
        first: number of the first entry that it may be, from 0.
        last: of the last.
        says: in a sentence.
    """

    trouble: Trouble
    first: int
    last: int
    says: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking a log came to.

    Attributes:
        size: entries there are.
        vouched: the first so many are what was signed; what comes after is wrong, or not signed yet.
        findings: in the order of entries; none: all is well.
    """

    size: int
    vouched: int
    findings: tuple[Finding, ...]


def verify(
    entries: Iterable[bytes], leaves: Sequence[bytes], heads: Iterable[Head], log: str, key: Ed25519PublicKey
) -> Verdict:
    """Check a log against its signed heads.

    Args:
        entries: encoded, in order.
        leaves: the leaf hashes that were kept beside them; with these an altered entry is found to the entry, without
            (pass none) between one head and the next.
        heads: all there are, in any order.
        log: which log it is to be.
        key: that the heads are to be signed with.
    """
    found = [leaf_hash(entry) for entry in entries]
    findings = []
    good: list[Head] = []
    for head in sorted(heads, key=lambda head: head.size):
        if not signed_by(head, log, key):
            says = f"the head of {head.size} entries is not signed by this log's key"
            findings.append(Finding(Trouble.FORGED, 0, max(head.size - 1, 0), says))
        elif good and good[-1].size == head.size and good[-1].root != head.root:
            says = f"two signed heads of {head.size} entries differ"
            findings.append(Finding(Trouble.SPLIT, 0, max(head.size - 1, 0), says))
        else:
            good.append(head)
    signed = max((head.size for head in good), default=0)
    if signed > len(found):
        says = f"{signed} entries were signed and {len(found)} are there"
        findings.append(Finding(Trouble.CUT, len(found), signed - 1, says))
    findings += _altered(found, leaves, good)
    roots = _roots(found, {head.size for head in good})
    vouched = max((head.size for head in good if roots.get(head.size) == head.root), default=0)
    return Verdict(len(found), vouched, tuple(sorted(findings, key=lambda one: (one.first, one.last))))


def _altered(found: Sequence[bytes], kept: Sequence[bytes], heads: Sequence[Head]) -> list[Finding]:
    """Entries that are not what the heads say, told by the kept leaf hashes where a head vouches for these."""
    sizes = {head.size for head in heads}
    of_found, of_kept = _roots(found, sizes), _roots(kept, sizes)
    findings: list[Finding] = []
    before = 0  # so many entries are accounted for
    for head in heads:
        here = range(before, min(head.size, len(found)))
        differ = [n for n in here if n < len(kept) and kept[n] != found[n]]
        if of_found.get(head.size) == head.root:
            findings += [Finding(Trouble.LEAF, n, n, f"the leaf hash beside entry {n} was altered") for n in differ]
        elif of_kept.get(head.size) == head.root:
            findings += [Finding(Trouble.ALTERED, n, n, f"entry {n} was altered") for n in differ]
        elif head.size <= len(found):
            findings.append(_between(before, head.size))
            # What is wrong here is wrong in every later head: nothing beyond can be told apart.
            break
        before = max(before, head.size)
    return findings


def _between(before: int, size: int) -> Finding:
    which = f"entry {before}" if before == size - 1 else f"one of the entries {before} to {size - 1}"
    return Finding(Trouble.ALTERED, before, size - 1, f"{which} was altered, added or removed")


def _roots(leaves: Sequence[bytes], sizes: set[int]) -> dict[int, bytes]:
    """The heads that a log had at some sizes, as far as it reaches."""
    tree = Tree()
    roots = {0: EMPTY}
    for leaf in leaves:
        tree.append(leaf)
        if tree.size in sizes:
            roots[tree.size] = tree.head()
    return roots
