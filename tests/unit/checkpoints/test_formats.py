"""A format of model files is one module; the walk from a file to a model changes nothing."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest
import torch

from styleganex_core import (
    CheckpointError,
    Latents,
    ShapeError,
    decode_latents,
    load_face_parser,
    load_model,
    load_perceptual,
)
from styleganex_core.checkpoints import formats, load_identity, load_trunk
from styleganex_core.checkpoints.load import complete_parts
from styleganex_core.checkpoints.read import read_file
from tests.unit.tiny import tiny_model

from .files import narrow_checkpoint, narrow_generator, save

MODULES = [
    importlib.import_module(f"{formats.__name__}.{found.name}")
    for found in pkgutil.iter_modules(formats.__path__)
    if found.name != "parts"
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.split(".")[-1])
def test_a_format_is_a_module_with_detect_and_load(module) -> None:
    assert module.FORMAT in formats.FORMATS
    assert module.FORMAT.detect is module.detect and module.FORMAT.load is module.load
    for data in (None, 7, "text", [], {}, (1, 2, 3), {7: None}, {"a": torch.ones(1)}):
        assert module.detect(data) is False


def test_every_format_is_in_a_module_of_its_own() -> None:
    assert len(formats.FORMATS) == len(MODULES) == len({f.title for f in formats.FORMATS})


@pytest.mark.parametrize("task", ["edit", "inversion"])
def test_loading_changes_nothing_of_what_was_read(task: str, tmp_path: Path) -> None:
    options = {"use_skip": True, "skip_max_layer": 2, "start_from_latent_avg": False}
    if task == "inversion":
        options["use_skip"] = False
    path = save(narrow_checkpoint(task, opts=options), tmp_path / "a.pt")
    parts = formats.find_model(read_file(path))
    before = {key: tensor.clone() for key, tensor in parts.tensors.items()}
    complete_parts(parts, path)
    assert parts.tensors.keys() == before.keys()
    assert all(torch.equal(tensor, before[key]) for key, tensor in parts.tensors.items())


@pytest.mark.parametrize("load", [load_face_parser, load_identity, load_trunk, load_perceptual])
@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "text",
        torch.ones(2),
        {7: torch.ones(1)},
        {"state_dict": 3},
        {"state_dict": {"cp.x": torch.ones(1), 7: torch.ones(2)}},
        {"cp.resnet.conv1.weight": torch.ones(1, dtype=torch.complex64)},
        {"input_layer.0.weight": torch.ones(1), 7: torch.ones(1)},
        {"input_layer.0.weight": "text"},
        {"input_layer.0.weight": torch.ones(2, dtype=torch.complex64), "output_layer.0.x": None},
        {"features.0.weight": torch.ones(1)},
        {"features.0.weight": torch.ones(64, 3, 3, 3), "features.0.bias": torch.ones(2)},
        {"features.0.weight": torch.ones(64, 3, 11, 11, dtype=torch.complex64)},
    ],
    ids=lambda data: str(data)[:40],
)
def test_what_is_no_frozen_network_is_a_sentence(load, data, tmp_path: Path) -> None:
    path = save(data, tmp_path / "a.pt")
    if load is load_trunk and isinstance(data, dict) and "input_layer.0.weight" in data:
        return  # the caller says what is missing
    with pytest.raises(CheckpointError):
        load(path)


def test_latents_whose_parts_do_not_fit_the_model_are_a_sentence() -> None:
    model = tiny_model(64, fusions=2)
    f, w_plus = torch.ones(1, model.feature_channels, 4, 4), model.latent_avg[None]
    taps = [fusion.tap_channels for fusion in model.config.fusions]
    fitting = tuple(torch.ones(1, channels, 4, 4) for channels in taps)
    assert decode_latents(model, Latents(f, w_plus, skips=fitting)).shape == (1, 3, 8, 8)
    for wrong in (torch.ones(1, taps[1] + 1, 4, 4), torch.ones(1, taps[1], 4, 5)):
        with pytest.raises(ShapeError, match="skip feature 1 of the latents"):
            decode_latents(model, Latents(f, w_plus, skips=(fitting[0], wrong)))
    maps = tuple(torch.ones(1, 1, 7, 3) for _ in model.generator.layers)
    picture = decode_latents(model, Latents(f, w_plus, noise=maps), noise="stored")
    assert picture.shape == (1, 3, 8, 8)


@pytest.mark.parametrize("shape", [(0, 1, 1, 1, 1), (2, 3, 4, 1, 1), (1, 3, 4, 3, 3), (0,)])
@pytest.mark.parametrize("key", ["conv1.conv.weight", "to_rgb1.conv.weight", "to_rgb1.bias"])
def test_axes_of_another_length_than_the_formats_are_named(key, shape, tmp_path: Path) -> None:
    data = {"g_ema": {**narrow_generator(), key: torch.ones(shape)}}
    with pytest.raises(CheckpointError, match="looks like a rosinality"):
        load_model(save(data, tmp_path / "a.pt"))
