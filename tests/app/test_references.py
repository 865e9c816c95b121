"""References to secrets."""

import pytest

from galleria.app.references import References
from galleria.domain.errors import InputError


def test_names_and_files_are_filled_in(tmp_path):
    secret = tmp_path / "mail"
    secret.write_text("pass word\n")
    secret.chmod(0o600)
    read = References(tmp_path, {"TOKEN": "t0"})
    assert read("${file:mail}") == "pass word"
    assert read("https://h/${TOKEN}/x") == "https://h/t0/x"
    assert read("plain") == "plain"
    secret.write_text("exchanged")
    assert read("${file:mail}") == "exchanged"


def test_what_is_not_there_is_told_without_a_secret(tmp_path):
    read = References(tmp_path, {"OTHER": "hunter2"})
    for written in ("${TOKEN}", "${file:none}"):
        with pytest.raises(InputError) as refused:
            read(written)
        assert "hunter2" not in str(refused.value)
    assert "hunter2" not in repr(read)
