"""Photos beside renders: every second picture of a batch is one, and both are learned from."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from styleganex_core.errors import StyleGANEXError
from styleganex_lab.training import RECIPES, Sources, run_recipe
from styleganex_lab.training.build import build_model, find_data
from styleganex_lab.training.data.beside import PhotosBesideRenders
from styleganex_lab.training.files import find_judges
from styleganex_lab.training.objectives.losses import find_late_styles
from styleganex_lab.training.objectives.squeezenet import FeatureDistance

from ..objectives.test_real import write_squeezenet
from ..objectives.test_task import SIDE, WITH_PHOTOS, photo, rows_of, tiny  # noqa: F401
from .test_folder import folder  # noqa: F401


@pytest.fixture
def sources(folder, photo, tmp_path):  # noqa: F811
    """Photos with a label map for each."""
    maps = tmp_path / "maps"
    maps.mkdir()
    for number in range(4):
        labels = Image.new("L", (64, 64), 1)
        labels.paste(13, (0, 0, 64, 8 * (number + 1)))
        labels.save(maps / f"p{number}.png")
    return Sources(data=folder, partners=maps, align=False, start=photo)


def for_recipe(name: str, sources: Sources) -> Sources:
    """Without label maps where targets are made of the photos."""
    return replace(sources, partners=None) if RECIPES[name].makes_targets else sources


def source_of(name: str, sources: Sources, count: int = 2):
    recipe = tiny(name, count=count)
    sources = for_recipe(name, sources)
    built = build_model(recipe, sources)
    source = find_data(recipe, sources, built).source
    assert isinstance(source, PhotosBesideRenders)
    return built.model, source


@pytest.mark.parametrize("name", WITH_PHOTOS)
def test_pictures_come_in_the_order_that_was_asked_for(name, sources) -> None:
    _, source = source_of(name, sources)
    index = torch.tensor([3, 0, 1, 2, 0])
    batch = source.pick(index)
    for place, number in enumerate(index.tolist()):
        kind = source.scenes if number % 2 else source.photos
        alone = kind.pick(torch.tensor([number // 2]))
        assert torch.equal(batch.x[place], alone.x[0])
        assert torch.equal(batch.y[place], alone.y[0])
    assert batch.weight is not None
    assert batch.weight.shape == (5, SIDE, SIDE)


@pytest.mark.parametrize("name", [name for name in WITH_PHOTOS if RECIPES[name].label_channels])
def test_photos_have_the_styles_that_the_encoder_finds_in_them(name, sources) -> None:
    model, source = source_of(name, sources)
    batch = source.pick(torch.tensor([2, 1]))
    target = source.photos.pick(torch.tensor([1])).style_target
    assert target is not None and batch.w_true is not None and batch.w_late is not None
    found = find_late_styles(model, target)
    torch.testing.assert_close(batch.w_true[:1], found, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(batch.w_late[:1], found, atol=1e-4, rtol=1e-4)
    assert torch.equal(batch.w_true[1], source.scenes.scenes.w_true[0])


def test_the_smaller_kind_repeats(sources) -> None:
    _, source = source_of("demo-mask-people", sources, count=9)
    assert len(source) == 18
    first, again = (source.pick(torch.tensor([number])) for number in (0, 2 * len(source.photos)))
    assert torch.equal(first.x, again.x)


@pytest.mark.slow
@pytest.mark.parametrize("name", WITH_PHOTOS)
def test_people_are_learned(name, sources, photo, tmp_path) -> None:  # noqa: F811
    recipe = tiny(name, 8, save_every=4)
    run_recipe(recipe, tmp_path / "out", replace(for_recipe(name, sources), domain=photo))
    first, last = rows_of(tmp_path / "out")
    assert float(last["loss"]) < float(first["loss"])


def test_renders_alone_are_refused(photo, tmp_path) -> None:  # noqa: F811
    with pytest.raises(StyleGANEXError, match="--data with a folder"):
        run_recipe(tiny("demo-sketch-people"), tmp_path, Sources(start=photo))


@pytest.mark.parametrize("name", ["demo-edit-people", "demo-toonify-people"])
def test_partners_are_refused_where_targets_are_made(name, sources, tmp_path) -> None:
    with pytest.raises(StyleGANEXError, match="leave out --partners"):
        run_recipe(tiny(name), tmp_path / "out", sources)


def test_styles_are_read_from_aligned_faces(sources) -> None:
    _, source = source_of("demo-toonify-people", sources, count=3)
    index = torch.tensor([1, 0, 3])
    x = source.pick(index).x
    styles = source.style_picture(index, x)
    whole = F.interpolate(x[1:2], (256, 256), mode="bilinear", antialias=True)
    assert torch.equal(styles[1:2], whole)
    for place, scene in ((0, 0), (2, 1)):
        alone = source.scenes.style_picture(torch.tensor([scene]), x[place : place + 1])
        assert torch.equal(styles[place : place + 1], alone)


def test_a_squeezenet_compares_pictures(tmp_path) -> None:
    file = write_squeezenet(tmp_path / "squeezenet11.safetensors")
    distance = find_judges(file, None, None).perceptual
    assert isinstance(distance, FeatureDistance)
    black, white = torch.full((2, 3, 64, 64), -1.0), torch.ones(2, 3, 64, 64)
    assert distance(black, black).abs().max() < 1e-6
    assert distance(black, white).shape == (2,)
    assert distance(black, white).min() > 0
