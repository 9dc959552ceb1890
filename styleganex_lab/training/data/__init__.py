"""Where the pictures of a run come from, and the batch of each of its steps.

What a step draws depends on the seed and the step's number alone, so a run that was interrupted
goes on as if it had not been.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import torch

from styleganex_core.errors import StyleGANEXError

from ..recipes.settings import Phase

STEP_SEEDS = 1_000_003  # steps of one seed do not meet those of the next
SOURCE_SEEDS = 7_919  # sources that are drawn from together see other numbers each

Rows = Callable[[int], slice]  # this process's rows of a batch of so many


class Batch(Protocol):
    """What a step trains on."""

    def to(self, device: torch.device) -> Any:
        """The same batch on a device."""
        ...


class Data(Protocol):
    """The pictures of a run."""

    def begin(self, phase: Phase, number: int) -> None:
        """Make ready for phase `number` of the recipe."""
        ...

    def draw(self, phase: Phase, *, seed: int, step: int, rows: Rows) -> Batch:
        """The batch of a step: `rows` of it, of `phase.batch` in all."""
        ...

    def state(self) -> Any:
        """What a checkpoint keeps, None where seed and step say all."""
        ...

    def resume(self, state: Any) -> None:
        """Go on from a checkpoint's `state`."""
        ...


def step_random(seed: int, step: int) -> torch.Generator:
    """The randomness of a step."""
    return torch.Generator().manual_seed(seed * STEP_SEEDS + step)


@dataclass(frozen=True)
class JointBatch(Mapping[str, Any]):
    """The batches of several sources by the sources' names."""

    parts: Mapping[str, Any]

    def to(self, device: torch.device) -> JointBatch:
        """The same batches on a device."""
        return JointBatch({name: part.to(device) for name, part in self.parts.items()})

    def __getitem__(self, name: str) -> Any:
        return self.parts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)


class JointData:
    """Several sources at once: each step draws a batch from every one of them.

    For objectives that look at photos, renders and pairs of renders together; the objective finds
    each under its source's name in a `JointBatch`. A phase whose `pictures` are `Part`s tells each
    source its own kind of pictures and its own number of them; else all follow the phase.
    """

    def __init__(self, sources: Mapping[str, Data]) -> None:
        self.sources = dict(sources)

    def begin(self, phase: Phase, number: int) -> None:
        """Make every source ready."""
        for name, source in self.sources.items():
            source.begin(_phase_of(phase, name), number)

    def draw(self, phase: Phase, *, seed: int, step: int, rows: Rows) -> JointBatch:
        """A batch of each source; all have other randomness."""
        return JointBatch({
            name: source.draw(
                _phase_of(phase, name), seed=seed + number * SOURCE_SEEDS, step=step, rows=rows
            )
            for number, (name, source) in enumerate(self.sources.items())
        })  # fmt: skip

    def state(self) -> dict[str, Any]:
        """That of every source by its name."""
        return {name: source.state() for name, source in self.sources.items()}

    def resume(self, state: dict[str, Any]) -> None:
        """Go on with every source."""
        for name, source in self.sources.items():
            source.resume(state[name])


def _phase_of(phase: Phase, source: str) -> Phase:
    """The phase as one of the sources sees it."""
    if not isinstance(phase.pictures, tuple):
        return phase
    part = next((part for part in phase.pictures if part.source == source), None)
    if part is None:
        named = ", ".join(part.source for part in phase.pictures)
        raise StyleGANEXError(
            f'the run has a source "{source}", but its phase names {named}; add a Part for it.'
        )
    return replace(phase, pictures=part.pictures, batch=part.batch)
