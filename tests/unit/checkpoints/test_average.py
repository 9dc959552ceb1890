"""A model's file brings what its edits change of a photo itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from styleganex_core.checkpoints import load_model, save_model
from styleganex_core.checkpoints.average import load_changes, save_changes
from styleganex_core.checkpoints.describe import describe_file
from styleganex_core.datatypes import AverageChange
from styleganex_core.errors import CheckpointError
from styleganex_core.networks.swap import swap_domain

from ..tiny import random_vectors, tiny_model

PARTS = ("places", "shape", "colour", "detail")


def random_change() -> AverageChange:
    random = torch.Generator().manual_seed(0)
    return AverageChange(
        *(torch.randn(s, generator=random) for s in ((6, 2), (6, 2), (3, 8, 8), (1, 8, 8)))
    )


@pytest.fixture
def file(tmp_path):
    model = tiny_model()
    model.edit_vectors = random_vectors(model, "age")
    model.average_changes = {"age": random_change()}
    save_model(model, tmp_path / "model.safetensors")
    return tmp_path / "model.safetensors"


def test_changes_are_saved_and_loaded_with_their_model(file):
    model = load_model(file)
    assert list(model.average_changes) == ["age"]
    for part in PARTS:
        wanted = getattr(random_change(), part)
        assert torch.allclose(getattr(model.average_changes["age"], part), wanted, atol=2e-3)
    assert "average changes  age" in describe_file(file)


def test_a_change_that_goes_one_way_stays_so(tmp_path):
    changes = {"age": random_change(), "beard": replace(random_change(), one_way=True)}
    save_changes(tmp_path / "changes.safetensors", changes, {})
    found = load_changes(tmp_path / "changes.safetensors")
    assert {name: change.one_way for name, change in found.items()} == {
        "age": False,
        "beard": True,
    }


def test_changes_that_take_glasses_off_or_close_lips_stay_so(tmp_path):
    changes = {
        "age": random_change(),
        "glasses": replace(random_change(), bare=-0.5),
        "smile": replace(random_change(), shut=-0.25, drawn=True),
        "lips": replace(random_change(), shut=0.5),
    }
    save_changes(tmp_path / "changes.safetensors", changes, {})
    found = load_changes(tmp_path / "changes.safetensors")
    kept = {name: (c.bare, c.shut, c.drawn) for name, c in found.items()}
    assert kept == {name: (c.bare, c.shut, c.drawn) for name, c in changes.items()}
    whole = found["glasses"] * -2 + found["age"] + found["smile"] * -2
    assert (whole.bare, whole.shut) == (1.0, 0.5)
    assert (found["smile"] * 2).shut == 0, "a smile that comes parts no lips"
    assert (found["lips"] * 2 + found["lips"] * -1).shut == 0.5
    held = {name: [c.holds(s) for s in (-1.0, 0.0, 1.0)] for name, c in found.items()}
    assert held == {
        "age": [False, False, False],
        "glasses": [True, False, False],
        "smile": [False, False, False],
        "lips": [False, False, True],
    }


def test_a_swapped_model_keeps_them_only_without_a_domain(file):
    model, domain = load_model(file), tiny_model(seed=1)
    assert swap_domain(model, domain, strength=0).average_changes
    assert not swap_domain(model, domain).average_changes, "a toon's px are no photo's"


def test_changes_alone_can_be_kept_in_a_file(tmp_path, file):
    save_changes(tmp_path / "changes.safetensors", {"age": random_change()}, {"people": "3"})
    for path in (tmp_path / "changes.safetensors", file):
        assert list(load_changes(path)) == ["age"]
    save_file({"other": torch.zeros(2)}, tmp_path / "other.safetensors")
    with pytest.raises(CheckpointError, match="holds no average changes"):
        load_changes(tmp_path / "other.safetensors")


@pytest.mark.parametrize(
    ("part", "tensor", "told"),
    [
        *((part, None, f"lacks {part}") for part in PARTS),
        ("places", torch.zeros(5, 2), "points of a change"),
        ("shape", torch.zeros(6, 3), "points of a change"),
        ("colour", torch.zeros(3, 8, 9), "maps of a change"),
        ("colour", torch.zeros(()), "age"),
        ("colour", torch.zeros(3, 0, 0), "maps of a change"),
        ("colour", torch.zeros(3, 600, 600), "maps of more than"),
        ("detail", torch.zeros(1, 4, 4), "maps of a change"),
        ("detail", torch.full((1, 8, 8), torch.nan), "NaN"),
        ("places", torch.zeros(9999, 2), "points"),
        ("places", torch.zeros(()), "age"),
        ("shape", torch.zeros(6, 2, dtype=torch.int64), "plain"),
        ("bare", torch.zeros(2), "no plain number"),
        ("shut", torch.zeros(2), "no plain number"),
        ("bare", torch.full((1,), torch.inf), "no plain number"),
    ],
)
def test_damaged_changes_are_told(file, part, tensor, told):
    tensors = load_file(file)
    with safe_open(file, "pt") as opened:
        metadata = opened.metadata()
    key = f"average_changes.age.{part}"
    tensors.pop(key, None)
    if tensor is not None:
        tensors[key] = tensor
    save_file(tensors, file, metadata)
    with pytest.raises(CheckpointError, match=told):
        load_model(file)
