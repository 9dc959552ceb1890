"""Edit vectors say what they do, and training folders become models that load."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import save_file

from styleganex_core import load_model, save_model
from styleganex_core.checkpoints.read import read_file
from styleganex_core.networks import Generator, Model, ModelConfig
from styleganex_lab.portraits import ATTRIBUTES
from styleganex_lab.portraits.people import attributes_of
from styleganex_lab.training import RECIPES, Sources, bundle_model, export, run_recipe
from styleganex_lab.training.export import RENDERS, Learned, add_run, save_task, told_runs
from styleganex_lab.training.start.styles import DEVIATION, EDITS, design_mapping, find_directions

from .objectives.test_from_renders import GENERATOR, tiny


def test_an_edit_vector_moves_its_attribute_by_one_deviation_and_no_other():
    generator = Generator(GENERATOR)
    design_mapping(generator.mapping)
    vectors = find_directions(generator)
    assert list(vectors) == list(EDITS)

    z = torch.randn(8192, 48, generator=torch.Generator().manual_seed(3))
    known = torch.cat([generator.mapping(z), torch.ones(len(z), 1)], dim=1)
    reader = torch.linalg.lstsq(known, attributes_of(z), driver="gelsd").solution
    for name, vector in vectors.items():
        attribute, sign = EDITS[name]
        wanted = torch.zeros(len(ATTRIBUTES))
        wanted[ATTRIBUTES.index(attribute)] = sign * DEVIATION
        torch.testing.assert_close(vector[0] @ reader[:-1], wanted, atol=0.05, rtol=0)


@pytest.mark.slow
def test_training_folders_become_a_model_that_loads(tmp_path):
    photo, encoder = tiny("photo-start", 2), tiny("encoder", 2)
    run_recipe(photo, tmp_path / "photo")
    run_recipe(encoder, tmp_path / "encoder", Sources(start=tmp_path / "photo"))
    target = tmp_path / "photo.safetensors"
    bundle_model(
        target,
        generator=(photo, tmp_path / "photo"),
        encoder=(encoder, tmp_path / "encoder"),
    )
    model = load_model(target)
    assert model.encoder is not None
    assert set(model.edit_vectors) == set(EDITS)
    assert model.latent_avg.abs().sum() > 0
    told = told_runs(target)
    assert list(told) == ["photo-start", "encoder"]
    assert told["encoder"]["phases"][0]["steps"] == 2
    assert told["encoder"]["curve"][0].startswith("step,loss,psnr")


@pytest.mark.parametrize("domain", [True, False])
def test_what_goes_on_from_photographs_tells_whose_they_are(domain, tmp_path, monkeypatch):
    model, recipe, told = Model(ModelConfig(GENERATOR)), tiny("toon", 2), []
    weights = model.generator.state_dict()
    monkeypatch.setattr(export, "_averaged_weights", lambda folder: weights)
    for number, data in enumerate((RENDERS, "renders, and photographs: of nobody, CC BY")):
        start, target = (tmp_path / f"{name}{number}.safetensors" for name in ("start", "out"))
        save_model(model, start, metadata={"data": data})
        if domain:
            bundle_model(target, generator=(recipe, tmp_path), before=start)
        else:
            save_task(RECIPES["demo-edit"], model, tmp_path, target, Learned(start=start))
        told.append(read_file(target).metadata)
    assert told[0]["data"] == RENDERS and told[0]["licence"] == "Apache-2.0"
    assert told[1]["data"].endswith(", and photographs: of nobody, CC BY")
    assert "no photographs" not in told[1]["data"] and "licence" not in told[1]


def test_another_programs_word_on_its_training_loses_no_run(tmp_path):
    for word in ("by hand", "[1, 2]"):
        save_file({"x": torch.zeros(1)}, tmp_path / "x.safetensors", metadata={"training": word})
        assert told_runs(tmp_path / "x.safetensors") == {}


def test_a_second_run_of_a_recipe_keeps_the_word_of_the_first():
    runs = {"photo-more": {"seed": 1, "curve": ["a"]}}
    add_run(runs, "photo-more", {"seed": 2, "curve": ["b"]})
    assert runs == {
        "photo-more, seed 1": {"seed": 1, "curve": ["a"]},
        "photo-more": {"seed": 2, "curve": ["b"]},
    }
