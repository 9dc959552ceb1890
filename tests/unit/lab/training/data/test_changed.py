"""Photos with targets that were made of them: toons by filters, edits by the photo model."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from styleganex_core.demo import example_image, load_demo
from styleganex_lab.training import RECIPES
from styleganex_lab.training.data.abstraction import draw_photos
from styleganex_lab.training.data.batch import TaskBatch
from styleganex_lab.training.data.changed import ChangedPhotos

COUNT = 9
LEVEL = 1.01 / 255  # a picture that was kept in 8 bit, in units of half its range


class Album:
    """The same portrait again and again."""

    def __init__(self, count: int) -> None:
        picture = F.adaptive_avg_pool2d(example_image("astronaut_face"), 128)
        self.pictures = picture.expand(count, -1, -1, -1)

    def __len__(self) -> int:
        return len(self.pictures)

    def pick(self, index: torch.Tensor) -> TaskBatch:
        return TaskBatch(self.pictures[index], self.pictures[index])


def recipe_of(name: str, *attributes: str):
    recipe = RECIPES[name]
    return replace(recipe, data=replace(recipe.data, side=128, attributes=attributes))


def test_toons_are_drawn_by_filters():
    album = Album(2)
    photos = ChangedPhotos(recipe_of("demo-toonify-people"), load_demo("toonify"), album)
    batch = photos.pick(torch.tensor([1, 0, 1]))
    torch.testing.assert_close(batch.x, album.pictures[[0, 0, 0]], atol=LEVEL, rtol=0)
    drawn = draw_photos("toon", album.pictures[:1]).clamp(-1, 1)
    torch.testing.assert_close(batch.y[:1], drawn, atol=LEVEL, rtol=0)
    assert batch.edit is None


@pytest.fixture(scope="module")
def edited() -> ChangedPhotos:
    recipe = recipe_of("demo-edit-people", "hair_light")
    return ChangedPhotos(
        recipe, load_demo("edit"), Album(COUNT), edited_by=load_demo("photo"), seed=1
    )


def test_edits_are_told_as_the_model_that_learns_would_make_them(edited):
    batch = edited.pick(torch.arange(COUNT))
    vector = load_demo("edit").edit_vectors["hair_light"]
    strength = (batch.edit * vector).sum(dim=(1, 2)) / vector.square().sum()
    torch.testing.assert_close(batch.edit, strength[:, None, None] * vector, atol=1e-5, rtol=1e-4)
    assert strength.abs().max() <= 2.5
    brightness = (batch.y - batch.x).mean(dim=(1, 2, 3))
    light, dark = strength > 0.5, strength < -0.5
    assert light.any() and dark.any()
    assert (brightness[light] > 0).all() and (brightness[dark] < 0).all()


def test_some_photos_stay_as_they_are(edited):
    batch = edited.pick(torch.arange(COUNT))
    still = batch.edit.abs().sum(dim=(1, 2)) == 0
    assert 0 < still.sum() < COUNT
    assert torch.equal(batch.y[still], batch.x[still])


def test_the_same_seed_makes_the_same_edits(edited):
    again = ChangedPhotos(
        edited.recipe, load_demo("edit"), Album(2), edited_by=load_demo("photo"), seed=2
    )
    other = ChangedPhotos(
        edited.recipe, load_demo("edit"), Album(2), edited_by=load_demo("photo"), seed=2
    )
    assert torch.equal(again.y, other.y) and torch.equal(again.edit, other.edit)
