"""Mistakes in a site file: each is told once, at its place, with a remedy."""

import re

import pytest

from galleria.domain.errors import SiteFileError


def assert_told(read, good, mistake, *, besides=None):
    """Check one; returns what is told.

    Args:
        read: reads a site file's text as `shop/site.yaml`.
        good: a text without mistakes.
        besides: what else is told because of it, in a line of its own.
        mistake: what of it is replaced; by what, `§` before the place that is to be told; problem; remedy.
    """
    old, new, what, remedy = mistake
    assert good.count(old) >= 1
    marked = good.replace(old, new, 1)
    with pytest.raises(SiteFileError) as caught:
        read(marked.replace("§", ""))
    lines = caught.value.problem.splitlines()
    (told,) = [line for line in lines if besides is None or besides not in line]
    assert len(lines) == (1 if besides is None else 2)
    place = re.fullmatch(r"shop/site\.yaml:(\d+):(\d+): (.+?); (.+)", told)
    assert place, told
    assert what in place[3]
    assert remedy in place[4]
    if "§" in marked:
        before = marked[: marked.index("§")]
        assert (int(place[1]), int(place[2])) == (before.count("\n") + 1, len(before) - before.rfind("\n"))
    return told
