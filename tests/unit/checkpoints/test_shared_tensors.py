"""Models that leave out what another file beside them holds."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from styleganex_core import (
    CheckpointError,
    Model,
    convert_file,
    describe_file,
    load_edit_vector,
    load_model,
    save_model,
)
from tests.unit.tiny import tiny_model


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path, Model]:
    """A base, a file on top of it that has another generator and fusions, and its model."""
    base, top = tmp_path / "photo.safetensors", tmp_path / "task.safetensors"
    photo, task = tiny_model(), tiny_model(seed=1, fusions=2)
    photo.edit_vectors["smile"] = torch.randn(photo.num_slots, photo.style_dim)
    task.encoder = photo.encoder
    task.edit_vectors["smile"] = photo.edit_vectors["smile"]
    save_model(photo, base)
    save_model(task, top, metadata={"licence": "Apache-2.0"}, base=base)
    return base, top, task


def test_the_file_is_smaller_and_the_model_whole(pair, tmp_path: Path) -> None:
    _, top, task = pair
    save_model(task, tmp_path / "whole.safetensors")
    assert top.stat().st_size < 0.7 * (tmp_path / "whole.safetensors").stat().st_size
    whole, loaded = load_model(tmp_path / "whole.safetensors"), load_model(top)
    assert loaded.config == whole.config
    state = loaded.state_dict()
    for key, tensor in whole.state_dict().items():
        assert torch.equal(state[key], tensor), key
    assert torch.equal(load_edit_vector(top, "smile"), task.edit_vectors["smile"])
    assert "smile" in describe_file(top)


def test_converting_makes_a_file_of_its_own(pair, tmp_path: Path) -> None:
    base, top, _ = pair
    convert_file(top, tmp_path / "alone.safetensors")
    expected = load_model(top).state_dict()
    base.unlink()
    for key, tensor in load_model(tmp_path / "alone.safetensors").state_dict().items():
        assert torch.equal(tensor, expected[key]), key


def test_a_missing_base_is_asked_for(pair) -> None:
    base, top, _ = pair
    base.unlink()
    with pytest.raises(CheckpointError, match=r"put photo\.safetensors beside it"):
        load_model(top)


def test_another_version_of_the_base_is_refused(pair) -> None:
    base, top, _ = pair
    save_model(tiny_model(seed=2), base)
    with pytest.raises(CheckpointError, match=r"another version of photo\.safetensors"):
        load_model(top)


def test_a_base_that_a_release_replaced_is_found_under_its_later_name(pair) -> None:
    base, top, _ = pair
    before = load_model(top).state_dict()
    shutil.copy(base, base.with_name("rendered.safetensors"))
    save_model(tiny_model(seed=2), base)
    for key, tensor in load_model(top).state_dict().items():
        assert torch.equal(tensor, before[key]), key


def test_a_base_elsewhere_is_refused(pair, tmp_path: Path) -> None:
    base, _, task = pair
    outside = tmp_path / "folder" / "task.safetensors"
    outside.parent.mkdir()
    save_model(task, outside, base=base)
    raw = outside.read_bytes().replace(b'"photo.safetensors"', b'"../ph.safetensors"')
    shutil.copy(base, tmp_path / "ph.safetensors")
    outside.write_bytes(raw)
    with pytest.raises(CheckpointError, match="which is a path"):
        load_model(outside)


@pytest.mark.parametrize(
    "keys",
    ["", "7", "null", '"f"', "[1, 2]", "[[]]", '["nowhere"]', "[" * 5000 + "]" * 5000, '{"a": 1}'],
    ids=lambda keys: keys[:12],
)
@pytest.mark.parametrize("name", ["base.safetensors"])
def test_a_list_of_shared_tensors_that_is_none_is_refused(keys, name, tmp_path) -> None:
    save_file({"a": torch.ones(1)}, tmp_path / name)
    told = {
        "base": name,
        "base_sha256": hashlib.sha256((tmp_path / name).read_bytes()).hexdigest(),
        "base_keys": keys,
    }
    save_file({"generator.x": torch.ones(1)}, tmp_path / "task.safetensors", told)
    with pytest.raises(CheckpointError, match=r"task\.safetensors is damaged"):
        load_model(tmp_path / "task.safetensors")


@pytest.mark.parametrize("name", ["..", ".", "", "a\0b", "../a", "/etc/passwd", "a" * 300])
def test_a_base_by_a_name_that_is_none_is_refused(name, tmp_path) -> None:
    save_file({"generator.x": torch.ones(1)}, tmp_path / "task.safetensors", {"base": name})
    with pytest.raises(CheckpointError, match=r"task\.safetensors"):
        load_model(tmp_path / "task.safetensors")
