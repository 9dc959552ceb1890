"""The script that renews the demo models gives each task the parts it does not train itself."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from styleganex_core import load_demo, load_model, save_model
from styleganex_core.errors import StyleGANEXError

SCRIPT = Path(__file__).parents[4] / "scripts" / "renew_demo.py"


@pytest.fixture(scope="module")
def renew():
    spec = importlib.util.spec_from_file_location("renew_demo", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """A folder with a rendered model whose every weight is another."""
    folder = tmp_path_factory.mktemp("new")
    rendered = load_demo("rendered")
    with torch.no_grad():
        for parameter in rendered.parameters():
            parameter.add_(1.0)
        for vector in rendered.edit_vectors.values():
            vector.mul_(1.5)
    save_model(rendered, folder / "rendered.safetensors")
    return folder


def long(*case):
    """One task shows the way in check.sh; each loads four bundled models."""
    return pytest.param(*case, marks=pytest.mark.slow)


@pytest.mark.parametrize(
    ("task", "renewed", "kept"),
    [
        long(
            "edit",
            ("generator.layers.0.bias", "encoder.stem.conv.weight"),
            ("fusions.", "generator.layers.7."),
        ),
        long("toonify", ("encoder.stem.conv.weight",), "generator."),
        long("super_resolution_4x", ("generator.layers.6.bias",), "generator.layers.7."),
        ("mask", ("generator.layers.12.bias",), "encoder."),
    ],
)
def test_a_task_starts_with_the_new_rendered_models_parts(renew, out, task, renewed, kept):
    renew.write_start(task, out)
    file = out / "start" / f"{task}.safetensors"
    model, rendered = load_model(file), load_model(out / "rendered.safetensors")
    assert model.edit_vectors.keys() == rendered.edit_vectors.keys()
    assert all(torch.equal(model.edit_vectors[n], v) for n, v in rendered.edit_vectors.items())
    state, before, newer = (m.state_dict() for m in (model, load_demo(task), rendered))
    for key in renewed:
        assert torch.equal(state[key], newer[key])
        assert not torch.equal(state[key], before[key])
    own = [key for key in before if key.startswith(kept)]
    assert own
    # The bundled file may hold 8 bit, the start holds float16.
    assert all(torch.equal(state[key], before[key].half().float()) for key in own)
    with safe_open(file, "pt") as opened:
        assert json.loads(opened.metadata()["training"])  # what was told before is told still


@pytest.fixture
def bundled(renew, tmp_path, monkeypatch):
    """The package's folder as it was in 0.1.0: the tasks, and what they lean on as photo model."""
    folder = tmp_path / "demo"
    folder.mkdir()
    for task in renew.TASKS:
        shutil.copy(renew.DEMO / f"{task}.safetensors", folder)
    shutil.copy(renew.DEMO / "rendered.safetensors", folder / "photo.safetensors")
    monkeypatch.setattr(renew, "DEMO", folder)
    return folder


@pytest.mark.slow
def test_the_tasks_go_on_when_the_photo_model_is_replaced(renew, bundled):
    renew.keep_rendered(bundled)
    (bundled / "photo.safetensors").write_bytes(b"another")
    for task in renew.TASKS:
        state = load_model(bundled / f"{task}.safetensors").state_dict()
        for key, tensor in load_demo(task).state_dict().items():
            assert torch.equal(state[key], tensor), (task, key)


def test_what_is_kept_stays_kept(renew, bundled, tmp_path):
    renew.keep_rendered(bundled)
    kept = (bundled / "rendered.safetensors").read_bytes()
    (bundled / "photo.safetensors").write_bytes(b"another")
    for out in (bundled, tmp_path, tmp_path):
        renew.keep_rendered(out)
        assert (out / "rendered.safetensors").read_bytes() == kept


