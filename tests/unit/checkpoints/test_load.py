from __future__ import annotations

import argparse
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from styleganex_core import CheckpointError, StyleGANEXError, load_model
from styleganex_core.checkpoints.convert import convert_encoder, convert_generator

from .files import (
    SLOTS,
    STYLE_DIM,
    narrow_checkpoint,
    narrow_generator,
    narrow_state,
    save,
    save_tensors,
)

TASKS = {
    "inversion": 0,
    "sketch2face": 1,
    "mask2face": 2,
    "sr": 2,
    "sr32": 4,
    "toonify+torgb": 7,
    "edit": 7,
}


@pytest.mark.parametrize(("task", "legacy"), [*((task, False) for task in TASKS), ("edit", True)])
def test_task_checkpoints_load_number_for_number(task: str, legacy: bool, tmp_path: Path) -> None:
    checkpoint = narrow_checkpoint(task)
    model = load_model(save(checkpoint, tmp_path / "any.name", legacy=legacy))

    assert len(model.fusions) == TASKS[task]
    assert model.name == "any" and not model.training
    state = model.state_dict()
    parts = {"encoder.": convert_encoder, "decoder.": convert_generator}
    for prefix, convert in parts.items():
        tensors = {
            key.removeprefix(prefix): tensor
            for key, tensor in checkpoint["state_dict"].items()
            if key.startswith(prefix)
        }
        for key, tensor in convert(tensors).items():
            assert torch.equal(state[key], tensor), key
    assert torch.equal(model.latent_avg, checkpoint["latent_avg"])


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ({"use_skip": False, "skip_max_layer": 7}, 0),
        ({"use_skip": True, "skip_max_layer": 3}, 3),
        ({"skip_max_layer": 2}, 2),
        ({"use_skip": True}, 7),
        ({}, 7),
        (None, 7),
        (argparse.Namespace(use_skip=True, skip_max_layer=5), 5),
    ],
)
def test_options_choose_the_fusions(options, count: int, tmp_path: Path) -> None:
    path = save(narrow_checkpoint("edit", opts=options), tmp_path / "edit.pt")
    assert len(load_model(path).fusions) == count


def test_an_edit_checkpoint_brings_its_vectors_and_leaves_the_discriminator(tmp_path: Path) -> None:
    editing = torch.randn(2, SLOTS, STYLE_DIM)
    checkpoint = narrow_checkpoint(editing_w=editing, discriminator={"w": torch.ones(3)})
    model = load_model(save(checkpoint, tmp_path / "edit.pt"))
    assert torch.equal(model.edit_vectors["editing_w"], editing)


@pytest.mark.parametrize(
    "shape", [(STYLE_DIM,), (1, STYLE_DIM), (SLOTS, STYLE_DIM), (1, SLOTS, STYLE_DIM)]
)
def test_the_mean_latent_is_read_in_every_layout(shape: tuple[int, ...], tmp_path: Path) -> None:
    mean = torch.randn(shape)
    data = {"g_ema": narrow_generator(), "latent_avg": mean}
    model = load_model(save(data, tmp_path / "a.pt"))
    assert torch.equal(model.latent_avg, mean.expand(1, SLOTS, STYLE_DIM)[0])


def test_a_mean_latent_of_another_model_is_refused(tmp_path: Path) -> None:
    path = save(narrow_checkpoint(latent_avg=torch.ones(18, STYLE_DIM)), tmp_path / "a.pt")
    with pytest.raises(CheckpointError, match=r"latent_avg is \[18, 32\]; expected \[14, 32\]"):
        load_model(path)


def test_whole_styles_become_offsets_from_the_mean(tmp_path: Path) -> None:
    options = {"use_skip": False, "start_from_latent_avg": False}
    whole = load_model(save(narrow_checkpoint("inversion", opts=options), tmp_path / "a.pt"))
    usual = load_model(save(narrow_checkpoint("inversion"), tmp_path / "b.pt"))
    picture = torch.rand(1, 3, 64, 64)
    taps = usual.require_encoder().extract_taps(picture)
    styles = whole.require_encoder().style_offsets(taps) + whole.latent_avg
    torch.testing.assert_close(styles, usual.require_encoder().style_offsets(taps))


