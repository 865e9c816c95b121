"""What is being labelled: the truth so far and the file it is kept in."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from galleria.domain.errors import TruthError
from galleria.domain.truth import Truth, TruthLine
from galleria.storage.truth import parse_truth, read_truth, truth_document, write_truth

from .clip import PreparedClip

SAME = 1e-3  # shares of the picture: files keep hundredths of pixels


class Desk:
    """The truth of one clip while somebody labels it. Every change is on disk before it is acknowledged.

    Args:
        path: the truth file; labelling goes on where it stopped when it exists.
        video: the clip's file name.
        clip: what is shown.
        lines: to be labelled; those the file has already stay as they are.

    Raises:
        TruthError: the file exists and cannot be read, or has one of the lines elsewhere in the picture.
    """

    def __init__(self, path: Path, video: str, clip: PreparedClip, lines: Sequence[TruthLine] = ()) -> None:
        self.path = path
        self._size = (clip.width, clip.height)
        self._revision = 0
        self._lock = threading.Lock()
        known = Truth((), video, self._size, round(clip.rate, 3), len(clip.times))
        self._truth = self._joined(read_truth(path, self._size) if path.exists() else known, lines)

    def _joined(self, truth: Truth, lines: Sequence[TruthLine]) -> Truth:
        there = {line.id: line for line in truth.lines}
        for line in lines:
            known = there.setdefault(line.id, line)
            if not _same_place(known, line):
                problem = f"{self.path} has the line {line.id!r} at another place in the picture"
                raise TruthError(problem, "Name another truth file with -o, or give the line another name.")
        return Truth(tuple(there.values()), truth.video, truth.size, truth.fps, truth.frames, truth.notes)

    @property
    def crossings(self) -> int:
        """How many are labelled."""
        with self._lock:
            return sum(len(line.crossings or ()) for line in self._truth.lines)

    def shown(self) -> dict[str, object]:
        """What the page needs to go on: the document, its revision, and where it is kept."""
        with self._lock:
            document = truth_document(self._truth)
            return {"document": document, "revision": self._revision, "path": str(self.path.resolve())}

    def save(self, document: object, revision: int) -> int | None:
        """Check a changed document and write it to the file.

        Args:
            document: the whole truth in the format of truth files.
            revision: the one the change was made to.

        Returns:
            the new revision; None when another page has changed the truth since, and nothing was written.

        Raises:
            TruthError: the document is wrong.
            StoreError: the file cannot be written.
        """
        truth = parse_truth(document, "the page", self._size)
        with self._lock:
            if revision != self._revision:
                return None
            write_truth(self.path, truth)
            self._truth = truth
            self._revision += 1
            return self._revision


def _same_place(one: TruthLine, other: TruthLine) -> bool:
    mine, its = (*one.segment.a, *one.segment.b), (*other.segment.a, *other.segment.b)
    back = (*other.segment.b, *other.segment.a)
    return any(all(abs(a - b) < SAME for a, b in zip(mine, way, strict=True)) for way in (its, back))
