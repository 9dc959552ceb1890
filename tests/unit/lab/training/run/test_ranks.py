"""Two processes on halves of a batch train as one does on the whole."""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torch.multiprocessing as mp

from styleganex_core.errors import StyleGANEXError
from styleganex_lab.training import Recipe, Sources, run_recipe
from styleganex_lab.training.run.loop import CHECKPOINT
from styleganex_lab.training.run.ranks import Ranks, join_ranks

from ..objectives.test_task import tiny, tiny_photo


def two_steps() -> Recipe:
    recipe = tiny("demo-super-resolution-4x", 2, count=4)
    return replace(recipe, phases=tuple(replace(phase, batch=2) for phase in recipe.phases))


def train_part(rank: int, folder: str, port: int) -> None:
    torch.set_num_threads(1)
    os.environ.update(
        WORLD_SIZE="2", RANK=str(rank), MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port)
    )
    with join_ranks("cpu") as ranks:
        assert ranks.count == 2
        run_recipe(two_steps(), Path(folder), Sources(start=tiny_photo()), ranks=ranks)


@pytest.mark.slow
def test_two_processes_equal_one_with_the_joined_batch(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mp.spawn(train_part, (str(tmp_path / "two"), port), nprocs=2)
    run_recipe(two_steps(), tmp_path / "one", Sources(start=tiny_photo()))
    one, two = (
        torch.load(tmp_path / name / CHECKPOINT, weights_only=True)["module"]
        for name in ("one", "two")
    )
    start = tiny_photo().state_dict()
    moved = [key for key in start if not torch.equal(start[key], one[key])]
    assert moved
    for key, tensor in one.items():
        torch.testing.assert_close(two[key], tensor, atol=2e-5, rtol=1e-4, msg=key)


def test_a_batch_that_cannot_be_shared_is_refused():
    ranks = Ranks(torch.device("cpu"), 1, 3)
    assert ranks.rows(6) == slice(2, 4)
    with pytest.raises(StyleGANEXError, match="divides 8"):
        ranks.rows(8)


def test_recipes_that_learn_from_renders_refuse_several_processes(tmp_path):
    with pytest.raises(StyleGANEXError, match="one process"):
        run_recipe("photo-start", tmp_path, ranks=Ranks(torch.device("cpu"), 0, 2))
