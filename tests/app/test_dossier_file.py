"""Dossier files: nothing is lost, and nothing that was damaged is read."""

import json
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from dossiers import dossier, plain
from hypothesis import given
from hypothesis import strategies as st

from galleria.domain.errors import InputError, StoreError
from galleria.storage.dossierfile import parse_dossier, read_dossier, write_dossier

LONDON = Path(__file__).parents[1] / "london_dossier.json"


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    path = tmp_path_factory.mktemp("dossier") / "d.json"
    write_dossier(path, dossier())
    return json.loads(path.read_text("utf-8"))


def leaves(value, keys=()):
    """The way to every value that is no list and no object."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from leaves(item, (*keys, key))
    if not isinstance(value, dict | list):
        yield keys


def one_of_a_kind(document):
    """One leaf of each kind: rows of a table are alike."""
    found = {}
    for keys in leaves(document):
        found.setdefault(tuple("*" if isinstance(key, int) else key for key in keys), keys)
    return list(found.values())


def changed(document, keys, value):
    """The file with one value changed, or taken away."""
    copy = json.loads(json.dumps(document))
    inner = copy
    for key in keys[:-1]:
        inner = inner[key]
    if value is KeyError:
        del inner[keys[-1]]
    else:
        inner[keys[-1]] = value
    return json.dumps(copy).encode()


def place(keys):
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")


def refusal(content):
    with pytest.raises(InputError) as raised:
        parse_dossier(content, "d.json")
    assert raised.value.remedy == "Take the file as `galleria evaluate` wrote it, or evaluate again."
    assert raised.value.problem.startswith("d.json")
    return raised.value.problem


@pytest.mark.parametrize("made", [dossier, plain], ids=["everything", "little"])
def test_what_is_written_is_read_back(tmp_path, made):
    path = tmp_path / "d.json"
    write_dossier(path, made())
    assert read_dossier(path) == made()
    assert read_dossier(path).digest == made().digest
    assert [item.name for item in tmp_path.iterdir()] == ["d.json"]
    assert "subject-0" not in path.read_text("utf-8")


def test_a_value_of_another_type_is_refused_with_its_place(document):
    kinds = one_of_a_kind(document)
    assert len(kinds) > 80
    for keys in kinds:
        if keys == ("digest",):
            continue
        for wrong in ([], {"a": 1}, True):
            if isinstance(leaf(document, keys), bool) and wrong is True:
                continue
            assert place(keys) in refusal(changed(document, keys, wrong)), (keys, wrong)


def leaf(document, keys):
    for key in keys:
        document = document[key]
    return document


def test_a_value_that_was_changed_or_taken_away_is_refused(document):
    for keys in one_of_a_kind(document):
        value = leaf(document, keys)
        other = not value if isinstance(value, bool) else value + 1 if isinstance(value, int | float) else f"{value}x"
        refusal(changed(document, keys, other))
        problem = refusal(changed(document, keys, KeyError))
        # A list that became shorter is told of with the record that it belongs to.
        whole = place(keys[:1]) if int in map(type, keys) else place(keys)
        assert whole in problem or "digest" in problem, keys


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), 1e400])
def test_numbers_that_are_none_are_refused(document, value):
    assert "verification.fmr.high: is no finite number" in refusal(
        changed(document, ("verification", "fmr", "high"), value)
    )


@pytest.mark.parametrize("where", [(), ("verification",), ("groups", 0), ("groups", 0, "fmr"), ("calibration",)])
def test_a_key_that_is_not_known_is_refused(document, where):
    assert f"{place((*where, 'more'))}: is not known" in refusal(changed(document, (*where, "more"), 1))


@pytest.mark.parametrize(
    ("keys", "value", "problem"),
    [
        (("version",), 2, "version: is 2, not 1"),
        (("version",), None, "version: is None"),
        (("digest",), "0" * 64, "digest: is not that of the content"),
        (("digest",), KeyError, "digest: is not that of the content"),
        (("threshold",), 0.1, "digest: is not that of the content"),
        (("ends",), 2e9, "dossier: it does not end within twelve months"),
        (("target",), 0.0, "dossier: threshold or target is no such number"),
        (("model", "sha256"), "abc", "model: id, sha256"),
        (("verification", "fmr", "events"), -1, "verification.fmr: -1 of"),
        (("verification", "fmr", "trials"), 0, "verification.fmr: "),
        (("verification", "fmr", "low"), 0.9, "verification.fmr: "),
        (("verification", "fmr", "method"), "guess", "verification.fmr.method: "),
        (("verification", "eer", "low"), 0.9, "verification.eer: "),
        (("verification", "det", "fmr", 3), 2.0, "verification.det: "),
        (("verification", "det", "fmr"), [], "verification.det: columns of unequal length"),
        (("verification", "genuine", "counts", 0), -1, "verification.genuine: bins in disorder"),
        (("verification", "genuine", "edges"), [0.0], "verification.genuine: 1 edges"),
        (("identification", "galleries", 0, "size"), 0, "identification.galleries[0]: a gallery of 0"),
        (("calibration", "floor"), 0.0, "calibration: a floor of 0.0"),
        (("calibration", "fmr", 2), 0.0, "calibration: rates do not fall"),
        (("calibration", "scores", 2), -9.0, "calibration: scores do not rise"),
        (("labels", 0, "counts", 0, 0), -1, "labels[0]: a negative count"),
        (("labels", 0, "counts", 0), [], "labels[0]: not"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(document, keys, value, problem):
    assert problem in refusal(changed(document, keys, value))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "line 1, column 1: not JSON"),
        (b'{"version": 1,\n oops}', "line 2, column 2: not JSON"),
        (b"\xff{}", "byte 0: not UTF-8"),
        (b"[]", "is not an object"),
        (b"{}", "version: is None"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"version": 1, "version": 1}', "the key 'version' is there twice"),
        (b" " * 5_000_000, "larger than"),
        (b'{"version": 1}', "program: Field required"),
    ],
)
def test_what_is_no_dossier_is_refused(content, problem):
    assert problem in refusal(content)


@given(st.data())
def test_no_byte_can_be_changed_unseen(document, data):
    """A file may be laid out otherwise; whatever is read is what was written."""
    content = bytearray(json.dumps(document).encode())
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(InputError):
        assert parse_dossier(bytes(content), "d.json") == dossier()


@given(st.integers(0, 30_000))
def test_a_file_that_was_cut_is_refused(document, length):
    content = json.dumps(document).encode()
    refusal(content[: min(length, len(content) - 1)])


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_dossier(tmp_path / "none.json")
    with pytest.raises(InputError, match="cannot be read"):
        read_dossier(tmp_path)


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path):
    with pytest.raises(StoreError, match="cannot be written"):
        write_dossier(tmp_path / "no" / "d.json", dossier())
    (tmp_path / "d.json").mkdir()
    with pytest.raises(StoreError):
        write_dossier(tmp_path / "d.json", dossier())
    assert [item.name for item in tmp_path.iterdir()] == ["d.json"]


def test_the_digest_does_not_tell_a_whole_number_from_the_same_float():
    assert replace(dossier(), made=int(dossier().made)).digest == dossier().digest
    assert replace(dossier(), seed=7).digest != dossier().digest
    assert re.fullmatch("[0-9a-f]{64}", dossier().digest)


def test_a_dossier_that_was_signed_before_there_were_operating_points_keeps_its_digest(tmp_path):
    signed = replace(dossier(), verification=replace(dossier().verification, points=()))
    write_dossier(tmp_path / "signed.json", signed)
    old = json.loads((tmp_path / "signed.json").read_text("utf-8"))
    old["verification"].pop("points", None)  # as such a file is
    (tmp_path / "old.json").write_text(json.dumps(old))
    assert read_dossier(tmp_path / "old.json") == signed
    assert old["digest"] == signed.digest
    assert dossier().digest != replace(dossier(), verification=replace(dossier().verification, points=())).digest
