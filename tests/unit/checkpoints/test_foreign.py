"""Files as people really have them: other wrappers, other programs' latents, odd entries."""

from __future__ import annotations

import argparse
import collections
import pathlib
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from styleganex_core import (
    CheckpointError,
    StyleGANEXError,
    decode_latents,
    describe_file,
    edit_vector_names,
    encode_face,
    load_edit_vector,
    load_latents,
    load_model,
    save_model,
)
from styleganex_core.checkpoints.read import read_file
from tests.unit.tiny import tiny_model

from .files import STYLE_DIM, narrow_checkpoint, narrow_generator, narrow_state, save

# --- what lies beside the tensors


@pytest.mark.parametrize("legacy", [False, True])
def test_inert_things_in_a_pt_file_are_plain_data(legacy: bool, tmp_path: Path) -> None:
    things = {
        "scalar": np.float32(1.5),
        "whole": np.int64(7),
        "truth": np.bool_(True),
        "array": np.arange(6, dtype=np.float64).reshape(2, 3),
        "columns": np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3)),
        "swapped": np.arange(3, dtype=">i4"),
        "path": pathlib.PurePosixPath("/data/ffhq"),
        "here": Path("a") / "b",
        "set": {"a"},
        "counter": collections.Counter("aab"),
        "default": collections.defaultdict(list, a=[1]),
        "dtype": torch.float16,
        "size": torch.Size([1, 2]),
        "device": torch.device("cpu"),
        "complex": 1 + 2j,
        "bytes": b"abc",
        "args": argparse.Namespace(lr=np.float64(0.1), out=Path("runs")),
        "parameter": torch.nn.Parameter(torch.ones(2)),
    }
    data = read_file(save(things, tmp_path / "a.pt", legacy=legacy)).data
    assert (data["scalar"], data["whole"], data["truth"]) == (1.5, 7, True)
    for name in ("array", "columns", "swapped"):
        assert torch.equal(
            data[name],
            torch.from_numpy(things[name].astype(things[name].dtype.newbyteorder("=")).copy()),
        )
    assert (data["path"], data["here"]) == ("/data/ffhq", "a/b")
    assert (data["set"], data["counter"], data["default"]) == (["a"], {"a": 2, "b": 1}, {"a": [1]})
    assert (data["size"], data["complex"], data["bytes"]) == ((1, 2), 1 + 2j, b"abc")
    assert (data["args"].lr, data["args"].out) == (0.1, "runs")
    assert torch.equal(data["parameter"], torch.ones(2))


def test_views_and_shared_numbers_come_back_as_they_were(tmp_path: Path) -> None:
    whole = torch.arange(24.0).reshape(4, 6)
    things = {"turned": whole.T, "part": whole[1:3, ::2], "same": whole, "empty": torch.empty(0, 3)}
    data = read_file(save(things, tmp_path / "a.pt")).data
    assert all(torch.equal(data[name], tensor) for name, tensor in things.items())


@pytest.mark.parametrize(
    "dtype",
    [
        *(torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool),
        *(torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64),
        torch.float8_e4m3fn,
    ],
)
@pytest.mark.parametrize("legacy", [False, True])
def test_every_dtype_is_read(dtype: torch.dtype, legacy: bool, tmp_path: Path) -> None:
    tensor = torch.tensor([0.0, 1.0, 1.0]).to(dtype)
    read = read_file(save({"a": tensor}, tmp_path / "a.pt", legacy=legacy)).data["a"]
    assert read.dtype == dtype and torch.equal(read.view(torch.uint8), tensor.view(torch.uint8))


@pytest.mark.parametrize("wrapper", ["module.", "_orig_mod.", "_orig_mod.module."])
def test_prefixes_of_wrappers_are_seen_through(wrapper: str, tmp_path: Path) -> None:
    checkpoint = narrow_checkpoint()
    state = {wrapper + key: tensor for key, tensor in checkpoint["state_dict"].items()}
    wrapped = load_model(save({**checkpoint, "state_dict": state}, tmp_path / "a.pt")).state_dict()
    plain = load_model(save(checkpoint, tmp_path / "b.pt")).state_dict()
    assert all(torch.equal(tensor, plain[key]) for key, tensor in wrapped.items())
    generator = {wrapper + key: tensor for key, tensor in narrow_generator().items()}
    for data in ({"g_ema": generator}, generator):
        assert load_model(save(data, tmp_path / "c.pt")).encoder is None