def test_another_photo_model_is_not_kept_as_what_the_tasks_lean_on(renew, bundled, tmp_path):
    (bundled / "photo.safetensors").write_bytes(b"another")
    with pytest.raises(
        StyleGANEXError, match=r"take rendered\.safetensors from the release before"
    ):
        renew.keep_rendered(tmp_path)
    assert not (tmp_path / "rendered.safetensors").exists()


@pytest.mark.slow
def test_weights_of_real_people_become_a_small_file_with_skips(renew, tmp_path):
    (tmp_path / "README.md").write_text("| set | owner |\n| --- | --- |\n| noise | nobody, CC0 |\n")
    source = tmp_path / "weights.safetensors"
    save_model(load_demo("rendered"), source)
    renew.write_real(source, tmp_path, tmp_path, seed=3)
    file = tmp_path / "photo.safetensors"
    assert file.stat().st_size < 14e6
    model = load_model(file)
    assert model.config.generator.style_dim == 128 and model.active_fusions == 5
    assert model.edit_vectors["smile"].shape == (14, 128)
    with safe_open(file, "pt") as opened:
        told = opened.metadata()
    runs = json.loads(told["training"])
    assert runs["real"]["seed"] == 3 and runs["real"]["networks"]["skips"] == 5
    assert "photo" in runs  # what it was made of
    assert "nobody, CC0" in told["data"] and "licence" not in told


def test_a_domain_of_people_keeps_mean_latent_and_random_people(renew, tmp_path, monkeypatch):
    """What the run of a domain does not learn comes from the file that it went on from."""
    people = tmp_path / "people"
    people.mkdir()
    (people / "README.md").write_text("| set | owner |\n| --- | --- |\n| noise | nobody, CC0 |\n")
    told = {}

    def write(target, **options):
        told.update(options)
        model = load_demo("ink")
        model.latent_avg.zero_()
        save_model(model, target, metadata={"training": "{}"})

    monkeypatch.setattr(renew, "bundle_model", write)
    renew.write_domain_with_people("toon", tmp_path / "run", tmp_path, people, seed=4, effort=0.01)
    made, before = load_model(tmp_path / "toon.safetensors"), load_demo("toon")
    assert torch.equal(made.latent_avg, before.latent_avg)
    with safe_open(tmp_path / "toon.safetensors", "pt") as file:
        assert "people" in json.loads(file.metadata()["random people"])
    (recipe, run), steps = told["generator"], 9
    assert (recipe.name, recipe.phases[0].steps) == ("real-toon-people", steps)
    assert run == tmp_path / "run" and told["seed"] == 4
    assert "nobody, CC0" in told["origin"] and told["before"] == renew.DEMO / "toon.safetensors"


@pytest.mark.parametrize("name", ["ink", "toonify"])
def test_a_narrow_file_is_smaller_and_draws_alike(renew, bundled, tmp_path, name):
    """`toonify` leans on another file, `ink` stands alone."""
    wide, out = load_demo(name), tmp_path / "new"
    out.mkdir()
    base = shutil.copy(bundled / "photo.safetensors", out) if name == "toonify" else None
    save_model(wide, bundled / f"{name}.safetensors", metadata={"training": "{}"}, base=base)
    before = (bundled / f"{name}.safetensors").stat().st_size
    renew.narrow_file(name, out)
    file = out / f"{name}.safetensors"
    assert file.stat().st_size < 0.65 * before
    narrow = load_model(file)
    assert narrow.takes_skips == wide.takes_skips
    for key, tensor in wide.state_dict().items():
        if tensor.is_floating_point() and tensor.ndim >= 2:
            spread = tensor.amax() - tensor.amin()
            assert (narrow.state_dict()[key] - tensor).abs().max() <= 0.004 * spread
    for key, vector in wide.edit_vectors.items():
        assert torch.equal(narrow.edit_vectors[key], vector)
    with safe_open(file, "pt") as opened:
        assert opened.metadata()["training"] == "{}"
    renew.narrow_file(name, out)
    assert load_model(file).state_dict().keys() == wide.state_dict().keys(), "twice is once"
