"""Models in 8 bit: a quarter of float32's size, nearly the same numbers, loaded as any other."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from styleganex_core import CheckpointError, convert_file, load_model, save_model
from styleganex_core.checkpoints import levels
from styleganex_core.checkpoints.read import read_file
from tests.unit.tiny import tiny_model


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[torch.nn.Module, Path]:
    """A model and its file in 8 bit; its weights are small, so the bar is lowered."""
    monkeypatch.setattr(levels, "SMALL", 64)
    model, path = tiny_model(fusions=4, gate=2), tmp_path / "a.safetensors"
    model.edit_vectors["smile"] = torch.randn(model.num_slots, model.style_dim)
    save_model(model, path, metadata={"training": "here"}, dtype=torch.uint8)
    return model, path


def test_levels_become_floats_per_channel():
    rows = torch.tensor([[0, 255], [10, 20]], dtype=torch.uint8)
    tensors = {"x": rows, "x.scale": torch.tensor([0.5, 2.0]), "x.low": torch.tensor([-1.0, 3])}
    whole = levels.dequantise(tensors | {"bias": torch.ones(2), "other.scale": torch.ones(1)})
    assert set(whole) == {"x", "bias", "other.scale"}
    torch.testing.assert_close(whole["x"], torch.tensor([[-1.0, 126.5], [23.0, 43.0]]))


def test_every_weight_is_back_within_half_a_level_of_its_channel(stored):
    model, path = stored
    loaded = load_model(path)
    assert loaded.config == model.config
    state, eight_bit = loaded.state_dict(), 0
    for key, tensor in model.state_dict().items():
        if not tensor.is_floating_point():
            continue
        found = state[key]
        if levels.is_worth_levels(key, tensor):
            rows = tensor.flatten(1)
            step = (rows.amax(dim=1) - rows.amin(dim=1)) / levels.LEVELS
            gap = (found.flatten(1) - rows).abs().amax(dim=1)
            assert (gap <= 0.51 * step + 1e-6).all(), key
            eight_bit += 1
        else:
            assert torch.equal(found, tensor.half().float()), key
    assert eight_bit > 20
    assert torch.equal(loaded.edit_vectors["smile"], model.edit_vectors["smile"])
    mapping = load_file(path)["generator.mapping.weights.0"]
    assert mapping.dtype == torch.float16


def test_a_file_in_8_bit_stays_in_8_bit_when_it_is_converted(stored, tmp_path):
    _, path = stored
    convert_file(path, tmp_path / "b.safetensors")
    again = read_file(tmp_path / "b.safetensors")
    assert again.metadata["training"] == "here" and levels.has_levels(again.data)
    before, after = (load_model(file).state_dict() for file in (path, tmp_path / "b.safetensors"))
    for key, tensor in before.items():
        torch.testing.assert_close(after[key], tensor, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("part", ["scale", "low"])
@pytest.mark.parametrize("fault", [torch.ones(3), torch.ones(2, dtype=torch.uint8), torch.ones(())])
def test_a_scale_that_does_not_fit_is_a_sentence(part, fault):
    rows = {"x": torch.zeros(2, 4, dtype=torch.uint8), "x.scale": torch.ones(2)}
    tensors = rows | {"x.low": torch.zeros(2)} | {f"x.{part}": fault}
    with pytest.raises(CheckpointError, match=r"x \[2, 4\] is stored in 8 bits.*damaged"):
        levels.dequantise(tensors)


def test_a_file_without_its_scales_is_refused_by_the_tensors_name(stored, tmp_path):
    _, path = stored
    key = "encoder.blocks.0.conv_in.weight"
    tensors = load_file(path)
    assert tensors[key].dtype == torch.uint8
    del tensors[f"{key}.scale"]
    save_file(tensors, tmp_path / "b.safetensors")
    with pytest.raises(CheckpointError, match=r"blocks\.0\.conv_in\.weight"):
        load_model(tmp_path / "b.safetensors")
