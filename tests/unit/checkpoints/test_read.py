from __future__ import annotations

import argparse
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from styleganex_core import (
    CheckpointError,
    StyleGANEXError,
    describe_file,
    load_edit_vector,
    load_latents,
    load_model,
)
from styleganex_core.checkpoints.read import list_tensors, read_file

from .files import Bomb, save

TENSORS = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(2, dtype=torch.float16)}


def write(kind: str, path: Path) -> Path:
    if kind == "safetensors":
        save_file(TENSORS, path)
    elif kind in ("torch", "torch, legacy"):
        save(TENSORS, path, legacy="legacy" in kind)
    elif kind == "npz":
        with path.open("wb") as file:
            np.savez_compressed(file, **{key: t.numpy() for key, t in TENSORS.items()})
    return path


KINDS = ["safetensors", "torch", "torch, legacy", "npz"]


@pytest.mark.parametrize("ending", [".pt", ".safetensors", ".npz", ".bin", ""])
@pytest.mark.parametrize("kind", KINDS)
def test_contents_decide_and_names_do_not(kind: str, ending: str, tmp_path: Path) -> None:
    contents = read_file(write(kind, tmp_path / f"file{ending}"))
    assert contents.format == kind.split(",")[0]
    assert contents.data.keys() == TENSORS.keys()
    for key, tensor in TENSORS.items():
        torch.testing.assert_close(contents.data[key], tensor, rtol=0, atol=0)


def test_a_numpy_array_of_any_byte_order_is_a_tensor(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(4, dtype=">f8"))
    assert read_file(tmp_path / "a.npy").data.tolist() == [0, 1, 2, 3]


def test_the_namespace_of_a_training_dump_is_allowed(tmp_path: Path) -> None:
    path = save({"args": argparse.Namespace(size=256), "w": torch.ones(3)}, tmp_path / "dump.pt")
    assert read_file(path).data["args"].size == 256


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("load", [load_model, load_latents, load_edit_vector, read_file])
def test_code_in_a_file_is_refused_and_not_run(load, legacy: bool, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    data = {"g_ema": {"input.input": torch.ones(3)}, "bomb": Bomb(marker)}
    with pytest.raises(CheckpointError, match="nothing in it was run") as refused:
        load(save(data, tmp_path / "bomb.pt", legacy=legacy))
    assert "mkdir" in str(refused.value) and "safetensors" in str(refused.value)
    assert refused.value.__suppress_context__  # torch's text advises weights_only=False
    assert not marker.exists()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_plain_pickles_are_refused_and_not_run(protocol: int, tmp_path: Path) -> None:
    marker, path = tmp_path / "ran", tmp_path / "bomb.safetensors"
    path.write_bytes(pickle.dumps({"a": Bomb(marker)}, protocol))
    with pytest.raises(CheckpointError):
        read_file(path)
    assert not marker.exists()


def test_pickled_numpy_objects_are_refused_and_not_run(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    np.save(tmp_path / "a.npy", np.array([Bomb(marker)], dtype=object), allow_pickle=True)
    with (tmp_path / "a.npz").open("wb") as file:
        np.savez(file, a=np.array([Bomb(marker)], dtype=object))
    for name in ("a.npy", "a.npz"):
        with pytest.raises(CheckpointError, match="nothing in it was run"):
            read_file(tmp_path / name)
    assert not marker.exists()


def test_a_pickled_network_class_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"torch\.nn\.modules\.linear\.Linear"):
        read_file(save(torch.nn.Linear(2, 2), tmp_path / "net.pt"))


@pytest.mark.parametrize(
    "start",
    [
        b"\x80\x04\x95\x20\x00\x00\x00\x00\x00\x00\x00}\x8c\x17torch_utils.persistence\x94",
        b"\x80\x03cdnnlib.tflib.network\nNetwork\nq\x00.",
    ],
)
def test_pickles_of_nothing_but_a_name_are_no_model(start: bytes, tmp_path: Path) -> None:
    (tmp_path / "ffhq.pkl").write_bytes(start + bytes(100))
    with pytest.raises(CheckpointError, match=r"ffhq\.pkl (looks like a Python pickle|is not a)"):
        load_model(tmp_path / "ffhq.pkl")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.99])
