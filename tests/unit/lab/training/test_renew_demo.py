"""The script that renews the demo models gives each task the parts it does not train itself."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from styleganex_core import load_demo, load_model, save_model

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
    """A folder with a photo model whose every weight is another."""
    folder = tmp_path_factory.mktemp("new")
    photo = load_demo("photo")
    with torch.no_grad():
        for parameter in photo.parameters():
            parameter.add_(1.0)
        for vector in photo.edit_vectors.values():
            vector.mul_(1.5)
    save_model(photo, folder / "photo.safetensors")
    return folder


@pytest.mark.parametrize(
    ("task", "renewed", "kept"),
    [
        ("edit", ("generator.layers.0.bias", "encoder.stem.conv.weight"), "fusions."),
        ("toonify", ("encoder.stem.conv.weight",), "generator."),
        ("super_resolution_4x", ("generator.layers.6.bias",), "generator.layers.7."),
        ("mask", ("generator.layers.12.bias",), "encoder."),
    ],
)
def test_a_task_starts_with_the_new_photo_models_parts(renew, out, task, renewed, kept):
    renew.write_start(task, out)
    file = out / "start" / f"{task}.safetensors"
    model, photo = load_model(file), load_model(out / "photo.safetensors")
    assert model.edit_vectors.keys() == photo.edit_vectors.keys()
    assert all(torch.equal(model.edit_vectors[n], v) for n, v in photo.edit_vectors.items())
    state, before, newer = (m.state_dict() for m in (model, load_demo(task), photo))
    for key in renewed:
        assert torch.equal(state[key], newer[key])
        assert not torch.equal(state[key], before[key])
    own = [key for key in before if key.startswith(kept)]
    assert own
    assert all(torch.equal(state[key], before[key]) for key in own)
    with safe_open(file, "pt") as opened:
        assert json.loads(opened.metadata()["training"])  # what was told before is told still


def test_the_tasks_go_on_when_the_photo_model_is_replaced(renew, tmp_path):
    renew.keep_rendered(tmp_path)
    (tmp_path / "photo.safetensors").write_bytes(b"another")
    kept, before = load_model(tmp_path / "rendered.safetensors"), load_demo("photo")
    assert kept.edit_vectors.keys() == before.edit_vectors.keys()
    for task in renew.TASKS:
        state = load_model(tmp_path / f"{task}.safetensors").state_dict()
        for key, tensor in load_demo(task).state_dict().items():
            assert torch.equal(state[key], tensor), (task, key)


@pytest.mark.slow
def test_weights_of_real_people_become_a_small_file_with_skips(renew, tmp_path):
    (tmp_path / "README.md").write_text("| set | owner |\n| --- | --- |\n| noise | nobody, CC0 |\n")
    source = tmp_path / "weights.safetensors"
    save_model(load_demo("photo"), source)
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
