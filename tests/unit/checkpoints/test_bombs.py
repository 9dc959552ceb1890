"""Small files that ask for everything are refused in time and with little memory."""

from __future__ import annotations

import pytest

from styleganex_core import (
    StyleGANEXError,
    describe_file,
    load_edit_vector,
    load_latents,
    load_model,
)

from .bombs import BOMBS
from .limits import attempt


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("bombs")


LOADERS = [load_model, load_latents, load_edit_vector, describe_file]
# The longest to read: all loaders read them by the same code, and refuse them there.
LONG = [
    *("zip members without end", "safetensors without end", "lists", "nothings", "marks"),
    *("numbers that share a hash", "many tensors"),
]


def each_by_each() -> list:
    """Every bomb for every loader; the long ones quickly for one alone."""
    return [
        pytest.param(name, load, marks=[pytest.mark.slow] if name in LONG and rank else [])
        for name in BOMBS
        for rank, load in enumerate(LOADERS)
    ]


@pytest.mark.parametrize(("name", "load"), each_by_each())
def test_a_small_file_takes_neither_time_nor_memory(name: str, load, folder) -> None:
    path = folder / name.replace(" ", "_")
    if not path.exists():
        path.write_bytes(BOMBS[name]())
    assert path.stat().st_size < 10e6
    outcome = attempt(lambda: load(path))
    assert isinstance(outcome.error, StyleGANEXError), outcome.error
    assert not outcome.complaint
