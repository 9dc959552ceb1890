"""`python -m styleganex_lab train`: every option does what it says or is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from styleganex_lab.__main__ import main
from styleganex_lab.training import RECIPES, command


@pytest.fixture
def started(monkeypatch):
    """What runs would have been started with."""
    calls = []

    def note(recipe, out, sources, **options):
        calls.append((recipe, sources, options))

    monkeypatch.setattr(command, "run_recipe", note)
    return calls


@pytest.mark.parametrize(
    ("recipe", "options", "named"),
    [
        ("photo-start", ["--device", "cpu", "--data", "/nonexistent"], "--data"),
        ("photo", ["--attributes", "age"], "--attributes"),
        ("toon", ["--domain", "toon.pt"], "--domain"),
        ("encoder", ["--encoder", "trunk.pth"], "--encoder"),
        ("encoder-more", ["--perceptual", "vgg.pth"], "--perceptual"),
        ("ink", ["--identity", "arc.pth"], "--identity"),
        ("photo-more", ["--models", "models"], "--models"),
        ("photo", ["--partners", "maps"], "--partners"),
        ("photo", ["--no-align"], "--no-align"),
        ("demo-edit", ["--no-align"], "--no-align"),
        ("inversion", ["--partners", "maps"], "--partners"),
        ("inversion", ["--attributes", "age"], "--attributes"),
        ("edit", ["--domain", "toon.pt"], "--domain"),
        ("demo-sketch", ["--identity", "arc.pth"], "--identity"),
        ("domain", ["--perceptual", "vgg.pth", "--encoder", "trunk.pth"], "--encoder"),
        ("generator", ["--models", "models"], "--models"),
        ("inversion", ["--effort", "0"], "--effort"),
        ("real", ["--data", "photos", "--partners", "maps"], "--partners"),
        ("real", ["--data", "photos", "--no-align"], "--no-align"),
        ("real", ["--data", "photos", "--identity", "arc.pth"], "--identity"),
        ("inversion", ["--origin", "mine"], "--origin"),
        ("photo", ["--compile"], "--compile"),
        ("demo-edit", ["--precision", "float32"], "--precision"),
    ],
)
def test_options_that_would_do_nothing_are_refused(recipe, options, named, started, capsys):
    assert main(["train", recipe, "--out", "out", *options]) == 2
    said = capsys.readouterr().err
    assert said.startswith("styleganex: ") and named in said
    assert not started


def test_no_recipe_takes_every_option_and_every_option_serves_some_recipe(started):
    """The check knows all options: one that nobody thought of would pass it for all recipes."""
    given = {
        "--partners": "maps", "--attributes": "age", "--encoder": "trunk.pth",
        "--domain": "toon.pt", "--perceptual": "vgg.pth", "--identity": "arc.pth",
        "--models": "models", "--origin": "mine", "--precision": "bfloat16",
    }  # fmt: skip
    for option, value in given.items():
        codes = {
            main(["train", name, "--out", "out", "--data", "photos", option, value])
            for name in RECIPES
        }
        assert codes == {0, 2}, option


def test_options_reach_the_run(started):
    options = [
        "--data",
        "photos",
        "--no-align",
        "--seed",
        "4",
        "--device",
        "cpu",
        "--effort",
        "0.1",
    ]
    assert main(["train", "inversion", "--out", "out", "--identity", "arc.pth", *options]) == 0
    ((recipe, sources, given),) = started
    assert recipe.phases[0].steps == 10_000
    assert (sources.data, sources.align, sources.identity) == ("photos", False, Path("arc.pth"))
    assert given["seed"] == 4 and given["ranks"].device == torch.device("cpu")


def test_options_of_real_people_reach_the_run(started):
    options = ["--perceptual", "net.safetensors", "--origin", "mine", "--compile"]
    options += ["--precision", "float32", "--start", "wide.safetensors", "--device", "cpu"]
    assert main(["train", "real", "--data", "people", "--out", "out", *options]) == 0
    ((_, sources, _),) = started
    assert (sources.data, sources.origin, sources.compiled) == ("people", "mine", True)
    assert sources.perceptual == Path("net.safetensors") and sources.precision == "float32"
    assert sources.start == Path("wide.safetensors")


def test_effort_and_device_hold_for_recipes_of_renders_too(started):
    arguments = ["--out", "out", "--effort", "0.5", "--device", "cpu"]
    assert main(["train", "photo-start", *arguments]) == 0
    ((recipe, _, given),) = started
    assert recipe.steps == RECIPES["photo-start"].steps // 2
    assert given["ranks"].device.type == "cpu"


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_gpu_that_is_not_there_is_refused(capsys, started):
    assert main(["train", "photo-start", "--out", "out", "--device", "cuda"]) == 2
    assert "no GPU" in capsys.readouterr().err


def test_an_encoder_for_a_model_that_has_one_is_refused(tmp_path, capsys):
    arguments = ["--out", str(tmp_path), "--encoder", "trunk.pth", "--device", "cpu"]
    assert main(["train", "demo-edit", *arguments]) == 2
    assert "has an encoder already" in capsys.readouterr().err
