from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from styleganex_core import (
    CheckpointError,
    ShapeError,
    StyleGANEXError,
    edit_vector_names,
    load_edit_vector,
    save_edit_vectors,
)

from .files import SLOTS, STYLE_DIM, narrow_checkpoint, narrow_generator, save

LAYOUTS = {
    (512,): (1, 512),
    (1, 512): (1, 512),
    (24,): (1, 24),
    (18, 512): (18, 512),
    (14, 24): (14, 24),
    (1, 18, 512): (18, 512),
    (1, 1, 512): (1, 512),
    (2, 18, 512): (18, 512),
    (9216,): (18, 512),
    (1, 9216): (18, 512),
    (1, 7168): (14, 512),
}


def write(tensor: torch.Tensor, kind: str, path: Path) -> Path:
    if kind == "npy":
        np.save(path.with_suffix(".npy"), tensor.numpy())
        return path.with_suffix(".npy")
    if kind == "safetensors":
        save_file({"v": tensor}, path)
        return path
    return save(tensor, path, legacy=kind == "legacy")


@pytest.mark.parametrize("kind", ["zip", "legacy", "npy", "safetensors"])
@pytest.mark.parametrize("shape", LAYOUTS)
def test_every_layout_is_read_as_it_is(shape: tuple[int, ...], kind: str, tmp_path: Path) -> None:
    tensor = torch.randn(shape, dtype=torch.float64)
    vector = load_edit_vector(write(tensor, kind, tmp_path / "v"))
    assert vector.dtype == torch.float32 and vector.device.type == "cpu"
    assert vector.shape == LAYOUTS[shape]
    assert torch.equal(vector.flatten(), tensor.flatten()[: vector.numel()].float())


def test_unit_boundaries_stay_units_and_directions_keep_their_length(tmp_path: Path) -> None:
    boundary = torch.randn(1, 512, dtype=torch.float64)
    boundary /= boundary.norm()
    assert load_edit_vector(write(boundary, "npy", tmp_path / "a")).norm() == pytest.approx(1)
    raw = write(17 * boundary, "npy", tmp_path / "b")
    assert load_edit_vector(raw).norm() == pytest.approx(17)


def test_vectors_saved_on_a_graphics_card_are_read(tmp_path: Path) -> None:
    path = save(torch.arange(512.0), tmp_path / "v.pt", legacy=True)
    data = path.read_bytes()
    assert data.count(b"\x03\x00\x00\x00cpu") == 1  # the storage's tag, a counted string
    path.write_bytes(data.replace(b"\x03\x00\x00\x00cpu", b"\x06\x00\x00\x00cuda:0"))
    assert torch.equal(load_edit_vector(path), torch.arange(512.0)[None])


def test_rows_are_chosen_by_number(tmp_path: Path) -> None:
    rows = torch.randn(2, 18, 512)
    path = save(rows, tmp_path / "editing_w.pt")
    assert edit_vector_names(path) == ["0", "1"]
    assert torch.equal(load_edit_vector(path), rows[0])
    assert torch.equal(load_edit_vector(path, "0"), rows[0])
    assert torch.equal(load_edit_vector(path, "1"), rows[1])
    with pytest.raises(CheckpointError, match=r"there is no '2': 0, 1\."):
        load_edit_vector(path, "2")


@pytest.mark.parametrize("kind", ["pt", "safetensors", "npz"])
def test_dictionaries_are_read_by_name(kind: str, tmp_path: Path) -> None:
    named = {"smile": torch.randn(18, 512), "age": torch.randn(2, 18, 512), "w": torch.randn(512)}
    path = tmp_path / "directions"
    if kind == "pt":
        save(named, path)
    elif kind == "safetensors":
        save_file(named, path)
    else:
        with path.open("wb") as file:
            np.savez(file, **{name: vector.numpy() for name, vector in named.items()})
    assert set(edit_vector_names(path)) == {"smile", "age", "age:1", "w"}
    assert torch.equal(load_edit_vector(path, "smile"), named["smile"])
    assert torch.equal(load_edit_vector(path, "age"), named["age"][0])
    assert torch.equal(load_edit_vector(path, "age:1"), named["age"][1])
    for name, message in ((None, "choose one by its name"), ("pose", "there is no 'pose'")):
        with pytest.raises(CheckpointError, match=message) as refused:
            load_edit_vector(path, name)
        assert "smile" in str(refused.value)


