"""How weights move: optimisers, half precision, and the networks that learn in a run."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn

from ..recipes.settings import Optimisation
from .half_precision import HalfCopy, MixedPrecision
from .optimizers import Muon, Ranger, make_optimizer

__all__ = [
    "HalfCopy",
    "Learner",
    "MixedPrecision",
    "Muon",
    "Ranger",
    "make_optimizer",
    "set_gains",
]


class Learner:
    """A network that learns: its optimiser, its precision, the norm its gradients are cut to.

    `largest_gradient` None: gradients stay as they are. `half`: on a CPU `half_copy` runs in its
    place, in bfloat16. A run may have several learners, which take their steps in turns, each on
    the losses that are its own.
    """

    def __init__(
        self,
        module: nn.Module,
        device: torch.device,
        *,
        largest_gradient: float | None = None,
        half: bool = False,
    ) -> None:
        self.module, self.largest_gradient = module, largest_gradient or math.inf
        self.half_copy = HalfCopy(module) if half and device.type == "cpu" else None
        self.precision = MixedPrecision(device)
        self._optimizer: torch.optim.Optimizer | None = None

    @property
    def optimizer(self) -> torch.optim.Optimizer:
        """The optimiser in use."""
        assert self._optimizer is not None, "neither learn nor use has been called"
        return self._optimizer

    @property
    def device(self) -> torch.device:
        """Where the network is."""
        return next(self.module.parameters()).device

    def use(self, optimizer: torch.optim.Optimizer) -> None:
        """Learn by an optimiser of one's own."""
        self._optimizer = optimizer

    def learn(self, gains: dict[str, float], settings: Optimisation) -> None:
        """Begin a new optimiser over the parameters of `gains`, grouped by their gain."""
        named = dict(self.module.named_parameters())
        groups: dict[float, list[nn.Parameter]] = {}
        for key, gain in gains.items():
            groups.setdefault(gain, []).append(named[key])
        self._optimizer = make_optimizer(
            settings, [{"params": group, "gain": gain} for gain, group in groups.items()]
        )

    def set_rate(self, rate: float) -> None:
        """The learning rate from now on, times the gain of each group."""
        for group in self.optimizer.param_groups:
            group["lr"] = group["gain"] * rate

    def take_step(self, loss: torch.Tensor) -> bool:
        """One step on a loss; False when it had no finite gradient and was left out."""
        self.optimizer.zero_grad(set_to_none=True)
        self.precision.backward(loss)
        if self.half_copy is not None:
            self.half_copy.return_gradients()
        learning = [p for group in self.optimizer.param_groups for p in group["params"]]
        return self.precision.step(self.optimizer, learning, self.largest_gradient)

    def state(self) -> dict[str, Any]:
        """For a checkpoint, weights included."""
        return {
            "module": self.module.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.precision.scaler.state_dict(),
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint's optimiser, whose groups are those of the one in use."""
        self.optimizer.load_state_dict(state["optimizer"])
        self.precision.resume(state.get("scaler") or {})


def set_gains(module: nn.Module, learns: tuple[tuple[str, float], ...]) -> dict[str, float]:
    """Freeze what `learns` (key prefix, gain) leaves out; the gain of each parameter's rate by key.

    A prefix that begins with "*" is an ending. The longest counts. Noise maps never learn.
    """
    gains: dict[str, float] = {}
    for key, parameter in module.named_parameters():
        fitting = [pair for pair in learns if _fits(key, pair[0])]
        gain = max(fitting, key=lambda pair: len(pair[0]))[1] if fitting else 0.0
        if "noise_maps" in key.split("."):
            gain = 0.0
        parameter.requires_grad_(gain > 0)
        if gain > 0:
            gains[key] = gain
    return gains


def _fits(key: str, pattern: str) -> bool:
    return key.endswith(pattern[1:]) if pattern.startswith("*") else key.startswith(pattern)