@pytest.mark.parametrize("extras", [{}, {"d": {}, "d_optim": {"lr": 1}, "g": {}, "args": 1}])
def test_a_generator_alone_is_a_model_without_encoder(extras: dict, tmp_path: Path) -> None:
    if "args" in extras:
        extras = {**extras, "args": argparse.Namespace(size=256)}
    mean = torch.randn(STYLE_DIM)
    data = {"g_ema": narrow_generator(), "latent_avg": mean, **extras}
    model = load_model(save(data, tmp_path / "toon.pt"))
    assert torch.equal(model.latent_avg, mean.expand(SLOTS, -1))
    with pytest.raises(StyleGANEXError, match=r"toon is a generator alone.*encoder"):
        model.require_encoder()


def test_a_generator_without_a_mean_gets_the_mapped_mean(tmp_path: Path) -> None:
    path = save({"g_ema": narrow_generator()}, tmp_path / "nada.pt")
    model = load_model(path)
    assert torch.equal(model.latent_avg, load_model(path).latent_avg)
    random = torch.Generator().manual_seed(99)
    mapped = model.generator.mapping(torch.randn(4096, STYLE_DIM, generator=random))
    error = (mapped.mean(0) - model.latent_avg[0]) / mapped.std(0)
    assert error.abs().max() < 0.1


@pytest.mark.parametrize("prefix", ["", "g_ema."])
def test_reference_keys_in_safetensors_are_read(prefix: str, tmp_path: Path) -> None:
    tensors = {prefix + key: tensor for key, tensor in narrow_generator().items()}
    save_file(tensors, tmp_path / "generator.pt")
    assert load_model(tmp_path / "generator.pt").encoder is None
    save_file(
        {**narrow_state("inversion"), "latent_avg": torch.ones(STYLE_DIM)}, tmp_path / "whole.pt"
    )
    assert load_model(tmp_path / "whole.pt").encoder is not None


def test_a_psp_checkpoint_gives_its_generator(tmp_path: Path, caplog) -> None:
    checkpoint = narrow_checkpoint("inversion")
    for part in ("featlayer", "skiplayer"):
        for name in ("weight", "bias"):
            del checkpoint["state_dict"][f"encoder.{part}.{name}"]
    model = load_model(save(checkpoint, tmp_path / "psp.pt"))
    assert model.encoder is None and "featlayer" in caplog.text


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_all_floating_tensors_get_the_dtype(dtype: torch.dtype, tmp_path: Path) -> None:
    model = load_model(save_tensors(narrow_state("edit"), tmp_path / "a.pt"), dtype=dtype)
    for key, tensor in model.state_dict().items():
        counter = key.endswith("num_batches_tracked")
        assert tensor.dtype == (torch.int64 if counter else dtype), key


def test_a_model_loaded_under_inference_mode_can_be_optimised_through(tmp_path: Path) -> None:
    torch_file = save(narrow_checkpoint(), tmp_path / "a.pt")
    save_file(narrow_generator(), tmp_path / "b.safetensors")
    for path in (torch_file, tmp_path / "b.safetensors"):
        with torch.inference_mode():
            model = load_model(path)
        assert not any(tensor.is_inference() for tensor in model.state_dict().values())
        w_plus = model.latent_avg[None].clone().requires_grad_()
        f = torch.zeros(1, model.feature_channels, 4, 4)
        model.generator(f, w_plus).square().mean().backward()
        assert w_plus.grad is not None and w_plus.grad.isfinite().all()


def test_a_model_does_not_depend_on_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_file(narrow_generator(), path)
    model = load_model(path)
    before = model.generator.constant.clone()
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
    assert torch.equal(model.generator.constant, before)


def test_missing_counters_are_filled_in(tmp_path: Path) -> None:
    state = narrow_state("inversion")
    without = {k: t for k, t in state.items() if "num_batches" not in k}
    load_model(save_tensors(without, tmp_path / "a.pt"))
    load_model(save_tensors({k: t.half() for k, t in state.items()}, tmp_path / "b.pt"))