def test_truncated_files_are_refused(kind: str, part: float, tmp_path: Path) -> None:
    path = write(kind, tmp_path / "whole")
    whole = path.read_bytes()
    path.write_bytes(whole[: max(1, int(len(whole) * part))])
    with pytest.raises(CheckpointError, match="whole"):
        read_file(path)


@pytest.mark.parametrize("seed", range(5))
def test_random_bytes_are_refused(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "noise.pt"
    path.write_bytes(np.random.default_rng(seed).bytes(5000))
    for load in (load_model, load_latents, load_edit_vector):
        with pytest.raises(CheckpointError, match=r"noise\.pt is of an unknown kind"):
            load(path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(4))
def test_damaged_bytes_never_crash(kind: str, seed: int, tmp_path: Path) -> None:
    path = write(kind, tmp_path / "whole")
    random = np.random.default_rng(seed)
    data = bytearray(path.read_bytes())
    for place in random.integers(8, len(data), 20):
        data[place] = random.integers(256)
    path.write_bytes(bytes(data))
    try:
        load_model(path)
    except CheckpointError as refusal:
        assert "whole" in str(refusal)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html>Quota exceeded", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:", "Git LFS"),
        (b"just some text", "an unknown kind"),
        (b"\x80", "an unknown kind"),
    ],
)
def test_other_files_are_named(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "model.pt").write_bytes(content)
    with pytest.raises(CheckpointError, match=message):
        read_file(tmp_path / "model.pt")


def test_folders_archives_and_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="is a folder"):
        read_file(tmp_path)
    with pytest.raises(CheckpointError, match="there is no file"):
        read_file(tmp_path / "nothing.pt")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(CheckpointError, match="zip archive without tensors"):
        read_file(tmp_path / "a.zip")


def test_tiny_files_that_claim_huge_tensors_are_refused(tmp_path: Path) -> None:
    path = save({"a": torch.zeros(1, 1).expand(1 << 20, 1 << 20)}, tmp_path / "huge.pt")
    with pytest.raises(CheckpointError, match="more than the file can hold"):
        read_file(path)


def test_sparse_tensors_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="sparse"):
        read_file(save({"a": torch.eye(3).to_sparse()}, tmp_path / "sparse.pt"))


def test_tensors_are_listed_with_their_places() -> None:
    data = {"f": [torch.ones(1), torch.ones(2)], "deep": {"w": torch.ones(3)}, "step": 4}
    assert [name for name, _ in list_tensors(data)] == ["f.0", "f.1", "deep.w"]


@pytest.mark.parametrize("load", [load_model, load_latents, load_edit_vector, describe_file])
@pytest.mark.parametrize("name", ["a\0b", "a" * 300, "\ud800", "a/" * 3000])
def test_names_that_no_system_takes_are_a_sentence(load, name: str, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError) as refused:
        load(tmp_path / name)
    assert str(refused.value).isprintable() and len(str(refused.value)) < 1000


def test_what_a_file_calls_its_parts_cannot_spoil_a_message(tmp_path: Path) -> None:
    key = "\ud800\u202e\x00" + "x" * 100_000
    path = save(
        {"state_dict": {key: torch.ones(1), f"encoder.{key}": torch.ones(2)}}, tmp_path / "a"
    )
    for load in (load_model, load_latents, load_edit_vector, describe_file):
        with pytest.raises(StyleGANEXError) as refused:
            load(path)
        assert str(refused.value).isprintable() and len(str(refused.value)) < 2000
    path = save({key: torch.ones(512), "b": torch.ones(512)}, tmp_path / "b")
    assert describe_file(path).replace("\n", "").isprintable()
