"""Every recipe learns, and an interrupted run ends where an unbroken one does."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleganex_core import training
from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import EncoderConfig, GeneratorConfig
from styleganex_core.portraits import ATTRIBUTES
from styleganex_core.training.data import attributes_of, draw_placements, warp_constant
from styleganex_core.training.loop import CURVE

GENERATOR = GeneratorConfig(
    size=256, style_dim=32, channels=(8, 8, 8, 8, 8, 4, 4), mapping_layers=2
)
ENCODER = EncoderConfig(
    num_slots=14,
    style_dim=32,
    feature_channels=8,
    stem_width=4,
    widths=(4, 4, 8, 8),
    squeezes=(1, 1, 2, 2),
    head_width=8,
)


def tiny(name: str, steps: int, side: int | None = None) -> training.Recipe:
    """The recipe's first stage on tiny networks and few pictures."""
    recipe = training.find_recipe(name)
    stage = replace(recipe.stages[0], steps=steps, batch=2, pictures=4, half=False, rate=1e-2)
    stage = replace(stage, last_rate=1e-2)
    if side:
        stage = replace(stage, side=side)
    return replace(
        recipe, stages=(stage,), generator=GENERATOR, encoder=ENCODER, save_every=steps // 2
    )


def losses(folder) -> list[float]:
    rows = (folder / CURVE).read_text().splitlines()[1:]
    return [float(row.split(",")[2]) for row in rows]


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """The folder of a tiny trained generator."""
    folder = tmp_path_factory.mktemp("start")
    training.run(tiny("photo-start", 16), folder)
    return folder


def test_the_generator_learns(start):
    first, *_, last = losses(start)
    assert last < 0.8 * first


@pytest.mark.parametrize("name", ["photo", "photo-moved", "toon", "encoder"])
def test_every_other_recipe_learns(name, start, tmp_path):
    recipe = tiny(name, 12, side=64 if name == "photo-moved" else None)
    training.run(recipe, tmp_path, start=start)
    first, *_, last = losses(tmp_path)
    assert last < first


def test_a_resumed_run_equals_an_unbroken_one(tmp_path):
    recipe = tiny("photo-start", 6)
    whole = training.run(recipe, tmp_path / "whole")
    training.run(recipe, tmp_path / "broken", stop_at=2)
    resumed = training.run(recipe, tmp_path / "broken")
    for key, tensor in whole.state_dict().items():
        torch.testing.assert_close(resumed.state_dict()[key], tensor, atol=0, rtol=0)


def test_training_leaves_the_callers_randomness_alone(tmp_path):
    before = torch.random.get_rng_state()
    training.run(tiny("photo-start", 2), tmp_path)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_a_domain_keeps_the_mapping_and_the_constant(start, tmp_path):
    trained = training.run(tiny("toon", 2), tmp_path, start=start).state_dict()
    base = torch.load(start / "checkpoint.pt", weights_only=True)["average"]
    frozen = [key for key in base if key.startswith("mapping.") or key == "constant"]
    assert frozen
    for key in frozen:
        assert torch.equal(trained[key], base[key])


def test_domains_and_encoders_ask_for_a_generator(tmp_path):
    with pytest.raises(StyleGANEXError, match="--start"):
        training.run("toon", tmp_path)
    with pytest.raises(StyleGANEXError, match="does not exist"):
        training.run("toon", tmp_path, start=tmp_path)
    with pytest.raises(StyleGANEXError, match="photo-start"):
        training.run("nonsense", tmp_path)


def test_attributes_come_from_normalised_noise():
    z = torch.randn(64, 40, generator=torch.Generator().manual_seed(0))
    attributes = attributes_of(z)
    assert attributes.shape == (64, len(ATTRIBUTES))
    assert attributes.abs().max() < 1
    torch.testing.assert_close(attributes_of(3 * z), attributes)


def test_a_constant_at_home_is_not_warped():
    dense = torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    home = draw_placements(2, (32, 32), 0.0, torch.Generator())
    warped = warp_constant(dense, home, (32, 32))
    torch.testing.assert_close(warped, dense.expand(2, -1, -1, -1), atol=1e-4, rtol=0)
    moved = home.clone()
    moved[:, 0] += 16
    torch.testing.assert_close(
        warp_constant(dense, moved, (32, 32))[..., 2:], warped[..., :-2], atol=1e-4, rtol=0
    )
