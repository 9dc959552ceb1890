"""Training on real people, on tiny networks and random pictures that stand for portraits."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from styleganex_core.checkpoints import load_model
from styleganex_core.checkpoints.read import read_file
from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import FusionConfig, Model, ModelConfig
from styleganex_lab.training import RECIPES, Recipe, Sources, export_task, run_recipe
from styleganex_lab.training import objectives as objectives_package
from styleganex_lab.training.build import build_run
from styleganex_lab.training.command import MODEL
from styleganex_lab.training.data.aligned import AlignedPortraits
from styleganex_lab.training.objectives import real as real_module
from styleganex_lab.training.objectives import real_figures as figures_module
from styleganex_lab.training.objectives.one_pass import OnePass, find_open_px, gate_error
from styleganex_lab.training.objectives.real import RealObjective
from styleganex_lab.training.objectives.squeezenet import feature_distance, load_squeezenet
from styleganex_lab.training.optim import set_gains
from styleganex_lab.training.recipes.real import PAIRS, PHOTOS
from styleganex_lab.training.recipes.settings import Crops, Portraits
from styleganex_lab.training.run.loop import CHECKPOINT
from styleganex_lab.training.run.ranks import Ranks
from styleganex_lab.training.start.models import start_real_model

from .test_from_renders import ENCODER
from .test_task import WIDER, photo  # noqa: F401  (a fixture)

SIDE = 64
CPU = torch.device("cpu")
OWNERS = "| set | owner |\n| --- | --- |\n| noise | nobody, CC0 |\n"


def write_portraits(folder: Path, people: int = 12) -> Path:
    """Random pictures of `people` people in two sets, one of three times as large as the other."""
    (folder / "aligned").mkdir(parents=True)
    random = np.random.default_rng(0)
    with (folder / "index.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "person", "set", "source_px_per_crop_px", "wide"])
        for person in range(people):
            coarse = random.integers(0, 256, (5, 5, 3), dtype=np.uint8)
            picture = Image.fromarray(coarse).resize((320, 320), Image.Resampling.BICUBIC)
            picture.save(folder / "aligned" / f"{person:04}a.jpg")
            kind = "small" if person % 4 == 0 else "large"
            writer.writerow([f"{person:04}a", person, kind, 0.4 + 0.2 * person, 0])
    (folder / "README.md").write_text(f"# Noise\n\n{OWNERS}")
    return folder


def write_squeezenet(path: Path) -> Path:
    """A network of tiny sizes with random weights, in the format of a real one."""
    random = torch.Generator().manual_seed(0)

    def conv(name: str, outputs: int, inputs: int, side: int) -> dict[str, torch.Tensor]:
        scale = (2 / (inputs * side * side)) ** 0.5
        weight = torch.randn(outputs, inputs, side, side, generator=random) * scale
        return {f"{name}.weight": weight.half(), f"{name}.bias": torch.zeros(outputs).half()}

    tensors, inputs = conv("conv1", 4, 3, 3), 4
    for number in range(2, 10):
        tensors |= conv(f"fire{number}.squeeze1x1", 2, inputs, 1)
        tensors |= conv(f"fire{number}.expand1x1", 3, 2, 1)
        tensors |= conv(f"fire{number}.expand3x3", 4, 2, 3)
        inputs = 7
    tensors |= conv("conv10", 10, inputs, 1)
    save_file(tensors, path, metadata={"arch": "1.1"})
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> tuple[Path, Path]:
    """A folder of portraits and the file of a feature network."""
    folder = tmp_path_factory.mktemp("real")
    return write_portraits(folder / "people"), write_squeezenet(folder / "squeezenet11.safetensors")


@pytest.fixture
def sources(files, photo) -> Sources:  # noqa: F811
    return Sources(data=files[0], perceptual=files[1], start=photo, precision="float32")


def tiny(steps: int = 4, save_every: int = 0) -> Recipe:
    """The recipe in few small steps, on networks that are a little wider than the start's."""
    recipe = RECIPES["real"]
    (phase,) = recipe.phases
    photos, pairs = phase.pictures
    assert isinstance(pairs.pictures, Portraits)
    rendered = replace(pairs.pictures, cells=(SIDE // 8, SIDE // 8), count=4)
    parts = (
        replace(photos, pictures=Crops(SIDE, SIDE), batch=3),
        replace(pairs, pictures=rendered),
    )
    networks = replace(
        recipe.networks,
        generator=replace(WIDER, style_dim=56, channels=(10, 10, 10, 10, 8, 8, 4)),
        encoder=replace(ENCODER, style_dim=56, feature_channels=10, widths=(4, 6, 8, 10)),
    )
    phase = replace(phase, steps=steps, batch=7, warm_up=1, pictures=parts)
    return replace(recipe, phases=(phase,), networks=networks, save_every=save_every or steps)


def rows_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "curve.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_a_run_that_was_interrupted_ends_as_one_that_was_not(sources, tmp_path):
    recipe = tiny()
    whole = run_recipe(recipe, tmp_path / "whole", sources, seed=3)
    for stop in (1, 3):
        run_recipe(recipe, tmp_path / "broken", sources, seed=3, stop_at=stop)
    again = run_recipe(recipe, tmp_path / "broken", sources, seed=3)
    for key, tensor in whole.state_dict().items():
        assert torch.equal(again.state_dict()[key], tensor), key
    states = [
        torch.load(tmp_path / name / CHECKPOINT, weights_only=True) for name in ("whole", "broken")
    ]
    for key, tensor in states[0]["module"].items():
        assert torch.equal(states[1]["module"][key], tensor), key

    (row,) = rows_of(tmp_path / "whole")
    for column in (
        "pixel", "perceptual", "renders", "change", "edits", "gates", "styles", "features"
    ):  # fmt: skip
        assert float(row[column]) >= 0, column
    for way in ("", "f_", "styles_"):
        assert float(row[f"{way}psnr"]) > 0 and float(row[f"{way}face_psnr"]) > 0, way
    assert float(row["likeness"]) > 0
    sheet = Image.open(tmp_path / "whole" / "samples.png")
    assert sheet.width == 11 * 160  # photo, three drawings, seven edits
    assert sheet.height == 160  # one person in twelve is held out


@pytest.mark.slow
def test_the_model_file_tells_whose_photos_it_learned_from(sources, tmp_path):
    run_recipe(tiny(1), tmp_path, sources)
    model = load_model(tmp_path / MODEL)
    assert model.config.generator.style_dim == 56 and len(model.fusions) == 5
    assert "smile" in model.edit_vectors
    told = read_file(tmp_path / MODEL).metadata
    assert "nobody, CC0" in told["data"] and "rendered" in told["data"]
    assert "no photographs" not in told["data"] and "licence" not in told
    assert json.loads(told["training"])["real"]["task"] == "real"
    export_task(tiny(1), tmp_path, tmp_path / "again.safetensors", sources)
    again = load_model(tmp_path / "again.safetensors")
    for key, tensor in model.state_dict().items():
        assert torch.equal(again.state_dict()[key], tensor), key
    assert read_file(tmp_path / "again.safetensors").metadata["data"] == told["data"]


def test_a_start_keeps_its_pictures_but_for_the_new_skips(photo, files):  # noqa: F811
    model = start_real_model(tiny(), photo)
    x = torch.rand(2, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0)) * 2 - 1
    with torch.no_grad():
        before, after = OnePass(photo), OnePass(model)
        old, new = before.encode(x), after.encode(x)
        off = replace(new, skips=~new.skips)
        torch.testing.assert_close(after.draw(off), before.draw(old), rtol=1e-4, atol=1e-4)
        z = torch.randn(3, 48, generator=torch.Generator().manual_seed(1))
        styles = model.generator.mapping(torch.cat([z, z[:, :8]], dim=1))
    assert not styles[:, 46:].any()  # two numbers for each of 23 attributes, and nothing else


def test_a_start_without_edit_vectors_gets_those_of_the_renders(photo):  # noqa: F811
    bare = Model(photo.config, "bare")
    bare.load_state_dict(photo.state_dict())
    found = start_real_model(tiny(), bare).edit_vectors
    kept = start_real_model(tiny(), photo).edit_vectors
    assert found.keys() == kept.keys() and found["smile"].shape == (14, 56)
    change = found["smile"][0], kept["smile"][0]
    assert torch.nn.functional.cosine_similarity(*change, dim=0) > 0.95


def test_a_start_whose_styles_cannot_be_those_of_renders_is_refused(photo):  # noqa: F811
    recipe = tiny()
    narrow = replace(recipe.networks.generator, style_dim=45)
    recipe = replace(recipe, networks=replace(recipe.networks, generator=narrow))
    with pytest.raises(StyleGANEXError, match="at least 46 style numbers"):
        start_real_model(
            replace(recipe, networks=replace(recipe.networks, generator=narrow)), photo
        )


def parts_of(sources: Sources) -> tuple[RealObjective, object]:
    """The objective, ready to begin, and a batch."""
    recipe = tiny()
    objective, data = build_run(recipe, sources, device=CPU)
    assert isinstance(objective, RealObjective)
    data.begin(recipe.phases[0], 0)
    objective.begin(recipe.phases[0], data, number=0, fresh=True)
    batch = data.draw(recipe.phases[0], seed=0, step=0, rows=lambda count: slice(0, count))
    return objective, batch


def test_pairs_share_the_first_ones_feature_and_skips(sources):
    objective, batch = parts_of(sources)
    photos, pairs = batch[PHOTOS], batch[PAIRS]
    model = objective.model.module
    assert isinstance(model, Model)
    found = objective.one_pass.encode(torch.cat([photos.image, pairs.floats()[0]]))
    truth = model.generator.mapping(pairs.z)[:, None].expand(-1, 14, -1)
    edit = truth[1::2] - truth[0::2]
    random = torch.Generator().manual_seed(0)
    mixed = objective.mix(found, torch.zeros_like(found.f), len(photos), random)
    codes = objective.plan(mixed, truth, edit, len(photos), random)
    assert len(codes.f) == 3 + 4 + 2
    first, second = codes.pick(torch.tensor([3, 5])), codes.pick(torch.tensor([4, 6]))
    assert torch.equal(first.f, second.f) and torch.equal(first.skips, second.skips)
    assert all(torch.equal(first.taps[k], second.taps[k]) for k in first.taps)
    torch.testing.assert_close(second.w_plus - first.w_plus, edit)
    assert torch.equal(second.edit, edit) and not first.edit.any()
    assert first.gated.all() and second.gated.all()
    # The edited photos: their own feature, skips on, gates told of the edit.
    changed = codes.pick(torch.tensor([7, 8]))
    assert torch.equal(changed.f, found.f[:2]) and changed.skips.all() and changed.gated.all()
    torch.testing.assert_close(changed.w_plus, found.w_plus[:2] + edit)
    assert torch.equal(changed.edit, edit)


def test_features_and_skips_are_off_in_about_their_share(sources):
    objective, batch = parts_of(sources)
    image = batch[PHOTOS].image
    found = objective.one_pass.encode(image)
    many = found.pick(torch.arange(3).repeat(134)[:400])
    many = replace(many, f=torch.ones_like(many.f))
    random = torch.Generator().manual_seed(0)
    mixed = objective.mix(many, torch.zeros_like(many.f), 396, random)
    free = slice(2, 396)  # the first are always whole, the last are renders
    assert 0.65 < mixed.f[free].mean() < 0.85
    assert 0.65 < mixed.skips[free].float().mean() < 0.85
    assert 0.3 < mixed.gated[free].float().mean() < 0.5
    assert mixed.gated[396:].all() and (mixed.f[:2] == 1).all()


def test_gates_are_told_to_close_where_an_edit_draws_other_shapes(sources):
    objective, batch = parts_of(sources)
    random = torch.Generator().manual_seed(0)
    terms = objective.find_terms(batch[PHOTOS], batch[PAIRS], random)
    model = objective.model.module
    assert isinstance(model, Model)
    gates = [gate for fusion in model.fusions if (gate := fusion.gate) is not None]
    assert len(gates) == 5
    for gate in gates:  # they are open everywhere, though pairs differ: that is an error
        (gradient,) = torch.autograd.grad(
            terms["gates"], gate.get_parameter("conv.bias"), retain_graph=True
        )
        assert gradient.abs() > 0
    asked = torch.zeros(9, dtype=torch.bool)
    open_everywhere = [torch.ones(9, 1, 8, 8)] * 5
    assert gate_error(open_everywhere, torch.zeros(9, 1, 32, 32), asked) == 0  # not asked
    asked[4] = True
    assert gate_error(open_everywhere, torch.zeros(9, 1, 32, 32), asked) == pytest.approx(7 / 9)
    assert gate_error(open_everywhere, torch.ones(9, 1, 32, 32), asked) == 0


def test_light_and_colour_leave_gates_open_and_shapes_close_them():
    change = torch.zeros(3, 3, 64, 64)
    change[1] = 0.5  # all of a picture brighter
    change[2, :, 28:36, 28:36] = 0.5  # a new shape in its middle
    wanted = find_open_px(change)
    assert wanted.shape == (3, 1, 32, 32)
    assert (wanted[:2] == 1).all()
    assert wanted[2, 0, 15:17, 15:17].max() == 0  # closed there
    assert (wanted[2, 0, :4] == 1).all() and (wanted[2, 0, :, -4:] == 1).all()  # open elsewhere
    assert not find_open_px(-change)[2, 0, 16, 16]


def test_gates_learn_faster_than_what_they_open():
    (phase,) = RECIPES["real"].phases
    gains = set_gains(start_gains_model(), phase.learns)
    by_part = {(".gate." in key): gain for key, gain in gains.items() if "fusions" in key}
    assert by_part == {True: 1.0, False: 0.4}
    assert gains["generator.constant"] == 1.0 and gains["encoder.stem.conv.weight"] == 0.4
    assert not any("mapping" in key or "noise" in key for key in gains)


def start_gains_model() -> Model:
    """A model of the tiny recipe's sizes with gated fusions, on no memory."""
    networks = tiny().networks
    fusions = tuple(FusionConfig(6, 10, gate_layers=1, style_dim=56) for _ in range(5))
    with torch.device("meta"):
        return Model(ModelConfig(networks.generator, networks.encoder, fusions))


def test_going_on_needs_something_to_go_on_from(sources):
    recipe = replace(tiny(), name="real-more", needs_start=True)
    with pytest.raises(StyleGANEXError, match="pass --start"):
        build_run(recipe, replace(sources, start=None), device=CPU)


@pytest.mark.slow
def test_every_part_learns_and_the_mapping_stays(sources, tmp_path):
    recipe = tiny(2)
    before = start_real_model(recipe, sources.start).state_dict()
    run_recipe(recipe, tmp_path, sources)
    after = torch.load(tmp_path / CHECKPOINT, weights_only=True)["module"]
    moved = {key for key in before if not torch.equal(before[key], after[key])}
    for part in ("generator.layers.2.conv", "generator.constant", "encoder.blocks.3", "fusions.4"):
        assert any(key.startswith(part) for key in moved), part
    assert any(".gate." in key for key in moved)
    still = ("generator.mapping", "generator.noise_maps", "latent_avg")
    kept = (*still, "running_mean", "running_var", "noise_strength")
    assert not [key for key in moved if key.startswith(still) or key.endswith(kept)]


@pytest.mark.slow
def test_bfloat16_trains_too_and_the_measured_choice_is_kept(sources, tmp_path, monkeypatch):
    asked = []

    def say(device: torch.device) -> bool:
        asked.append(device)
        return True

    def judge(*pictures: torch.Tensor, **options: object) -> torch.Tensor:
        assert not torch.is_autocast_enabled("cpu")  # pictures of 256 px cannot be judged in it
        assert all(picture.dtype == torch.float32 for picture in pictures)
        return torch.ones(len(pictures[0]))

    monkeypatch.setattr(figures_module, "judge_identity", judge)
    monkeypatch.setattr(real_module, "is_half_fast", say)
    measured = replace(sources, precision="measured")
    run_recipe(tiny(3), tmp_path, measured, stop_at=1)
    assert torch.load(tmp_path / CHECKPOINT, weights_only=True)["data"]["half"] is True
    run_recipe(tiny(3), tmp_path, measured)
    assert len(asked) == 1
    state = torch.load(tmp_path / CHECKPOINT, weights_only=True)
    assert all(torch.isfinite(t).all() for t in state["module"].values())
    assert state["module"]["encoder.stem.conv.weight"].dtype == torch.float32


def test_compiling_is_asked_for_and_changes_nothing_else(sources, monkeypatch):
    compiled = []

    def note(function, **options):
        compiled.append(function.__name__)
        return function

    monkeypatch.setattr(torch, "compile", note)
    parts_of(sources)
    assert compiled == []
    objective, batch = parts_of(replace(sources, compiled=True))
    assert sorted(compiled) == [
        "_run_encoder", "_run_generator", "feature_distance", "pyramid_error"
    ]  # fmt: skip
    (turn,) = objective.turns(batch, step=0, done=0.0)
    assert turn.learner == objectives_package.MODEL and len(turn.terms) == 8


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"data": "rendered"}, "aligned portraits"),
        ({"perceptual": None}, "--perceptual FILE"),
        ({"perceptual": "index.csv"}, "index.csv"),
        ({"perceptual": "model"}, "is not a SqueezeNet 1.1"),
        ({"data": "empty"}, "has no index.csv"),
    ],
)
def test_what_is_missing_is_said_before_training(change, named, sources, files, tmp_path):
    given = {
        "index.csv": files[0] / "index.csv",
        "empty": tmp_path,
        "model": tmp_path / "model.safetensors",
    }
    save_file({"weight": torch.zeros(2)}, given["model"])
    change = {key: given.get(value, value) for key, value in change.items()}
    with pytest.raises(StyleGANEXError, match=named):
        build_run(tiny(), replace(sources, **change), device=CPU)