@pytest.mark.parametrize(
    "key",
    [
        "decoder.input.input",
        "decoder.style.1.weight",
        "decoder.style.8.weight",
        "decoder.convs.3.conv.weight",
        "decoder.convs.11.conv.weight",
        "decoder.to_rgbs.2.bias",
        "decoder.noises.noise_4",
        "encoder.input_layer.0.weight",
        "encoder.body.9.res_layer.5.fc1.weight",
        "encoder.styles.0.linear.weight",
        "encoder.styles.13.convs.4.bias",
        "encoder.featlayer.weight",
        "encoder.fusion.2.fusion_out.weight",
        "encoder.fusion.6.transform.0.weight",
        "encoder.fusion.0.linear.2.weight",
    ],
)
def test_a_missing_key_is_named_as_in_the_file(key: str, tmp_path: Path) -> None:
    state = narrow_state("edit")
    del state[key]
    with pytest.raises(CheckpointError, match=r"cut\.pt looks like a StyleGANEX checkpoint") as bad:
        load_model(save_tensors(state, tmp_path / "cut.pt"))
    assert key in str(bad.value) and "it lacks" in str(bad.value)


def test_wrong_shapes_and_unknown_keys_are_named(tmp_path: Path) -> None:
    checkpoint = narrow_checkpoint()
    checkpoint["state_dict"]["decoder.convs.2.conv.weight"] = torch.ones(1, 32, 16, 3, 3)
    checkpoint["state_dict"]["encoder.surprise"] = torch.ones(1)
    del checkpoint["state_dict"]["decoder.to_rgbs.1.bias"]
    with pytest.raises(CheckpointError) as bad:
        load_model(save(checkpoint, tmp_path / "a.pt"))
    for part in (
        "it lacks decoder.to_rgbs.1.bias [3]",
        "decoder.convs.2.conv.weight is [32, 16, 3, 3], expected [32, 32, 3, 3]",
        "unknown keys: encoder.surprise",
    ):
        assert part in str(bad.value)


def test_parts_of_different_models_are_refused(tmp_path: Path) -> None:
    checkpoint = narrow_checkpoint("inversion")
    state = checkpoint["state_dict"]
    checkpoint["state_dict"] = {k: t for k, t in state.items() if ".styles.13." not in k}
    with pytest.raises(CheckpointError, match=r"encoder finds 13 styles.*takes 14"):
        load_model(save(checkpoint, tmp_path / "a.pt"))


def test_broken_numbers_are_refused(tmp_path: Path) -> None:
    generator = narrow_generator()
    bias = generator["conv1.activate.bias"].clone()
    generator["conv1.activate.bias"] = bias
    bias[0] = float("nan")
    with pytest.raises(CheckpointError, match=r"conv1\.activate\.bias holds NaN"):
        load_model(save({"g_ema": generator}, tmp_path / "a.pt"))
    bias[0] = 1e6
    path = save({"g_ema": generator}, tmp_path / "b.pt")
    with pytest.raises(CheckpointError, match=r"too large for torch\.float16; load in bfloat16"):
        load_model(path, dtype=torch.float16)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"conv1.weight": torch.ones(4, 3, 7, 7)}, "nearest format is a StyleGANEX checkpoint"),
        ({"convs.0.w": torch.ones(2, 2)}, r"rosinality.*lacks input\.input .*holds convs\.0\.w"),
        ({"layers.0.bias": torch.ones(2, 2)}, "model saved by this package.*generator.constant"),
        ({"epoch": 3}, "it holds no tensors"),
        ({"state_dict": {"fc.weight": torch.ones(2, 2)}}, r"it lacks decoder\.input\.input"),
        ({"wplus": torch.ones(1, 18, 4), "f": torch.ones(1, 4, 2, 2)}, "load it as latents"),
        ({"smile": torch.ones(1, 512)}, "edit vectors, not a model"),
        (torch.ones(3, 3), r"lacks decoder\.input\.input"),
    ],
)
def test_foreign_files_are_told_the_nearest_format(data, message: str, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=message):
        load_model(save(data, tmp_path / "foreign.pt"))
