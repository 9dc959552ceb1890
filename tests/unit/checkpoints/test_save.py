from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from styleganex_core import (
    CheckpointError,
    convert_file,
    describe_file,
    edit_vector_names,
    load_edit_vector,
    load_latents,
    load_model,
    save_model,
)
from styleganex_core.checkpoints import write
from tests.unit.tiny import tiny_model

from .files import SLOTS, STYLE_DIM, narrow_checkpoint, narrow_generator, save


def stored(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    with safe_open(path, "pt") as file:
        return {key: file.get_tensor(key) for key in file.keys()}, file.metadata()  # noqa: SIM118


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"encoder": False},
        {"fusions": 4, "gate": True, "labels": 19},
        {"size": 128, "fusions": 5},
    ],
)
def test_models_return_bit_for_bit(options: dict, tmp_path: Path) -> None:
    model, name = tiny_model(**options), "model.pt"  # the ending does not matter
    model.edit_vectors["smile"] = torch.randn(model.num_slots, model.style_dim)
    save_model(model, tmp_path / name, dtype=torch.float32)
    loaded = load_model(tmp_path / name)
    assert loaded.config == model.config and loaded.name == "model"
    state = loaded.state_dict()
    for key, tensor in model.state_dict().items():
        assert torch.equal(state[key], tensor), key
    assert torch.equal(loaded.edit_vectors["smile"], model.edit_vectors["smile"])
    assert torch.equal(load_edit_vector(tmp_path / name, "smile"), model.edit_vectors["smile"])


def test_half_precision_is_the_default(tmp_path: Path) -> None:
    model = tiny_model(encoder=False)
    save_model(model, tmp_path / "a.safetensors")
    tensors, _ = stored(tmp_path / "a.safetensors")
    assert {tensor.dtype for tensor in tensors.values()} == {torch.float16}
    loaded = load_model(tmp_path / "a.safetensors").state_dict()
    for key, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            assert torch.equal(loaded[key], tensor.half().float()), key


def test_numbers_too_large_for_half_precision_stay_float32(tmp_path: Path) -> None:
    model = tiny_model(encoder=False)
    with torch.no_grad():
        model.generator.mapping.weights[0][0, 0] = 1e5
    save_model(model, tmp_path / "a.safetensors")
    weight = load_model(tmp_path / "a.safetensors").generator.mapping.weights[0]
    assert torch.equal(weight, model.generator.mapping.weights[0])


def test_a_broken_model_is_not_saved(tmp_path: Path) -> None:
    model = tiny_model(encoder=False)
    model.latent_avg[0, 0] = float("nan")
    with pytest.raises(CheckpointError, match="latent_avg holds NaN"):
        save_model(model, tmp_path / "a.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_noise_maps_are_stored_only_where_they_count(tmp_path: Path) -> None:
    model = tiny_model(encoder=False)
    save_model(model, tmp_path / "a.safetensors")
    assert any("noise_maps" in key for key in stored(tmp_path / "a.safetensors")[0])
    with torch.no_grad():
        for layer in model.generator.layers:
            layer.noise_strength.zero_()
    save_model(model, tmp_path / "a.safetensors")
    assert not any("noise_maps" in key for key in stored(tmp_path / "a.safetensors")[0])
    assert not any(map(torch.any, load_model(tmp_path / "a.safetensors").generator.noise_maps))


def test_noise_maps_that_count_and_are_missing_are_drawn_once_and_for_all(
    tmp_path: Path, caplog
) -> None:
    generator = {k: t for k, t in narrow_generator().items() if not k.startswith("noises.")}
    path = save({"g_ema": generator}, tmp_path / "550000.pt")
    maps = load_model(path).generator.noise_maps
    assert "550000.pt holds no noise maps" in caplog.text and "seed 0" in caplog.text
    largest = maps[-1]
    assert largest.shape == (1, 1, 256, 256)
    assert abs(float(largest.mean())) < 0.02 and abs(float(largest.std()) - 1) < 0.02
    assert all(map(torch.equal, maps, load_model(path).generator.noise_maps))


def test_one_missing_noise_map_among_others_is_named(tmp_path: Path) -> None:
    generator = {k: t for k, t in narrow_generator().items() if k != "noises.noise_0"}
    with pytest.raises(CheckpointError, match=r"lacks noises\.noise_0 \[1, 1, 4, 4\]"):
        load_model(save({"g_ema": generator}, tmp_path / "a.pt"))


def test_metadata_tells_sizes_and_provenance(tmp_path: Path) -> None:
    save_model(tiny_model(encoder=False), tmp_path / "a.safetensors", metadata={"licence": "CC0"})
    metadata = stored(tmp_path / "a.safetensors")[1]
    assert metadata["licence"] == "CC0"
    assert json.loads(metadata["config"])["generator"]["size"] == 64


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(b"before")

    def fail(tensors, name, metadata):
        Path(name).write_bytes(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "save_file", fail)
    with pytest.raises(CheckpointError, match="No space left"):
        save_model(tiny_model(encoder=False), path)
    assert [file.name for file in tmp_path.iterdir()] == ["a.safetensors"]
    assert path.read_bytes() == b"before"


def test_impossible_targets_are_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="there is no folder"):
        save_model(tiny_model(encoder=False), tmp_path / "nowhere" / "a.safetensors")
    with pytest.raises(CheckpointError, match="it is a folder"):
        save_model(tiny_model(encoder=False), tmp_path)


