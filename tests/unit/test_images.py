"""Pictures at the door."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps

from styleganex_core import ShapeError, StyleGANEXError, load_image, to_bchw, to_bhwc
from styleganex_core.images import (
    extend_to_multiple,
    from_uint8,
    join_sides,
    to_thumbnail,
    to_uint8,
)


def test_there_and_back():
    picture = torch.rand(2, 5, 7, 3)
    torch.testing.assert_close(to_bhwc(to_bchw(picture)), picture)


@pytest.mark.parametrize("largest", [255, 65535])
def test_pictures_of_files_come_back_bit_for_bit(largest):
    """ComfyUI cuts the fraction off when it saves: a value a little too small loses a level."""
    levels = torch.arange(largest + 1).reshape(1, 256, -1, 1).repeat(1, 1, 1, 3)
    picture = levels.float() / largest
    assert torch.equal(to_bhwc(to_bchw(picture)), picture)


def test_every_level_of_8_bits_survives():
    levels = torch.arange(256, dtype=torch.uint8).repeat(3, 1).T.reshape(1, 16, 16, 3)
    assert torch.equal(to_uint8(from_uint8(levels)), levels)
    assert torch.equal(to_uint8(to_bchw(levels.float() / 255)), levels)
    assert torch.equal(
        to_uint8(torch.tensor([-2.0, -1, 0, 1, 2]).reshape(1, 1, 1, 5)).flatten(),
        torch.tensor([0, 0, 127, 255, 255], dtype=torch.uint8),
    )


def test_grey_and_alpha():
    grey = to_bchw(torch.full((1, 4, 4, 1), 0.25))
    assert grey.shape == (1, 3, 4, 4)
    assert torch.equal(grey, torch.full_like(grey, -0.5))
    clear = torch.ones(1, 2, 2, 4)
    clear[..., 3] = 0
    assert torch.equal(to_bchw(clear), torch.zeros(1, 3, 2, 2))


@pytest.mark.parametrize(
    "picture",
    [torch.zeros(1, 4, 4, 2), torch.zeros(4, 4), torch.zeros(1, 0, 4, 3),
     torch.full((1, 2, 2, 3), float("nan")), torch.zeros(1, 1, 20000, 3)],
)  # fmt: skip
def test_unusable_pictures_get_a_sentence(picture):
    with pytest.raises(ShapeError):
        to_bchw(picture)


def test_extension_repeats_the_edge():
    picture = torch.rand(1, 3, 7, 9)
    extended = extend_to_multiple(picture)
    assert extended.shape[-2:] == (8, 16)
    assert torch.equal(extended[..., :7, :9], picture)
    assert torch.equal(extended[..., :7, 15], picture[..., 8])
    assert extend_to_multiple(extended) is extended


def test_files(tmp_path):
    array = np.zeros((4, 6, 3), np.uint8)
    array[..., 0] = 255
    image = Image.fromarray(array)
    exif = image.getexif()
    exif[0x0112] = 6  # turned by 90 degrees
    image.save(tmp_path / "turned.png", exif=exif)
    assert load_image(tmp_path / "turned.png").shape == (1, 3, 6, 4)
    (tmp_path / "no.png").write_bytes(b"not a picture")
    for name in ("no.png", "missing.png"):
        with pytest.raises(StyleGANEXError, match=name):
            load_image(tmp_path / name)


def test_every_depth_and_mode_of_a_file_gives_its_own_colours(tmp_path):
    """A ramp from black to white, in every form that Pillow writes."""
    ramp = np.linspace(0, 1, 16, dtype=np.float32).reshape(4, 4)
    sixteen = (ramp * 65535).round()
    files = {
        "grey16.png": Image.fromarray(sixteen.astype(np.uint16)),
        "grey16.tif": Image.fromarray(sixteen.astype(np.uint16)),
        "whole32.tif": Image.fromarray((ramp.astype(np.float64) * (2**31 - 1)).astype(np.int32)),
        "float.tif": Image.fromarray(ramp),
        "float255.tif": Image.fromarray(ramp * 255),
        "float65535.tif": Image.fromarray(ramp * 65535),
        "grey.png": Image.fromarray((ramp * 255).round().astype(np.uint8)),
    }
    for name, image in files.items():
        image.save(tmp_path / name)
        picture = load_image(tmp_path / name)
        assert picture.shape == (1, 3, 4, 4), name
        error = (picture[0, 0] - torch.from_numpy(ramp * 2 - 1)).abs().max()
        assert error <= (1e-4 if name[:4] != "grey" or "16" in name else 1 / 255), (name, error)


@pytest.mark.parametrize("form", ["P", "P with one colour", "LA", "RGBA", "L with one grey", "RGB"])
def test_transparency_of_every_kind_is_laid_over_grey(form, tmp_path):
    path = tmp_path / "half.png"
    if form == "P":
        image = Image.new("RGBA", (2, 1), (255, 0, 0, 255))
        image.putpixel((1, 0), (0, 0, 0, 0))
        image.quantize(4).save(path)
    elif form == "P with one colour":
        image = Image.new("P", (2, 1), 0)
        image.putpalette([255, 0, 0, 1, 2, 3])
        image.putpixel((1, 0), 1)
        image.save(path, transparency=1)
    elif form == "L with one grey":
        image = Image.new("L", (2, 1), 255)
        image.putpixel((1, 0), 7)
        image.save(path, transparency=7)
    elif form == "RGB":
        image = Image.new("RGB", (2, 1), (255, 0, 0))
        image.putpixel((1, 0), (1, 2, 3))
        image.save(path, transparency=(1, 2, 3))
    else:
        image = Image.new(form, (2, 1), (255, 255) if form == "LA" else (255, 0, 0, 255))
        image.putpixel((1, 0), (0, 0) if form == "LA" else (0, 0, 0, 0))
        image.save(path)
    picture = load_image(path)
    assert picture[0, 0, 0, 0] > 0.99
    assert picture[0, :, 0, 1].abs().max() < 0.01


def test_pictures_made_to_fill_the_memory_are_refused_before_they_are_opened(tmp_path, monkeypatch):
    Image.new("1", (13_000, 13_000)).save(tmp_path / "bomb.png")
    assert (tmp_path / "bomb.png").stat().st_size < 500_000
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("it was unpacked"))
    with pytest.raises(StyleGANEXError, match=r"bomb\.png is 13000x13000 px.*scale it down"):
        load_image(tmp_path / "bomb.png")


@pytest.mark.parametrize("name", ["a\0b", "a" * 300, "\ud800"])
def test_names_that_no_system_has_are_a_sentence(name, tmp_path):
    with pytest.raises(StyleGANEXError):
        load_image(tmp_path / name)


def test_levels_are_made_by_one_function():
    """Nowhere else is a picture turned into 8 bits by hand."""
    core = Path(load_image.__code__.co_filename).parent
    by_hand = re.compile(
        r"127\.5\)[^\n]*(?:round|floor|uint8)|mul\(255\)[^\n]*uint8"
        r"|round(?:_)?\(\)\.to\(torch\.uint8\)|255 \+ 0\.5\)\.astype"
    )
    found = [
        path.name
        for folder in (core, core.parent / "nodes")
        for path in folder.rglob("*.py")
        if by_hand.search(path.read_text())
        and path.name not in ("images.py", "levels.py")  # the second: of weights
    ]
    assert found == []


@pytest.mark.parametrize("side", [1, 3, 511, 512, 513, 1024, 1025, 5000, 16384])
@pytest.mark.parametrize("other", [1, 2, 7])
@pytest.mark.parametrize("swap", [False, True])
def test_no_thumbnail_is_empty_here_or_where_the_host_scales_it_again(side, other, swap):
    size = (other, side) if swap else (side, other)
    small = to_thumbnail(torch.zeros(1, 3, *size), 512)
    assert min(small.size) >= 1 and max(small.size) <= 512
    assert min(ImageOps.contain(small, (512, 512)).size) >= 1


def test_the_left_of_two_pictures_takes_the_size_of_the_right():
    left, right = torch.full((1, 3, 4, 6), 0.5), torch.rand(1, 3, 8, 10) * 2 - 1
    joined = join_sides(left, right)
    assert torch.equal(joined[..., 10:], right)
    torch.testing.assert_close(joined[..., :10], torch.full((1, 3, 8, 10), 0.5))