def test_a_mean_latent_of_numpy_is_read(tmp_path: Path) -> None:
    mean = np.linspace(0, 1, STYLE_DIM)
    data = {"g_ema": narrow_generator(), "latent_avg": mean, "args": {"path": Path("x")}}
    model = load_model(save(data, tmp_path / "a.pt"))
    torch.testing.assert_close(model.latent_avg[3], torch.from_numpy(mean).float())


# --- pSp, e4e, ReStyle


@pytest.mark.parametrize(
    ("options", "channels", "name"),
    [
        ({"encoder_type": "Encoder4Editing"}, 3, "e4e's"),
        ({"encoder_type": "GradualStyleEncoder"}, 3, "pSp's or e4e's"),
        ({}, 6, "ReStyle's"),
    ],
)
def test_encoders_of_another_shape_are_named_where_they_are_missed(
    options: dict, channels: int, name: str, tmp_path: Path
) -> None:
    checkpoint = narrow_checkpoint("inversion", opts=options)
    state = {k: t for k, t in checkpoint["state_dict"].items() if "featlayer" not in k}
    state = {k: t for k, t in state.items() if "skiplayer" not in k}
    stem = state["encoder.input_layer.0.weight"]
    state["encoder.input_layer.0.weight"] = stem[:, :1].repeat(1, channels, 1, 1)
    path = save({**checkpoint, "state_dict": state}, tmp_path / "other.pt")
    with pytest.raises(StyleGANEXError) as refused:
        encode_face(load_model(path), torch.zeros(1, 3, 64, 64))
    for part in (name, "aligned face (w_plus)", "first-layer feature", "Domain Swap", "sample"):
        assert part in str(refused.value)
    assert "pSp, e4e or ReStyle" in describe_file(path) and name in describe_file(path)


# --- other programs' latents


def write_styles(kind: str, styles: torch.Tensor, path: Path) -> Path:
    if kind == "npy":
        np.save(path.with_suffix(".npy"), styles.numpy())
        return path.with_suffix(".npy")
    if kind == "npz":
        np.savez(path.with_suffix(".npz"), latents=styles.numpy())
        return path.with_suffix(".npz")
    if kind == "safetensors":
        save_file({"latents": styles}, path)
        return path
    if kind == "pictures":
        return save({f"{i:05}.png": row for i, row in enumerate(styles)}, path)
    return save(styles, path)


@pytest.mark.parametrize("kind", ["pt", "npy", "npz", "safetensors", "pictures"])
def test_styles_of_pictures_are_latents_and_no_edit_vector(kind: str, tmp_path: Path) -> None:
    model = tiny_model(64)
    styles = torch.randn(3, model.num_slots, model.style_dim)
    path = write_styles(kind, styles, tmp_path / "latents.pt")
    latents = load_latents(path, model)
    assert torch.equal(latents.w_plus, styles) and latents.batch == 3
    assert decode_latents(model, latents).shape == (3, 3, 64, 64)
    assert "styles of pictures" in describe_file(path)
    with pytest.raises(CheckpointError, match="load it as latents"):
        load_edit_vector(path)
    with pytest.raises(CheckpointError, match="give the model"):
        load_latents(path)
    with pytest.raises(
        CheckpointError, match=r"its styles are \[10, 12\], those of tiny \[18, 12\]"
    ):
        load_latents(path, tiny_model(1024, encoder=False))


@pytest.mark.parametrize("shape", [(10, 12), (1, 10, 12), (2, 10, 12)])
def test_styles_that_could_be_an_edit_vector_are_what_they_are_loaded_as(
    shape: tuple[int, ...], tmp_path: Path
) -> None:
    path = save(torch.randn(shape), tmp_path / "a.pt")
    assert load_edit_vector(path).shape == (10, 12)
    assert load_latents(path, tiny_model(64)).w_plus.shape[1:] == (10, 12)


def test_a_vector_of_slots_in_rows_of_one_is_a_vector_per_slot(tmp_path: Path) -> None:
    vector = torch.randn(18, 1, 512)
    path = save(vector, tmp_path / "a.pt")
    assert torch.equal(load_edit_vector(path), vector[:, 0])
    assert edit_vector_names(path) == ["0"]


