"""The secret of a second factor lies sealed: who has the records makes nobody's codes; a lost key locks nobody out."""

import base64
import shutil
import threading

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from people import PASSWORD, People

from galleria.domain.access import Role
from galleria.domain.errors import CodeNeededError, InputError, SignInError, StoreError
from galleria.storage import records as rows
from galleria.storage.backup import back_up, restore
from galleria.storage.factor_key import FILE, FactorSeal
from galleria.storage.records import Records

COLUMN = 64  # signs that the records have room for


@pytest.fixture
def people(tmp_path):
    people = People(tmp_path / "site")
    yield people
    people.records.close()


@pytest.fixture
def ada(people):
    return people.first()


def code(people, secret):
    return pyotp.TOTP(secret).at(people.clock.time)


def set_up(people, who):
    secret = people.access.factor.begin(who).secret
    recovery = people.access.factor.confirm(who, code(people, secret))
    people.clock.advance(30)
    return secret, recovery


def kept(people, who):
    with people.records.read() as reading:
        row = reading.get(rows.User, who.id)
        return row.factor, row.factor_new


def put(people, who, **columns):
    with people.records.write() as writing:
        row = writing.get(rows.User, who.id)
        for name, value in columns.items():
            setattr(row, name, value)


def on_disk(people):
    assert people.records.fold()
    return b"".join(path.read_bytes() for path in people.folder.glob("records.db*"))


def test_neither_a_secret_that_is_begun_nor_one_that_is_on_lies_in_the_records(people, ada):
    secret = people.access.factor.begin(ada).secret
    begun = on_disk(people)
    people.access.factor.confirm(ada, code(people, secret))
    for held in (begun, on_disk(people)):
        assert secret.encode() not in held
        assert base64.b32decode(secret) not in held
    assert kept(people, ada)[0].startswith("s1:")
    assert len(kept(people, ada)[0]) <= COLUMN
    key = people.keys / FILE
    assert (people.keys.stat().st_mode & 0o777, key.stat().st_mode & 0o777) == (0o700, 0o600)
    assert [path.name for path in people.keys.iterdir()] == [FILE]


def test_a_sealed_secret_in_anothers_row_opens_nothing(people, ada):
    bo = people.add(ada, "Bo", Role.ANALYST)
    secret, _ = set_up(people, ada)
    set_up(people, bo)
    put(people, bo, factor=kept(people, ada)[0])
    with pytest.raises(SignInError, match="key of second factors is gone"):
        people.access.sign_in("Bo", PASSWORD, code(people, secret))
    assert people.access.sign_in("Ada", PASSWORD, code(people, secret)).actor == ada


def test_what_an_earlier_version_kept_in_the_clear_works_and_is_sealed_when_it_is_used(people, ada):
    secret = pyotp.random_base32()
    put(people, ada, factor=secret)
    assert secret.encode() in on_disk(people)
    with pytest.raises(SignInError):
        people.access.sign_in("Ada", PASSWORD, "000000" if code(people, secret) != "000000" else "111111")
    assert kept(people, ada)[0] == secret  # a wrong code is no use of it
    assert people.access.sign_in("Ada", PASSWORD, code(people, secret)).actor == ada
    assert kept(people, ada)[0].startswith("s1:")
    assert secret.encode() not in on_disk(people)
    people.clock.advance(30)
    assert people.access.sign_in("Ada", PASSWORD, code(people, secret)).actor == ada


def test_one_that_an_earlier_version_began_is_sealed_when_it_is_switched_on(people, ada):
    secret = pyotp.random_base32()
    put(people, ada, factor_new=secret)
    people.access.factor.confirm(ada, code(people, secret))
    assert kept(people, ada)[0].startswith("s1:")
    assert secret.encode() not in on_disk(people)


@pytest.mark.parametrize("how", ["gone", "another"])
def test_without_the_key_a_recovery_code_lets_in_and_users_enrol_again(people, ada, how):
    secret, recovery = set_up(people, ada)
    (people.keys / FILE).unlink()
    if how == "another":
        FactorSeal(people.keys).seal("somebody", pyotp.random_base32())
    with pytest.raises(CodeNeededError):  # the password alone still opens nothing
        people.access.sign_in("Ada", PASSWORD)
    with pytest.raises(SignInError) as told:
        people.access.sign_in("Ada", PASSWORD, code(people, secret))
    assert "set it up again" in told.value.remedy
    with pytest.raises(SignInError, match="the name, the password or the code is wrong"):
        people.access.sign_in("Ada", "wrong wrong wrong", code(people, secret))
    assert people.access.sign_in("Ada", PASSWORD, recovery[0]).actor == ada
    people.access.factor.disable(ada, ada.id)
    secret, _ = set_up(people, ada)
    assert people.access.sign_in("Ada", PASSWORD, code(people, secret)).actor == ada


