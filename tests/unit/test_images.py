"""Pictures at the door."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps

from styleganex_core import ShapeError, StyleGANEXError, load_image, to_bchw, to_bhwc, to_thumbnail
from styleganex_core.images import extend_to_multiple, from_uint8, to_uint8


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


@pytest.mark.parametrize("side", [1, 3, 511, 512, 513, 1024, 1025, 5000, 16384])
@pytest.mark.parametrize("other", [1, 2, 7])
@pytest.mark.parametrize("swap", [False, True])
def test_no_thumbnail_is_empty_here_or_where_the_host_scales_it_again(side, other, swap):
    size = (other, side) if swap else (side, other)
    small = to_thumbnail(torch.zeros(1, 3, *size), 512)
    assert min(small.size) >= 1 and max(small.size) <= 512
    assert min(ImageOps.contain(small, (512, 512)).size) >= 1