@pytest.mark.parametrize(
    "foreign",
    [
        torch.ones(3, 3),
        torch.tensor(1.0),
        torch.ones(18, 512, dtype=torch.complex64),
        torch.empty(0, 512),
        "a note",
        None,
        Path("somewhere"),
        np.array(["text"], dtype=object),
        [torch.ones(2, 2)],
    ],
    ids=str,
)
def test_one_foreign_entry_does_not_refuse_a_dictionary(foreign, tmp_path: Path) -> None:
    named = {"smile": torch.randn(18, 512), "other": foreign, "age": torch.randn(1, 512)}
    path = save(named, tmp_path / "directions.pt")
    assert edit_vector_names(path) == ["smile", "age"]
    assert torch.equal(load_edit_vector(path, "smile"), named["smile"])
    assert "smile" in describe_file(path)


@pytest.mark.parametrize("network", [torch.nn.Linear(512, 512), torch.nn.Conv2d(3, 3, 3)])
def test_a_network_is_no_dictionary_of_edit_vectors(network, tmp_path: Path) -> None:
    path = save(network.state_dict(), tmp_path / "net.pt")
    with pytest.raises(StyleGANEXError, match="not a file of edit vectors"):
        load_edit_vector(path)


# --- files that were accepted and failed later, or failed with torch's own words


@pytest.mark.parametrize(
    "mean",
    [
        torch.ones(STYLE_DIM, dtype=torch.int64),
        torch.ones(STYLE_DIM, dtype=torch.complex64),
        torch.ones(STYLE_DIM).to(torch.float8_e4m3fn),
        torch.ones(2, STYLE_DIM),
        torch.ones(1, 1, 1, STYLE_DIM),
    ],
    ids=lambda mean: f"{mean.dtype} {list(mean.shape)}",
)
def test_a_mean_latent_that_is_none_is_refused_at_loading(mean, tmp_path: Path) -> None:
    path = save({"g_ema": narrow_generator(), "latent_avg": mean}, tmp_path / "a.pt")
    with pytest.raises(CheckpointError, match="latent_avg is"):
        load_model(path)


@pytest.mark.parametrize("dtype", [torch.complex64, torch.float8_e4m3fn, torch.int32])
def test_weights_of_another_kind_are_refused_at_loading(dtype: torch.dtype, tmp_path: Path) -> None:
    generator, key = narrow_generator(), "conv1.conv.weight"
    generator[key] = torch.ones_like(generator[key]).to(dtype)
    with pytest.raises(CheckpointError, match=r"conv1\.conv\.weight is .* of "):
        load_model(save({"g_ema": generator}, tmp_path / "a.pt"))


@pytest.mark.parametrize(
    "vector",
    [torch.ones(3, 3), torch.ones(1, 18, 5, 5), torch.full((14, 32), torch.nan), torch.empty(0)],
    ids=lambda vector: str(list(vector.shape)),
)
def test_a_model_with_a_broken_edit_vector_is_refused_at_loading(vector, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="edit vector"):
        load_model(save(narrow_checkpoint(editing_w=vector), tmp_path / "a.pt"))


@pytest.fixture(scope="module")
def tiny_tensors(tmp_path_factory) -> dict[str, torch.Tensor]:
    path = tmp_path_factory.mktemp("tiny") / "a.safetensors"
    save_model(tiny_model(64), path, dtype=torch.float32)
    return read_file(path).data


@pytest.mark.parametrize("side", [-1.0, 1e30, float("nan"), float("inf"), [1.0, 2.0], 1j])
def test_a_style_side_out_of_range_is_refused(side, tiny_tensors, tmp_path: Path) -> None:
    save(tiny_tensors | {"encoder.style_side": torch.tensor(side)}, tmp_path / "b.pt")
    with pytest.raises(CheckpointError, match="style_side"):
        load_model(tmp_path / "b.pt")


def test_a_state_dict_of_parts_of_parts_is_read_to_its_end_or_refused(tmp_path: Path) -> None:
    state = narrow_state("inversion")
    for data in (
        {"state_dict": {"state_dict": state}},
        {"state_dict": []},
        {"g_ema": []},
        {"g_ema": {"module.": torch.ones(1)}},
        {"state_dict": {"encoder.": torch.ones(1), "decoder.": torch.ones(1)}},
        {"decoder": 3, "encoder": None, "latent_avg": "text"},
        {"state_dict": state, "opts": {"use_skip": True, "skip_max_layer": 10**9}},
        {"state_dict": state, "opts": {"skip_max_layer": -5, "use_skip": "yes"}},
        {"state_dict": {k: t for k, t in state.items() if k.startswith("encoder.")}},
    ):
        with pytest.raises(CheckpointError):
            load_model(save(data, tmp_path / "a.pt"))
