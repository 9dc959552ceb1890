"""Every recipe learns, and an interrupted run ends where an unbroken one does."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest
import torch

from styleganex_core import load_model
from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import EncoderConfig, Generator, GeneratorConfig
from styleganex_lab.portraits import ATTRIBUTES
from styleganex_lab.portraits.people import attributes_of, draw_placements
from styleganex_lab.training import RECIPES, Recipe, Sources, bundle_model, command, run_recipe
from styleganex_lab.training.data.people import PeopleData, warp_constant
from styleganex_lab.training.export import told_runs
from styleganex_lab.training.objectives.encoder import EncoderObjective, measure_sensitivity
from styleganex_lab.training.run.report import CURVE
from styleganex_lab.training.start.styles import adopt_generator, design_mapping

GENERATOR = GeneratorConfig(
    size=256, style_dim=48, channels=(8, 8, 8, 8, 8, 4, 4), mapping_layers=1
)
ENCODER = EncoderConfig(
    num_slots=14,
    style_dim=48,
    feature_channels=8,
    stem_width=4,
    widths=(4, 4, 8, 8),
    squeezes=(1, 1, 2, 2),
    head_width=8,
    grouped_heads=True,
)


def tiny(name: str, steps: int, phase: int = 0, *, half: bool = False) -> Recipe:
    """One of the recipe's phases on tiny networks and few pictures."""
    recipe = RECIPES[name]
    chosen = recipe.phases[phase]
    small = replace(
        chosen,
        steps=steps,
        batch=2,
        rate=1e-2,
        last_rate=1e-2,
        pictures=replace(chosen.pictures, count=4),
    )
    networks = replace(recipe.networks, generator=GENERATOR, encoder=ENCODER)
    return replace(recipe, phases=(small,), networks=networks, save_every=steps // 2, half=half)


def losses(folder) -> list[float]:
    with (folder / CURVE).open(newline="") as file:
        return [float(row["loss"]) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """The folder of a tiny trained generator."""
    folder = tmp_path_factory.mktemp("start")
    run_recipe(tiny("photo-start", 16), folder)
    return folder


@pytest.mark.slow
def test_the_generator_learns(start):
    first, *_, last = losses(start)
    assert last < 0.8 * first


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "phase", "half"),
    [
        ("photo", 0, True),
        ("photo", 1, False),
        ("toon", 0, False),
        ("encoder", 0, False),
        ("encoder", 1, False),
        ("encoder", 2, False),
        ("photo-more", 0, True),
    ],
)
def test_every_other_recipe_learns(name, phase, half, start, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "is_half_fast", lambda device: True)
    run_recipe(tiny(name, 12, phase, half=half), tmp_path, Sources(start=start))
    first, *_, last = losses(tmp_path)
    assert last < first


@pytest.mark.slow
def test_a_resumed_run_equals_an_unbroken_one(tmp_path):
    recipe = tiny("photo-start", 6)
    whole = run_recipe(recipe, tmp_path / "whole")
    run_recipe(recipe, tmp_path / "broken", stop_at=2)
    resumed = run_recipe(recipe, tmp_path / "broken")
    for key, tensor in whole.state_dict().items():
        torch.testing.assert_close(resumed.state_dict()[key], tensor, atol=0, rtol=0)


def test_training_leaves_the_callers_randomness_alone(tmp_path):
    before = torch.random.get_rng_state()
    run_recipe(tiny("photo-start", 2), tmp_path)
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.slow
def test_a_domain_keeps_the_mapping_and_the_constant(start, tmp_path):
    trained = run_recipe(tiny("toon", 2), tmp_path, Sources(start=start)).state_dict()
    base = torch.load(start / "checkpoint.pt", weights_only=True)["average"]
    frozen = [key for key in base if key.startswith("mapping.") or key == "constant"]
    assert frozen
    for key in frozen:
        assert torch.equal(trained[key], base[key])


def test_domains_and_encoders_ask_for_a_generator(tmp_path):
    with pytest.raises(StyleGANEXError, match="--start"):
        run_recipe("toon", tmp_path)
    with pytest.raises(StyleGANEXError, match="does not exist"):
        run_recipe("toon", tmp_path, Sources(start=tmp_path))
    with pytest.raises(StyleGANEXError, match="photo-start"):
        run_recipe("nonsense", tmp_path)


