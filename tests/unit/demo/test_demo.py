"""The bundled models are told apart by what their files hold; clips are what was drawn."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from styleganex_core import (
    ExampleClip,
    Selection,
    StyleGANEXError,
    decode_latents,
    demo_names,
    domain_names,
    encode_face,
    example_clip_names,
    example_image,
    load_demo,
)
from styleganex_core import demo as bundled
from styleganex_core.demo.clip import FILMS, FOLDER, RATE, clip_file
from styleganex_core.networks import EARLIER_DEMO
from styleganex_lab.portraits.example_clips import CLIP_RECIPES, STILL_RECIPES, draw_example


def test_domains_are_the_generators_that_come_alone():
    names = domain_names()
    assert names
    assert set(names) < set(demo_names())
    for name in names:
        domain = load_demo(name)
        assert domain.encoder is None
        assert not domain.fusions
    assert "photo" not in names
    assert "super_resolution_4x" not in names


def test_every_domain_draws_what_the_photo_model_encoded():
    photo = load_demo().config.generator
    assert [load_demo(name).config.generator for name in domain_names()] == [photo, photo]


def test_the_rendered_model_is_the_one_that_latents_of_0_1_0_are_sent_to():
    model = load_demo("rendered")
    assert (model.feature_channels, model.num_slots, model.style_dim) == EARLIER_DEMO
    assert model.encoder is not None and not model.fusions


@pytest.mark.parametrize("name", ["photo", *domain_names()])
def test_the_owners_of_photographs_are_named_in_the_file_and_on_the_page(name):
    """CC BY asks for it; whoever renews a model of real people must not lose it."""
    with safe_open(bundled.FOLDER / f"{name}.safetensors", "pt") as opened:
        told = opened.metadata()
    assert "licence" not in told, "not only renders were learned from"
    page = (Path(__file__).parents[3] / "docs" / "demo.md").read_text()
    rows = [line for line in told["data"].splitlines() if line.startswith("| ")]
    assert any("CC BY" in row for row in rows)
    for row in rows:
        assert row.replace("(c)", "©") in page


@pytest.mark.parametrize(
    "name",
    [
        name if name == "photo" else pytest.param(name, marks=pytest.mark.slow)
        for name in demo_names()
    ],
)
def test_every_demo_model_fits_into_half_precision(name):
    """A GPU runs it so; batch norms' variances had outgrown float16 once."""
    model = load_demo(name, dtype=torch.float16)
    assert model.dtype == torch.float16


@pytest.mark.slow
def test_the_demo_draws_the_same_in_half_precision():
    picture = example_image("rendered_ben")
    with torch.no_grad():
        drawn = [
            decode_latents(model, encode_face(model, picture)).float()
            for model in (load_demo("photo"), load_demo("photo", dtype=torch.float16))
        ]
    assert (drawn[0] - drawn[1]).abs().mean() < 1 / 127.5  # a level of 255


EXAMPLE_RECIPES = CLIP_RECIPES | STILL_RECIPES


def read_levels(clip, selection=None) -> torch.Tensor:
    """All frames of a clip, [T, H, W, 3]."""
    return torch.stack([frame.image for frame in clip.read(selection or Selection())]).float()


def test_every_film_is_bundled_small_and_named_by_its_recipe():
    assert {name: film.takes for name, film in FILMS.items()} == {
        name: recipe.takes for name, recipe in EXAMPLE_RECIPES.items()
    }
    expected = {clip_file(name, take) for name, film in FILMS.items() for take in range(film.takes)}
    assert set(FOLDER.iterdir()) == expected
    assert sum(path.stat().st_size for path in expected) < 1_000_000


@pytest.mark.slow
@pytest.mark.parametrize("name", example_clip_names())
def test_a_bundled_film_shows_what_its_recipe_draws(name):
    recipe = EXAMPLE_RECIPES[name]
    drawn = read_levels(draw_example(name, seconds=recipe.seconds, seed=0), Selection(30, 2))
    film = read_levels(ExampleClip(name, seconds=recipe.seconds), Selection(30, 2))
    assert (film - drawn).abs().mean() < 4  # levels of 255: what H.264 costs


@pytest.mark.parametrize("name", example_clip_names())
@pytest.mark.parametrize("seconds", [0.1, 1.0, 4.0])
def test_an_example_clip_has_any_length_without_a_jump(name, seconds):
    clip = ExampleClip(name, seconds=seconds, size=(72, 96))
    frames = read_levels(clip)
    assert len(frames) == clip.info.frames == max(1, round(seconds * RATE))
    jumps = [float((after - before).abs().mean()) for before, after in pairwise(frames)]
    assert max(jumps, default=0.0) < 30


def test_seeds_show_other_people_and_then_mirror_them():
    takes = FILMS["one person"].takes
    first, other, mirrored = (
        read_levels(ExampleClip(seconds=0.1, seed=seed)) for seed in (0, 1, takes)
    )
    assert (first - other).abs().mean() > 10
    torch.testing.assert_close(mirrored, first.flip(2))
    again = read_levels(ExampleClip(seconds=0.1, seed=2 * takes))
    torch.testing.assert_close(again, first)


def test_a_selection_of_an_example_clip_is_that_part_of_it():
    whole = read_levels(ExampleClip(seconds=1.0))
    part = read_levels(ExampleClip(seconds=1.0), Selection(4, 8, every=2))
    torch.testing.assert_close(part, whole[4:12:2])
    half = read_levels(ExampleClip(seconds=1.0), Selection(0, 1, half=True))
    assert half.shape[1:3] == (144, 192)


def test_another_shape_of_an_example_clip_shows_the_middle():
    wide = read_levels(ExampleClip(seconds=0.1))
    square = read_levels(ExampleClip(seconds=0.1, size=(288, 288)))
    torch.testing.assert_close(square, wide[:, :, 48:336])


def test_an_unknown_example_clip_names_the_others():
    with pytest.raises(StyleGANEXError, match="someone leaves"):
        ExampleClip("nobody")
