from pathlib import Path

import pytest

from galleria.domain.catalogue import CATALOGUE

DOCS = (Path(__file__).parents[2] / "docs" / "measures.md").read_text("utf-8")


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=list(CATALOGUE))
def test_the_docs_say_what_the_catalogue_says(entry):
    of = ", ".join(entry.of)
    row = (
        f"| {entry.title} (`{entry.name}`) | {entry.meaning} | {entry.unit} | {of} | {entry.coverage} | {entry.error} |"
    )
    assert row in DOCS


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=list(CATALOGUE))
def test_each_is_said_in_one_sentence(entry):
    assert entry.meaning.endswith(".")
    assert entry.coverage.endswith(".")
    assert entry.error.endswith(".")
    assert ". " not in entry.meaning
