"""Label maps of either numbering are read as what they are, and spoilt ones are refused."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from styleganex_core import (
    StyleGANEXError,
    class_colours,
    colour_labels,
    grey_labels,
    read_labels,
)
from styleganex_core.tasks import read_label_map
from styleganex_core.tasks.schemes import CELEBA_COLOURS
from styleganex_lab.portraits import render_portraits, sample_attributes

HAIR = 17
# The data set's own list, from its scripts' description; ours is FACE_CLASSES.
THEIRS = [0, 1, 6, 7, 4, 5, 3, 8, 9, 15, 2, 10, 11, 12, 17, 16, 18, 13, 14]


@pytest.fixture(scope="module")
def maps() -> torch.Tensor:
    """Rendered people with our numbers, [12, 128, 128]."""
    return render_portraits(sample_attributes(12, 5), size=128).labels


def theirs(labels: torch.Tensor) -> torch.Tensor:
    return torch.tensor(THEIRS, dtype=torch.uint8)[labels.long()]


def picture(levels: torch.Tensor) -> torch.Tensor:
    """Grey levels [B, H, W], or colours [B, H, W, 3], as a picture."""
    levels = levels[..., None].expand(*levels.shape, 3) if levels.ndim == 3 else levels
    return levels.permute(0, 3, 1, 2).float() / 127.5 - 1


def in_their_colours(labels: torch.Tensor) -> torch.Tensor:
    return picture(torch.tensor(CELEBA_COLOURS, dtype=torch.uint8)[theirs(labels).long()])


@pytest.mark.parametrize("step", [1, 2])
def test_numbers_of_either_scheme_are_told_apart(maps, step):
    for one in maps[:, ::step, ::step].split(1):
        for written, scheme in ((one, "BiSeNet"), (theirs(one), "CelebAMask-HQ")):
            read, found = read_label_map(picture(written))
            assert found == scheme and torch.equal(read, one)
            assert torch.equal(read_labels(picture(written), scheme=scheme), one)


def test_colours_of_either_scheme_are_told_apart(maps):
    for one in maps[:6].split(1):
        for form in ("detect", "palette image", "nearest palette colour"):
            assert read_label_map(colour_labels(one), form)[1] == "BiSeNet"
            read, found = read_label_map(in_their_colours(one), form)
            assert found == "CelebAMask-HQ" and torch.equal(read, one)


def test_hair_in_their_numbers_is_never_lips(maps):
    assert (maps[0] == HAIR).sum() > 100
    read, _ = read_label_map(picture(theirs(maps[:1])))
    assert torch.equal(read == HAIR, maps[:1] == HAIR)


def test_a_map_that_says_too_little_keeps_our_numbers():
    little = torch.zeros(1, 16, 16, dtype=torch.uint8)
    little[:, 4:9] = 13
    assert read_label_map(picture(little))[1] == "BiSeNet"


def test_soft_edges_and_compression_are_mended(maps):
    soft = F.avg_pool2d(colour_labels(maps[:2]), 2)
    noisy = soft + torch.randn(soft.shape, generator=torch.Generator().manual_seed(0)) * 0.03
    read = read_labels(noisy, "nearest palette colour")
    assert (read == maps[:2, ::2, ::2]).float().mean() > 0.9


@pytest.mark.parametrize("kind", ["another palette", "photo", "one foreign colour"])
def test_colours_far_from_any_palette_are_refused(maps, kind):
    levels = class_colours()[maps[:1].long()]
    if kind == "another palette":
        levels = 255 - levels
    elif kind == "photo":
        levels = torch.randint(0, 256, levels.shape, dtype=torch.uint8)
    else:
        levels[:, :20, :20] = torch.tensor([255, 255, 255], dtype=torch.uint8)
    for scheme in ("auto", "BiSeNet", "CelebAMask-HQ"):
        with pytest.raises(StyleGANEXError, match="belong to no class"):
            read_labels(picture(levels), "nearest palette colour", scheme)


@pytest.mark.parametrize("factor", [0.5, 0.75, 1.5, 2.0, 3.0])
def test_smoothed_numbers_are_recognised(maps, factor):
    for one in maps[:12].split(1):
        levels = one[:, None].float()
        smooth = F.interpolate(levels, scale_factor=factor, mode="bilinear", antialias=factor < 1)
        with pytest.raises(StyleGANEXError, match="nearest"):
            read_labels(picture(smooth[:, 0].round().to(torch.uint8)))
        sharp = F.interpolate(levels, scale_factor=factor, mode="nearest-exact")
        read_labels(picture(sharp[:, 0].to(torch.uint8)))


def test_an_unknown_scheme_is_refused():
    with pytest.raises(StyleGANEXError, match="scheme"):
        read_labels(grey_labels(torch.zeros(1, 4, 4)), scheme="mine")  # type: ignore[arg-type]