def test_one_entry_needs_no_name(tmp_path: Path) -> None:
    rows = torch.randn(2, 18, 512)
    path = save({"direction": rows}, tmp_path / "one.pt")
    assert torch.equal(load_edit_vector(path), rows[0])
    assert torch.equal(load_edit_vector(path, "1"), rows[1])
    assert torch.equal(load_edit_vector(path, "direction:1"), rows[1])


@pytest.mark.parametrize("native", [False, True])
def test_principal_components_move_by_one_deviation(native: bool, tmp_path: Path) -> None:
    components, deviations = torch.randn(80, 1, 512), torch.rand(80)
    path = tmp_path / "pca"
    if native:
        with path.open("wb") as file:
            arrays = {"lat_comp": components, "lat_stdev": deviations, "lat_mean": components[0]}
            np.savez_compressed(file, **{key: value.numpy() for key, value in arrays.items()})
    else:
        mean = torch.randn(1, 512)
        save({"mean": mean, "comp": components.transpose(0, 2), "std": deviations}, path)
        save({"mean": mean, "comp": components, "std": deviations}, path)
    assert edit_vector_names(path) == [str(index) for index in range(80)]
    torch.testing.assert_close(load_edit_vector(path, "7"), components[7] * deviations[7])
    with pytest.raises(CheckpointError, match=r"holds 80 edit vectors.*0, 1, 2.*\.\.\."):
        load_edit_vector(path)


def test_a_checkpoint_gives_the_vectors_it_carries(tmp_path: Path) -> None:
    editing = torch.randn(2, SLOTS, STYLE_DIM)
    path = save(narrow_checkpoint("edit", editing_w=editing), tmp_path / "age.pt")
    assert edit_vector_names(path) == ["editing_w", "editing_w:1"]
    assert torch.equal(load_edit_vector(path), editing[0])
    assert torch.equal(load_edit_vector(path, "editing_w:1"), editing[1])


@pytest.mark.parametrize(
    "data",
    [
        torch.ones(17, 512),
        torch.ones(3, 4, 5),
        torch.ones(1, 1, 18, 512),
        torch.ones(()),
        torch.ones(0),
        torch.ones(512, dtype=torch.bool),
        torch.ones(512, dtype=torch.complex64),
        torch.full((512,), float("nan")),
        torch.full((512,), float("inf"), dtype=torch.float64),
        torch.full((512,), 1e300, dtype=torch.float64),
        {"comp": torch.ones(80, 1, 512), "std": torch.ones(79)},
        {"conv.weight": torch.ones(4, 3, 3, 3), "bias": torch.ones(4)},
    ],
)
def test_other_tensors_are_refused(data, tmp_path: Path) -> None:
    with pytest.raises(ShapeError, match=r"foreign\.pt"):
        load_edit_vector(save(data, tmp_path / "foreign.pt"))


def test_other_kinds_are_named(tmp_path: Path) -> None:
    inversion = {"wplus": torch.ones(1, 18, 512), "f": torch.ones(1, 512, 4, 4)}
    generator = {"g_ema": narrow_generator()}
    for data, kind in ((inversion, "latents"), (generator, "a rosinality StyleGAN2 generator")):
        with pytest.raises(CheckpointError, match=rf"a\.pt is {kind}.* carries no edit vectors"):
            load_edit_vector(save(data, tmp_path / "a.pt"))


@pytest.mark.parametrize("data", [{}, {"epoch": 1}, "text", None])
def test_files_without_tensors_are_refused(data, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="holds no tensors"):
        load_edit_vector(save(data, tmp_path / "foreign.pt"))


def test_saved_vectors_return_exactly(tmp_path: Path) -> None:
    path = tmp_path / "vectors.safetensors"
    vectors = {"a.b": torch.randn(14, 24), "c": torch.randn(24), "d": torch.randn(2, 14, 24)}
    save_edit_vectors(path, vectors, {"licence": "CC0"})
    assert edit_vector_names(path) == ["a.b", "c", "d", "d:1"]
    assert torch.equal(load_edit_vector(path, "a.b"), vectors["a.b"])
    assert torch.equal(load_edit_vector(path, "d:1"), vectors["d"][1])
    with pytest.raises(StyleGANEXError):
        save_edit_vectors(tmp_path / "bad.safetensors", {"x": torch.ones(3, 4, 5, 6)})
    assert not (tmp_path / "bad.safetensors").exists()