def test_owners_come_from_the_readme_or_are_given(sources, tmp_path):
    folder = write_portraits(tmp_path / "people")
    (folder / "README.md").unlink()
    nameless = replace(sources, data=folder)
    with pytest.raises(StyleGANEXError, match="--origin"):
        build_run(tiny(), nameless, device=CPU)
    build_run(tiny(), replace(nameless, origin="mine"), device=CPU)


def test_several_processes_are_refused(sources, tmp_path):
    with pytest.raises(StyleGANEXError, match="runs in one process"):
        run_recipe(tiny(), tmp_path, sources, ranks=Ranks(CPU, 0, 2))


def test_equal_pictures_have_no_distance_and_others_have_one_with_a_gradient(files):
    network = load_squeezenet(files[1])
    random = torch.Generator().manual_seed(0)
    one, other = torch.rand(2, 2, 3, 64, 64, generator=random).mul(2).sub(1).unbind()
    one.requires_grad_(True)
    assert feature_distance(network, one, one.detach()).abs().max() < 1e-6
    distance = feature_distance(network, one, other)
    assert distance.shape == (2,) and (distance > 1e-3).all()
    distance.sum().backward()
    assert one.grad is not None and one.grad.abs().sum() > 0
    assert not any(parameter.requires_grad for parameter in network.parameters())


def test_data_is_the_same_for_the_same_step_whatever_was_drawn_before(files):
    recipe = tiny()
    phase = replace(recipe.phases[0], pictures=Crops(SIDE, SIDE), batch=4)
    source = AlignedPortraits(files[0], recipe.data)
    drawn = [
        source.draw(phase, seed=1, step=step, rows=lambda count: slice(0, count))
        for step in (5, 6, 5)
    ]
    assert torch.equal(drawn[0].image, drawn[2].image)
    assert not torch.equal(drawn[0].image, drawn[1].image)