def test_new_files_have_the_rights_of_any_file(tmp_path: Path) -> None:
    save_model(tiny_model(encoder=False), tmp_path / "a.safetensors")
    (tmp_path / "plain").touch()
    modes = {(tmp_path / name).stat().st_mode for name in ("a.safetensors", "plain")}
    assert len(modes) == 1


def test_a_model_can_be_saved_over_its_own_file(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_model(tiny_model(encoder=False), path, dtype=torch.float32)
    model = load_model(path)
    save_model(model, path, dtype=torch.float32)
    assert torch.equal(load_model(path).generator.constant, model.generator.constant)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_checkpoints_convert_in_their_own_precision(dtype: torch.dtype, tmp_path: Path) -> None:
    checkpoint = narrow_checkpoint("edit", editing_w=torch.randn(2, SLOTS, STYLE_DIM))
    checkpoint["state_dict"] = {
        key: t.to(dtype) if t.is_floating_point() else t
        for key, t in checkpoint["state_dict"].items()
    }
    source, target = save(checkpoint, tmp_path / "edit.pt"), tmp_path / "edit.safetensors"
    convert_file(source, target)
    before, after = load_model(source).state_dict(), load_model(target).state_dict()
    for key, tensor in before.items():
        if not key.endswith("num_batches_tracked") and key != "latent_avg":
            assert torch.equal(after[key], tensor), key
    tensors, metadata = stored(target)
    assert tensors["generator.constant"].dtype == dtype
    assert metadata["source"] == "edit.pt, a StyleGANEX checkpoint"
    assert json.loads(metadata["options"])["skip_max_layer"] == 7
    assert edit_vector_names(target) == ["editing_w", "editing_w:1"]


def test_vectors_and_latents_convert_too(tmp_path: Path) -> None:
    vectors = {"smile": torch.randn(1, 512), "age": torch.randn(2, 18, 512)}
    target = tmp_path / "out.safetensors"
    convert_file(save(vectors, tmp_path / "v.pt"), target)
    assert set(edit_vector_names(target)) == {"smile", "age", "age:1"}
    assert torch.equal(load_edit_vector(target, "age:1"), vectors["age"][1])

    f, w_plus = torch.randn(1, 8, 4, 5), torch.randn(1, 18, 16)
    convert_file(save({"wplus": w_plus, "f": f}, tmp_path / "l.pt"), target)
    assert torch.equal(load_latents(target).f, f)


def test_conversion_writes_safetensors_only(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"name it \*\.safetensors"):
        convert_file(tmp_path / "a.pt", tmp_path / "b.pt")


def test_files_are_described(tmp_path: Path) -> None:
    text = describe_file(save(narrow_checkpoint("edit+torgb"), tmp_path / "edit.pt"))
    for part in ("a StyleGANEX checkpoint", "256 px, 14 style slots", "7 with attention and RGB"):
        assert part in text
    text = describe_file(save({"g_ema": narrow_generator()}, tmp_path / "g.pt"))
    assert "but not encode" in text and "computed when loaded" in text
    save_model(tiny_model(labels=19), tmp_path / "a.safetensors", metadata={"licence": "CC0"})
    text = describe_file(tmp_path / "a.safetensors")
    assert "19 channels" in text and "CC0" in text and "float16" in text
    text = describe_file(save({"smile": torch.ones(1, 512)}, tmp_path / "v.pt"))
    assert "edit vectors" in text and "smile [1, 1, 512]" in text
    inversion = {"wplus": torch.ones(1, 18, 512), "f": torch.ones(1, 512, 4, 5)}
    text = describe_file(save(inversion, tmp_path / "l.pt"))
    assert "[1, 512, 4, 5]" in text
    with pytest.raises(CheckpointError, match="nearest format"):
        describe_file(save({"a": torch.ones(2, 3)}, tmp_path / "x.pt"))
