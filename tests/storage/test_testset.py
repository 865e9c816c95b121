import os

import pytest

from galleria.domain.errors import InputError
from galleria.domain.testset import Use
from galleria.storage.testset import read_test_set

HEAD = "file,subject,use,age,gender,group,instrument\n"


@pytest.fixture
def written(tmp_path):
    (tmp_path / "pictures").mkdir()
    for name in ("a", "b", "c"):
        (tmp_path / "pictures" / f"{name}.jpg").write_bytes(name.encode())

    def write(text, encoding="utf-8"):
        path = tmp_path / "my set.csv"
        path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return path

    return write


def test_a_list_is_read(written):
    path = written(
        HEAD + "pictures/a.jpg,001,enrol,24,female,white,\r\n"
        'pictures/b.jpg,"001",probe,NA,,"a, b",\npictures/c.jpg,002,attack,,,,print\n'
    )
    found = read_test_set(path)
    a, b, c = found.shots
    assert (a.subject, a.use, a.age, a.gender, a.group) == ("001", Use.ENROL, 24.0, "female", "white")
    assert (b.age, b.gender, b.group, c.instrument) == (None, "", "a, b", "print")
    assert (found.name, found.of(Use.ATTACK)) == ("my set", [c])
    assert a.file.read_bytes() == b"a"


def test_columns_in_any_order_and_only_the_needed_ones(written):
    (shot,) = read_test_set(written("\ufeffuse,file,subject\nprobe,pictures/a.jpg,7\n")).shots
    assert (shot.use, shot.subject) == (Use.PROBE, "7")


def test_the_digest_knows_list_and_pictures(written, tmp_path):
    text = HEAD + "pictures/a.jpg,1,enrol,,,,\n"
    before = read_test_set(written(text)).digest
    assert read_test_set(written(text)).digest == before
    (tmp_path / "pictures" / "a.jpg").write_bytes(b"other")
    other = read_test_set(written(text)).digest
    assert other != before
    assert read_test_set(written(text.replace("1,enrol", "2,enrol"))).digest not in {before, other}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: there is no column 'file'"),
        (HEAD, "lists no picture"),
        ("file,subject\npictures/a.jpg,1\n", "line 1: there is no column 'use'"),
        (HEAD + "pictures/a.jpg,1,enrol,,,\n", "line 2 has another number of values"),
        (HEAD + "pictures/a.jpg,1,enrol,,,,,more\n", "line 2 has another number of values"),
        (HEAD + "pictures/a.jpg,1,enrol,,,,\npictures/z.jpg,1,probe,,,,\n", "line 3: there is no file"),
        (HEAD + "pictures/a.jpg,,enrol,,,,\n", "line 2, subject: string should have at least 1 character"),
        (HEAD + "pictures/a.jpg,1,gallery,,,,\n", "line 2, use: input should be 'enrol', 'probe' or 'attack'"),
        (HEAD + "pictures/a.jpg,1,enrol,young,,,\n", "line 2, age: input should be a valid number"),
        (HEAD + "pictures/a.jpg,1,enrol,-1,,,\n", "line 2, age: input should be greater than or equal to 0"),
        (HEAD + "pictures/a.jpg,1,enrol,,,,print\n", "line 2: attacks, and only they, have an instrument"),
        (HEAD + "pictures/a.jpg,1,attack,,,,\n", "line 2: attacks, and only they, have an instrument"),
        ("file,subject,use,name\npictures/a.jpg,1,enrol,x\n", "line 2, name: extra inputs are not permitted"),
        (HEAD + 'pictures/a.jpg,"1"x,enrol,,,,\n', "line 2:"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(written, text, told):
    path = written(text)
    with pytest.raises(InputError) as caught:
        read_test_set(path)
    assert told in caught.value.problem
    assert str(path) in caught.value.problem
    assert caught.value.remedy.endswith(".")


def test_a_list_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_test_set(tmp_path / "none.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="this user may read every file")
def test_a_picture_that_may_not_be_read(written, tmp_path):
    (tmp_path / "pictures" / "a.jpg").chmod(0)
    with pytest.raises(InputError, match="cannot be read"):
        read_test_set(written(HEAD + "pictures/a.jpg,1,enrol,,,,\n"))
