"""Aligned portraits: who is held out, how often each set comes, and where the face then lies."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleganex_core.errors import StyleGANEXError
from styleganex_lab.portraits import aligned_placement
from styleganex_lab.training.data import aligned
from styleganex_lab.training.data.aligned import (
    FACE,
    AlignedPortraits,
    read_index,
    weigh_face_regions,
)
from styleganex_lab.training.recipes.settings import Crops, DataSettings, Phase

from ..objectives.test_real import write_portraits

WHOLE = Phase(1, batch=4, pictures=Crops(256, 256))
SPOT = (150, 190)  # x, y in px of the 320 px picture


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_portraits(tmp_path_factory.mktemp("people") / "people", people=26)


def draw(source, step=0, phase=WHOLE):
    return source.draw(phase, seed=0, step=step, rows=lambda count: slice(0, count))


def test_people_are_held_out_by_their_number(folder):
    source = AlignedPortraits(folder, DataSettings())
    assert {portrait.person for portrait in source.held_out} == {11, 24}
    assert not any(portrait.person % 13 == 11 for portrait in source.training)
    assert len(source.training) == 24


def test_small_sets_come_more_often_than_their_size_but_less_than_large_ones(folder):
    source = AlignedPortraits(folder, DataSettings())
    small = torch.tensor([portrait.kind == "small" for portrait in source.training])
    share = float(source.chance[small].sum() / source.chance.sum())
    assert small.float().mean() < share < 0.5
    torch.testing.assert_close(
        (source.sharpness.double() * source.chance).sum() / source.chance.sum(),
        torch.tensor(1.0, dtype=torch.float64),
    )
    assert source.sharpness.max() / source.sharpness.min() == pytest.approx(1.3 / 0.5)


@pytest.mark.parametrize("affine", [0.0, 1.0])
def test_the_placement_says_where_the_face_went(folder, monkeypatch, affine):
    """A spot of the photo lies where the placement moves it, nudged or moved, turned and scaled."""
    x, y = SPOT
    picture = torch.full((3, 320, 320), -1.0)
    picture[:, y - 4 : y + 5, x - 4 : x + 5] = 1.0
    monkeypatch.setattr(aligned, "read_portrait", lambda portrait: picture.clone())
    source = AlignedPortraits(folder, DataSettings(affine=affine, mirror=0.0))
    home = aligned_placement(1, 256, 256)[0]
    off = torch.tensor([x - 32 - home[0], y - 32 - home[1]])
    places = torch.stack(torch.meshgrid(torch.arange(256.0), torch.arange(256.0), indexing="xy"))
    for step in range(3):
        photos = draw(source, step)
        for image, place in zip(photos.image, photos.placement, strict=True):
            angle = torch.deg2rad(place[3])
            turn = torch.tensor([[angle.cos(), angle.sin()], [-angle.sin(), angle.cos()]])
            expected = place[:2] + place[2] * (turn @ off)
            if not ((expected > 12) & (expected < 244)).all():
                continue
            light = (image.mean(dim=0) - image.mean(dim=0).min()).clamp_min(0)
            near = (places - expected[:, None, None]).norm(dim=0) < 16  # not its mirror image
            found = (places * light * near).sum(dim=(1, 2)) / (light * near).sum()
            assert (found - expected).abs().max() < 0.7
    if affine:
        assert photos.placement[:, 2].std() > 0.02


def test_mirrored_photos_are_mirrored(folder):
    settings = DataSettings(affine=0.0)
    plain, turned = (
        draw(AlignedPortraits(folder, replace(settings, mirror=chance))) for chance in (0.0, 1.0)
    )
    assert not torch.equal(plain.image, turned.image)
    assert torch.equal(plain.placement, turned.placement)


def test_eyes_and_mouth_count_most_then_the_face():
    weight = weigh_face_regions(320)
    assert weight[32 + 120, 32 + 96] > weight[32 + 90, 32 + 128] > FACE > weight[5, 5]
    torch.testing.assert_close(weight[32:-32, 32:-32], weigh_face_regions(256))


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("ghost,1,a,1.0", "which is not in"),
        ("0001a,one,a,1.0", "0001a"),
        ("0001a,1,a,much", "source_px_per_crop_px"),
        ("../0001a,1,a,1.0", "not a plain file name"),
        ("0001a,1,a,1.0", "nobody to measure on"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(line, named, folder, tmp_path):
    (tmp_path / "0001a.jpg").write_bytes((folder / "aligned" / "0001a.jpg").read_bytes())
    (tmp_path / "index.csv").write_text(f"name,person,set,source_px_per_crop_px\n{line}\n")
    with pytest.raises(StyleGANEXError, match=named):
        read_index(tmp_path)
    (tmp_path / "index.csv").write_text("name,person\n0001a,1\n")
    with pytest.raises(StyleGANEXError, match="lacks the column set"):
        read_index(tmp_path)
