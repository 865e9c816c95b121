"""Checks a site's audit against its signed heads, and against a key and heads that were kept elsewhere.

It reads files as they lie there, so the site may be running, or lie in a copy on another machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from galleria.domain.errors import StoreError
from galleria.policy.audit import Finding, Head, Trouble, signed_by, verify
from galleria.policy.tree import leaf_hash
from galleria.storage.audit_heads import HEADS, HeadLines, head_text, read_heads
from galleria.storage.audit_key import AuditKey, load_key, public_text
from galleria.storage.records.audit_rows import AuditRows, read_last_head, read_rows

RECORDS = "records.db"


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking an audit came to.

    Attributes:
        entries: there are.
        vouched: the first so many are what was signed.
        signed: when the newest of the heads that hold was signed, seconds since 1970-01-01 UTC; None: there is none.
        findings: what is wrong, in sentences; entries are named by their ids. None: all is well, and what comes after
            the vouched ones is only not signed yet.
    """

    entries: int
    vouched: int
    signed: float | None
    findings: tuple[str, ...]


def check_audit(folder: Path, key: Ed25519PublicKey | None = None, kept: Sequence[Head] = ()) -> Checked:
    """Check the audit of the site in a folder.

    Args:
        folder: of the site.
        key: public key that was kept elsewhere; None: the one that the site has, which proves less.
        kept: heads that were kept elsewhere.

    Raises:
        StoreError: records or key are absent or cannot be read.
    """
    own = _key(folder)
    rows, lines = read_rows(folder / RECORDS), read_heads(folder / HEADS)
    heads = list(dict.fromkeys([*rows.heads, *lines.heads, *kept]))
    verdict = verify(rows.entries, rows.leaves, heads, own.log, key or own.public)
    findings = [
        *_of_key(own, key),
        *_of_file(rows, lines),
        *_gaps(rows.ids),
        *(_said(finding, rows.ids) for finding in verdict.findings),
        *_apart(rows, verdict.findings),
    ]
    holding = [
        head.time for head in heads if head.size == verdict.vouched > 0 and signed_by(head, own.log, key or own.public)
    ]
    return Checked(verdict.size, verdict.vouched, max(holding, default=None), tuple(findings))


def last_head(folder: Path) -> str:
    """The newest signed head as a line, to be kept elsewhere.

    Raises:
        StoreError: there is none, or the records cannot be read.
    """
    head = read_last_head(folder / RECORDS)
    if head is None:
        problem = f"nothing of the audit in {folder} was signed yet"
        raise StoreError(problem, "Let the site run: it signs every ten minutes, and when it stops.")
    return head_text(head)


def public_key(folder: Path) -> str:
    """The public key of a site's audit as PEM. Raises StoreError."""
    return public_text(_key(folder).public)


def _key(folder: Path) -> AuditKey:
    key = load_key(folder)
    if key is None:
        problem = f"there is no key of an audit in {folder}"
        raise StoreError(problem, "Name the right site; if it did run, restore the key from a backup.")
    return key


def _of_key(own: AuditKey, key: Ed25519PublicKey | None) -> Iterator[str]:
    if key and key.public_bytes_raw() != own.public.public_bytes_raw():
        yield "the site's key is not the one that was kept: it was replaced"


def _of_file(rows: AuditRows, lines: HeadLines) -> Iterator[str]:
    yield from (f"line {number} of {HEADS} is no head" for number in lines.bad)
    # Heads are written into the records first.
    if gone := set(lines.heads) - set(rows.heads):
        sizes = ", ".join(str(head.size) for head in sorted(gone, key=lambda head: head.size)[-3:])
        yield f"the records lack {len(gone)} of the heads in {HEADS} (of {sizes} entries)"


def _gaps(ids: Sequence[int]) -> Iterator[str]:
    for before, after in pairwise([0, *ids]):
        if after == before + 2:
            yield f"entry {before + 1} is missing"
        elif after > before + 2:
            yield f"entries {before + 1} to {after - 1} are missing"


def _said(finding: Finding, ids: Sequence[int]) -> str:
    """A finding with the entries' ids for their places."""
    if finding.trouble not in (Trouble.ALTERED, Trouble.LEAF):
        return finding.says
    first, last = ids[finding.first], ids[finding.last]
    if finding.trouble is Trouble.LEAF:
        return f"the leaf hash beside entry {first} was altered"
    if first == last:
        return f"entry {first} was altered"
    return f"one of the entries {first} to {last} was altered, added or removed"


def _apart(rows: AuditRows, findings: Sequence[Finding]) -> Iterator[str]:
    """Entries that their leaf hashes do not fit and no head told apart: not signed yet, or after something worse."""
    told = {one.first for one in findings if one.first == one.last and one.trouble is not Trouble.FORGED}
    for n, (id_, entry, leaf) in enumerate(zip(rows.ids, rows.entries, rows.leaves, strict=True)):
        if n not in told and leaf_hash(entry) != leaf:
            yield f"entry {id_}, or the leaf hash beside it, was altered"
