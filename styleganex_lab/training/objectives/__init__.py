"""What a run minimises.

An objective owns the networks of a run and gives, step by step, the losses that each of them learns
by. `run.train` does the rest: rates, steps, averages, checkpoints.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import nn

from ..optim import Learner
from ..recipes.settings import Phase
from ..run.ranks import Ranks

MODEL = "model"  # the learner whose weights are averaged and are the run's result

Terms = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Turn:
    """The weighted losses that one learner takes a step on; their sum is minimised."""

    learner: str
    terms: Mapping[str, torch.Tensor]


class Objective(Protocol):
    """What a run minimises, and the networks that learn by it.

    `learners`: by name, "model" among them. The run gives the model its optimiser and rates;
    others, as a discriminator, bring their own.
    """

    learners: dict[str, Learner]

    def begin(self, phase: Phase, data: Any, *, number: int, fresh: bool) -> None:
        """Make ready for phase `number`; `fresh`: it begins now, not at a checkpoint."""
        ...

    def share(self, ranks: Ranks) -> None:
        """Run the model by several processes, now that what learns in the phase is settled."""
        ...

    def turns(self, batch: Any, *, step: int, done: float) -> Iterator[Turn]:
        """The steps to take on a batch, in order.

        After each the learner has moved before the next turn is asked for. `step`: number in the
        run; `done`: share of the run.
        """
        ...

    def measure(self, average: nn.Module, data: Any, sheet: Path) -> dict[str, float]:
        """How good the averaged model is on held-out pictures, by the curve's columns; what ends
        in "psnr" is in dB.

        `sheet`: where a picture of results may be written.
        """
        ...