def test_one_that_was_begun_before_the_key_was_lost_is_begun_again(people, ada):
    secret = people.access.factor.begin(ada).secret
    (people.keys / FILE).unlink()
    with pytest.raises(InputError):
        people.access.factor.confirm(ada, code(people, secret))
    set_up(people, ada)


def test_a_backup_holds_no_key_and_is_of_use_where_the_key_is(tmp_path):
    folder = tmp_path / "shop"
    people = People(folder)
    people.access.factor._seal = FactorSeal(tmp_path / "shop.keys")
    ada = people.first()
    secret, _ = set_up(people, ada)
    (tmp_path / "site.yaml").write_text("site: shop\n")
    back_up(folder, tmp_path / "shop.tar", tmp_path / "site.yaml", "shop", 0.0)
    people.records.close()
    assert (tmp_path / "shop.keys" / FILE).read_bytes() not in (tmp_path / "shop.tar").read_bytes()
    assert base64.b32decode(secret) not in (tmp_path / "shop.tar").read_bytes()
    shutil.rmtree(folder)
    restore(tmp_path / "shop.tar", folder)
    with Records(folder / "records.db").read() as reading:
        held = reading.get(rows.User, ada.id).factor
    assert FactorSeal(tmp_path / "shop.keys").open(ada.id, held) == secret
    assert FactorSeal(tmp_path / "elsewhere.keys").open(ada.id, held) is None
    assert not (tmp_path / "elsewhere.keys").exists()  # opening makes no key


def test_where_there_is_no_folder_for_the_key_none_is_set_up(people, ada):
    people.access.factor._seal = None
    with pytest.raises(StoreError, match="no folder for the key"):
        people.access.factor.begin(ada)
    assert kept(people, ada) == (None, None)


@pytest.fixture(scope="module")
def seal(tmp_path_factory):
    return FactorSeal(tmp_path_factory.mktemp("sealing") / "keys")


@given(st.binary(min_size=20, max_size=20), st.text(max_size=40), st.integers(3, 62), st.data())
def test_what_is_sealed_opens_for_its_user_alone_and_never_altered(seal, raw, user, place, data):
    secret = base64.b32encode(raw).decode()
    sealed = seal.seal(user, secret)
    assert len(sealed) <= COLUMN
    assert seal.seal(user, secret) != sealed
    assert seal.open(user, sealed) == secret
    assert seal.open(user + "x", sealed) is None
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=126).filter(lambda sign: sign != sealed[place]))
    assert seal.open(user, sealed[:place] + other + sealed[place + 1 :]) is None
    assert seal.open(user, sealed[:place]) is None


def test_a_key_that_others_can_read_or_that_is_damaged_is_refused(tmp_path):
    seal = FactorSeal(tmp_path / "keys")
    sealed = seal.seal("a", pyotp.random_base32())
    key = tmp_path / "keys" / FILE
    key.chmod(0o640)
    with pytest.raises(StoreError, match="others can read"):
        seal.open("a", sealed)
    key.chmod(0o600)
    key.write_bytes(b"short")
    for use in (lambda: seal.open("a", sealed), lambda: seal.seal("a", pyotp.random_base32())):
        with pytest.raises(StoreError, match="is damaged"):
            use()


def test_many_who_begin_at_once_make_one_key(tmp_path):
    secret, sealed, ready = pyotp.random_base32(), [], threading.Barrier(8)

    def begin(n):
        ready.wait()
        sealed.append((str(n), FactorSeal(tmp_path / "keys").seal(str(n), secret)))

    threads = [threading.Thread(target=begin, args=(n,)) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [FactorSeal(tmp_path / "keys").open(*one) for one in sealed] == [secret] * 8
    assert [path.name for path in (tmp_path / "keys").iterdir()] == [FILE]
