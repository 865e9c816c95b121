import re

import pytest
from argon2 import PasswordHasher
from typer.testing import CliRunner

from galleria.app.access import Access
from galleria.app.passwords import Passwords
from galleria.cli.user import user_app
from galleria.domain.access import Role
from galleria.domain.errors import ConflictError, StoreError
from galleria.domain.time import WallClock
from galleria.storage.records import Records, User

PASSWORD = "correct horse battery"
SITE = "site: {id: shop}\ncameras: []\n"


def reset(folder, name):
    (folder / "site.yaml").write_text(SITE)
    words = ["reset-admin", str(folder / "site.yaml"), name, "--folder", str(folder)]
    return CliRunner().invoke(user_app, words, catch_exceptions=False)


def test_whoever_has_the_machine_gets_a_link_that_works_once(tmp_path):
    records = Records(tmp_path / "records.db")
    access = Access(records, WallClock(), passwords=Passwords(PasswordHasher(1, 8, 1)))
    told = reset(tmp_path, "Ada")  # while the site has its records open
    assert told.exit_code == 0
    link = re.search(r"/welcome/(\S+)", told.output)[1]
    made = access.accept(link, PASSWORD)
    assert (made.name, made.role) == ("Ada", Role.ADMINISTRATOR)
    assert access.invitation(link) is None
    assert access.sign_in("ada", PASSWORD).actor.name == "Ada"
    records.close()


def invited(folder, *words):
    (folder / "site.yaml").write_text(SITE)
    words = ["invite", str(folder / "site.yaml"), *words, "--folder", str(folder)]
    return CliRunner().invoke(user_app, words)


def test_the_data_protection_officer_gets_a_link_that_no_administrator_made(tmp_path):
    records = Records(tmp_path / "records.db")
    access = Access(records, WallClock(), passwords=Passwords(PasswordHasher(1, 8, 1)))
    told = invited(tmp_path, "Dora")
    assert (told.exit_code, "within three days" in told.output) == (0, True)
    made = access.accept(re.search(r"/welcome/(\S+)", told.output)[1], PASSWORD)
    assert (made.name, made.role) == ("Dora", Role.DPO)
    with records.read() as reading:
        assert reading.get(User, made.id).hands == []
    assert "/welcome/" in invited(tmp_path, "Otto", "--role", "operator").output
    refused = invited(tmp_path, "dora", "--role", "operator")
    assert isinstance(refused.exception, ConflictError)
    records.close()


def test_a_folder_without_records_is_not_filled(tmp_path):
    with pytest.raises(StoreError, match="no records"):
        reset(tmp_path, "Ada")
    assert [file.name for file in tmp_path.iterdir()] == ["site.yaml"]
