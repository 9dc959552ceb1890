"""A folder of photos becomes batches; what cannot be used is named and skipped."""

from __future__ import annotations

import logging

import pytest
import torch
from PIL import Image

from styleganex_core.errors import StyleGANEXError
from styleganex_core.images import to_pil
from styleganex_lab.portraits import render_portraits, sample_attributes
from styleganex_lab.training import Sources, run_recipe
from styleganex_lab.training.data.folder import FolderSource, central_square
from styleganex_lab.training.data.generated import GeneratedSource

from ..objectives.test_task import SIDE, photo, tiny  # noqa: F401  (a fixture)


@pytest.fixture
def folder(tmp_path):
    """Four photos of three sizes, one broken file, one text file."""
    place = tmp_path / "photos"
    (place / "more").mkdir(parents=True)
    people = sample_attributes(4, seed=2)
    for number, size in enumerate([(96, 128), (128, 96), (200, 200), (96, 96)]):
        image = render_portraits(people[number : number + 1], size=size).image
        to_pil(image).save(place / ("more" if number == 3 else "") / f"p{number}.png")
    (place / "p1broken.jpg").write_bytes(b"not a picture")
    (place / "notes.txt").write_text("no picture either")
    return place


def test_bad_files_are_named_and_others_take_their_place(folder, photo, caplog):  # noqa: F811
    data = FolderSource(tiny("inversion"), photo, folder, align=False)
    with caplog.at_level(logging.WARNING):
        batch = data.pick(torch.arange(len(data)))
        data.pick(torch.arange(len(data)))
    assert [record.message for record in caplog.records if "p1broken.jpg" in record.message]
    assert len(caplog.records) == 1
    assert batch.x.shape[-2:] == (SIDE, SIDE) and torch.isfinite(batch.x).all()


@pytest.mark.slow
def test_a_recipe_trains_on_a_folder(folder, photo, tmp_path):  # noqa: F811
    recipe = tiny("sketch", 2, save_every=2)
    run_recipe(recipe, tmp_path / "out", Sources(data=folder, align=False, start=photo))
    assert (tmp_path / "out" / "model.safetensors").is_file()


def test_partners_are_cut_as_the_photo_is(folder, photo, tmp_path):  # noqa: F811
    maps = tmp_path / "maps"
    maps.mkdir()
    labels = Image.new("L", (64, 48), 0)  # half the size of p0
    labels.paste(13, (32, 0, 64, 48))
    labels.save(maps / "p0.png")
    data = FolderSource(tiny("mask"), photo, folder, partners=maps, align=False)
    assert [file.name for file in data.files] == ["p0.png"]
    batch = data.pick(torch.tensor([0]))
    assert batch.x.shape[1] == 19 and torch.equal(batch.x.sum(dim=1), torch.ones(1, SIDE, SIDE))
    assert batch.x[0, 0, :, : SIDE // 2 - 1].all() and batch.x[0, 13, :, SIDE // 2 + 1 :].all()
    assert batch.style_target is not None


def test_folders_that_cannot_serve_say_why(folder, photo, tmp_path):  # noqa: F811
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(StyleGANEXError, match="no pictures"):
        FolderSource(tiny("inversion"), photo, empty)
    with pytest.raises(StyleGANEXError, match="is not a folder"):
        FolderSource(tiny("inversion"), photo, tmp_path / "nowhere")
    with pytest.raises(StyleGANEXError, match="--partners"):
        FolderSource(tiny("mask"), photo, folder)


def test_generated_pairs_differ_by_the_edit_alone(photo):  # noqa: F811
    recipe = tiny("edit", attributes=("age",))
    data = GeneratedSource(recipe, photo, seed=1)
    batch = data.pick(torch.arange(6))
    again = data.pick(torch.tensor([3]))
    torch.testing.assert_close(again.y[0], batch.y[3], atol=1e-4, rtol=0)
    changed = batch.edit.flatten(1).abs().amax(dim=1) > 0
    same = [bool(torch.allclose(x, y, atol=1e-4)) for x, y in zip(batch.x, batch.y, strict=True)]
    assert [not value for value in same] == changed.tolist()


def test_the_style_picture_is_the_central_256():
    assert central_square(torch.zeros(1, 3, 320, 320)).shape[-2:] == (256, 256)
    assert central_square(torch.zeros(1, 3, 64, 64)).shape[-2:] == (64, 64)
