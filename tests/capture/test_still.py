import numpy as np
import pytest
from PIL import Image

from galleria.capture.still import read_still
from galleria.domain.errors import InputError

RED = np.zeros((3, 5, 3), np.uint8)
RED[..., 0] = 200


@pytest.mark.parametrize("name", ["a.png", "a.webp"])
def test_a_picture_is_read_as_it_is_seen(tmp_path, name):
    picture = RED.copy()
    picture[0, 0] = (10, 20, 30)
    Image.fromarray(picture).save(tmp_path / name, lossless=True)
    pixels = read_still(tmp_path / name)
    assert pixels.shape == (3, 5, 3)
    assert pixels[0, 0].tolist() == [30, 20, 10]
    assert pixels[2, 4].tolist() == [0, 0, 200]


def test_it_is_turned_as_its_camera_says(tmp_path):
    image = Image.fromarray(RED)
    turned = image.getexif()
    turned[0x0112] = 6
    image.save(tmp_path / "a.jpg", exif=turned)
    assert read_still(tmp_path / "a.jpg").shape == (5, 3, 3)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK"])
def test_other_kinds_of_colour(tmp_path, mode):
    Image.fromarray(RED).convert(mode).save(tmp_path / "a", "JPEG" if mode == "CMYK" else "PNG")
    assert read_still(tmp_path / "a").shape == (3, 5, 3)


def test_deep_pictures_are_refused_rather_than_cut_off(tmp_path):
    Image.fromarray(np.full((4, 4), 30_000, np.uint16)).save(tmp_path / "a.png")
    with pytest.raises(InputError, match="more than 8 bits"):
        read_still(tmp_path / "a.png")


@pytest.mark.parametrize("kind", ["EPS", "GIF", "TIFF"])
def test_formats_that_nobody_asked_for_are_not_opened(tmp_path, kind):
    Image.fromarray(RED).save(tmp_path / "a.jpg", kind)
    with pytest.raises(InputError, match="no picture that can be read") as caught:
        read_still(tmp_path / "a.jpg")
    assert "JPEG, PNG, WEBP" in caught.value.remedy


@pytest.mark.parametrize("content", [b"", b"text", b"\xff\xd8\xff\xe0"])
def test_no_picture(tmp_path, content):
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(InputError):
        read_still(tmp_path / "a.jpg")


def test_one_that_is_cut_off(tmp_path):
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)).save(tmp_path / "a.png")
    (tmp_path / "a.png").write_bytes((tmp_path / "a.png").read_bytes()[:4000])
    with pytest.raises(InputError, match="cannot be read"):
        read_still(tmp_path / "a.png")


def test_folders_and_files_that_are_not_there(tmp_path):
    for path in (tmp_path, tmp_path / "none.png"):
        with pytest.raises(InputError, match="cannot be read"):
            read_still(path)
