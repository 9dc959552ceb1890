"""A run's checkpoint: written whole, read with a sentence where it is damaged or another's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from styleganex_core.errors import CheckpointError, echo
from styleganex_core.writing import written_whole

REMEDY = "name another folder for the run, or remove the file to start over"


def write_state(path: Path, state: Mapping[str, Any]) -> None:
    """Writes the state of a run; a kill leaves the old checkpoint whole."""
    with written_whole(path) as aside:
        torch.save(dict(state), aside)


def read_state(
    path: Path, *needed: str, device: torch.device | str | None = None
) -> dict[str, Any]:
    """The state of a run, with at least the entries `needed`.

    Raises CheckpointError for a file that is damaged or holds something else.
    """
    try:
        state = torch.load(path, weights_only=True, map_location=device)
    except Exception as error:  # a damaged file can raise almost anything in torch's reader
        raise CheckpointError(
            f"{echo(path, 300)} cannot be read: it is damaged or not a run's checkpoint; {REMEDY}."
        ) from error
    missing = [key for key in needed if not isinstance(state, dict) or key not in state]
    if missing:
        raise CheckpointError(
            f"{echo(path, 300)} is not a run's checkpoint: it lacks {', '.join(missing)}; {REMEDY}."
        )
    return state


@contextmanager
def fitting(path: Path) -> Iterator[None]:
    """Whatever does not fit while a checkpoint is taken over becomes a CheckpointError."""
    try:
        yield
    except (AttributeError, KeyError, IndexError, RuntimeError, TypeError, ValueError) as error:
        raise CheckpointError(
            f"{echo(path, 300)} is the checkpoint of another recipe or of other settings "
            f"({echo(error, 200)}); {REMEDY}."
        ) from error
