"""A run's checkpoint that is damaged, another's or left by a kill."""

from __future__ import annotations

import os

import pytest
import torch

from styleganex_core import CheckpointError
from styleganex_lab.training.build import load_generator
from styleganex_lab.training.export import _averaged_weights
from styleganex_lab.training.run.loop import CHECKPOINT
from styleganex_lab.training.run.state import write_state

from .test_from_renders import tiny
from .test_run import run_duel

WRONG = {
    "garbage": b"\x80\x02garbage" * 100,
    "empty": b"",
    "text": b"not a checkpoint",
    "a list": [1, 2],
    "a tensor": torch.ones(3),
    "another's": {"state_dict": {"a": torch.ones(1)}},
    "other sizes": {"step": 1, "module": {"weight": torch.ones(9, 9)}, "average": {}},
    "no networks": {"step": 1, "module": None, "average": 3},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_checkpoint_that_is_none_is_a_sentence(name: str, tmp_path) -> None:
    wrong = WRONG[name]
    path = tmp_path / CHECKPOINT
    path.write_bytes(wrong) if isinstance(wrong, bytes) else torch.save(wrong, path)
    recipe = tiny("photo-start", 6)
    for act in (lambda: run_duel(tmp_path), lambda: load_generator(tmp_path, recipe)):
        with pytest.raises(CheckpointError, match="checkpoint"):
            act()
    if name not in ("other sizes", "no networks"):
        with pytest.raises(CheckpointError, match="checkpoint"):
            _averaged_weights(tmp_path)


def test_what_a_kill_left_is_removed_at_the_next_checkpoint(tmp_path) -> None:
    left = tmp_path / f".{CHECKPOINT}.{'0' * 32}.part"
    left.write_bytes(bytes(100))
    os.utime(left, (0, 0))
    write_state(tmp_path / CHECKPOINT, {"step": 1})
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT]
