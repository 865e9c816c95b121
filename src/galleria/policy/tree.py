"""A hash tree that only grows, as in RFC 6962: heads, and proofs that an entry is in it and that it only grew."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256().digest()  # head of a tree without leaves


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry; that of a node never looks like it."""
    return hashlib.sha256(b"\x00" + entry).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """The head of a growing tree; it keeps one hash for each bit of its size, not its leaves."""

    def __init__(self, leaves: Sequence[bytes] = ()) -> None:
        self.size = 0
        self._peaks: list[bytes] = []  # heads of full subtrees, the greatest first: one for each 1 in the size
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash."""
        self._peaks.append(leaf)
        self.size += 1
        lowest = self.size
        while lowest % 2 == 0:  # two full subtrees of one height became one
            right, left = self._peaks.pop(), self._peaks.pop()
            self._peaks.append(_node(left, right))
            lowest //= 2

    def head(self) -> bytes:
        if not self._peaks:
            return EMPTY
        found = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            found = _node(peak, found)
        return found


def prove_inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from a leaf to the head.

    Args:
        leaves: leaf hashes of the whole tree.
        index: of the leaf.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        problem = f"no leaf {index} in a tree of {len(leaves)}"
        raise IndexError(problem)
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if index < split:
        return [*prove_inclusion(left, index), Tree(right).head()]
    return [*prove_inclusion(right, index - split), Tree(left).head()]


def included(leaf: bytes, index: int, size: int, head: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that a leaf hash is at that index of the tree of that size and head (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node % 2 or node == last:
            found = _node(step, found)
            while node and node % 2 == 0:
                node, last = node // 2, last // 2
        else:
            found = _node(found, step)
        node, last = node // 2, last // 2
    return last == 0 and found == head


def prove_consistency(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """The hashes that show that the tree of the first `old` leaves is the beginning of this one.

    Raises:
        IndexError: there were never so many leaves, or less than one.
    """
    if not 0 < old <= len(leaves):
        problem = f"no tree of {old} leaves in one of {len(leaves)}"
        raise IndexError(problem)
    return _grown(leaves, old, whole=True)


def _grown(leaves: Sequence[bytes], old: int, *, whole: bool) -> list[bytes]:
    """`whole`: the old tree is complete here, so that whoever checks has its head already."""
    if old == len(leaves):
        return [] if whole else [Tree(leaves).head()]
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if old <= split:
        return [*_grown(left, old, whole=whole), Tree(right).head()]
    return [*_grown(right, old - split, whole=False), Tree(left).head()]


def consistent(old: int, old_head: bytes, size: int, head: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree of `old` leaves is the beginning of that of `size` (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= size:
        return False
    if old == size:
        return not proof and old_head == head
    steps = [old_head, *proof] if old & (old - 1) == 0 else list(proof)
    if not steps:
        return False
    node, last = old - 1, size - 1
    while node % 2:
        node, last = node // 2, last // 2
    was = now = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node % 2 or node == last:
            was, now = _node(step, was), _node(step, now)
            while node and node % 2 == 0:
                node, last = node // 2, last // 2
        else:
            now = _node(now, step)
        node, last = node // 2, last // 2
    return last == 0 and (was, now) == (old_head, head)


def _split(size: int) -> int:
    """The greatest power of two below a size of 2 or more."""
    return 1 << (size - 1).bit_length() - 1