@pytest.mark.slow
def test_training_goes_on_from_a_model_file(start, tmp_path):
    """The generator of a file is taken as it is, and so is the encoder, heads and all."""
    file = tmp_path / "photo.safetensors"
    encoder = tiny("encoder", 12, 1)
    run_recipe(encoder, tmp_path / "encoder", Sources(start=start))
    bundle_model(
        file,
        generator=(tiny("photo-start", 16), start),
        encoder=(encoder, tmp_path / "encoder"),
    )
    before = load_model(file)

    objectives = [EncoderObjective(encoder, before.generator) for _ in range(2)]
    chosen = encoder.phases[0]
    phase = replace(chosen, rests=(), losses=replace(chosen.losses, cached=False))
    data = PeopleData(encoder, seed=7)
    data.begin(phase, 0)
    _, going_on = objectives
    for objective in objectives:
        objective.begin(phase, data, number=0, fresh=True)
    going_on.go_on_from(before.require_encoder())
    with torch.no_grad():
        found = [one.measure(one.model.module, data, tmp_path / "sheet.png") for one in objectives]
    assert found[0] != found[1]
    f, styles = going_on.encode(going_on.model.module.eval(), data.pictures)
    taps = before.require_encoder().extract_taps(data.pictures.floats()[0])
    torch.testing.assert_close(f, before.require_encoder().first_layer_feature(taps))
    offsets = before.require_encoder().style_offsets(taps)
    torch.testing.assert_close(styles - going_on.mean, offsets, rtol=1e-3, atol=1e-4)

    more = replace(tiny("encoder-more", 2), phases=(replace(phase, steps=2),))
    trained = run_recipe(more, tmp_path / "more", Sources(start=file))
    assert trained is not None
    told = tmp_path / "more.safetensors"
    bundle_model(
        told,
        generator=(tiny("photo-start", 16), start),
        encoder=(more, tmp_path / "more"),
        before=file,
        seed=1,
    )
    runs = {"photo-start, seed 0", "photo-start", "encoder", "encoder-more"}
    assert set(told_runs(told)) == runs
    assert told_runs(told)["encoder-more"]["seed"] == 1


@pytest.mark.slow
def test_a_run_may_start_from_a_model_file(start, tmp_path):
    file = tmp_path / "photo.safetensors"
    bundle_model(file, generator=(tiny("photo-start", 16), start))
    trained = run_recipe(tiny("photo-more", 2), tmp_path / "run", Sources(start=file)).state_dict()
    generator = load_model(file).generator.state_dict()
    assert torch.equal(trained["constant"], generator["constant"])
    assert not torch.equal(trained["heads.0.weight"], generator["heads.0.weight"])


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


def test_the_mapping_gives_every_attribute_two_styles_of_its_own():
    mapping = Generator(GENERATOR).mapping
    design_mapping(mapping)
    z = torch.randn(500, 48, generator=torch.Generator().manual_seed(0))
    normal = z / z.square().mean(dim=1, keepdim=True).sqrt()
    w, count = mapping(z), len(ATTRIBUTES)
    for sign, styles in ((1, w[:, :count]), (-1, w[:, count : 2 * count])):
        wanted = torch.nn.functional.leaky_relu(sign * normal[:, :count], 0.2) * 2**0.5
        torch.testing.assert_close(styles, wanted)


def test_a_generator_moves_to_another_mapping_and_an_encoder_follows():
    noise = torch.Generator().manual_seed(1)
    source, target = Generator(GENERATOR), Generator(GENERATOR)
    for generator in (source, target):
        design_mapping(generator.mapping)
    with torch.no_grad():  # the same styles in another order
        order = torch.randperm(48, generator=noise)
        source.mapping.weights[0].copy_(source.mapping.weights[0][order])
    to_new = adopt_generator(target, source)
    z = torch.randn(2, 48, generator=noise)
    pictures = [
        g(g.constant.expand(2, -1, -1, -1), g.mapping(z)[:, None].expand(-1, 14, -1), dense=False)
        for g in (source, target)
    ]
    torch.testing.assert_close(pictures[0], pictures[1], atol=1e-2, rtol=1e-2)
    whole = torch.cat([source.mapping(z), torch.ones(2, 1)], dim=1)
    torch.testing.assert_close(whole @ to_new, target.mapping(z), atol=1e-3, rtol=1e-3)


@pytest.mark.slow
def test_styles_count_by_what_they_change_in_the_picture():
    """Twice the colours, four times the square of every change."""
    generator = Generator(GENERATOR)
    design_mapping(generator.mapping)
    found = measure_sensitivity(generator)
    assert (found[: 2 * len(ATTRIBUTES)] > 0).all()
    assert not found[2 * len(ATTRIBUTES) :].any()
    with torch.no_grad():
        for head in generator.heads:
            head.weight.mul_(2)
    torch.testing.assert_close(measure_sensitivity(generator), 4 * found)
