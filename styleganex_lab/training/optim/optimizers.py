"""The optimisers of the recipes: Ranger, the paper's, and Muon, the demo generators'.

Ranger is rectified Adam, looking ahead, with centralised gradients. Sources: Liu et al. 2020
(RAdam), Zhang et al. 2019 (Lookahead), Yong et al. 2020 (gradient centralisation); the settings
are those of docs/networks.md, "Training". Muon moves matrices by an orthogonal step and all else by
Adam's. Source: Jordan et al., "Muon" (2024); the step's size as in Liu et al. (arXiv 2502.16982),
so that one learning rate serves both. torch's own Muon takes matrices only, not convolutions'
kernels.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

from ..recipes.settings import Optimisation

QUINTIC = (3.4445, -4.7750, 2.0315)  # the coefficients of the iteration
ITERATIONS = 5
STEP = 0.2  # root mean square of a matrix's step, about that of Adam's
LOOK_AHEAD = 6  # steps between two moves of the slow weights
SLOW_SHARE = 0.5  # of the way to the fast weights
RECTIFIED_FROM = 5.0  # degrees of freedom below which the variance is not used


def make_optimizer(settings: Optimisation, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
    """The optimiser of a recipe for groups of parameters with their `gain`."""
    if settings.kind == "muon":
        return Muon(groups, betas=settings.betas)
    if settings.kind == "ranger":
        return Ranger(groups)
    return torch.optim.Adam(groups, betas=settings.betas)


def orthogonalise(matrix: torch.Tensor) -> torch.Tensor:
    """The nearest matrix [M, N] with singular values of about 1, by Newton-Schulz iterations."""
    a, b, c = QUINTIC
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(ITERATIONS):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if tall else x


class Muon(torch.optim.Optimizer):
    """Momentum, made orthogonal, for parameters of two dimensions and more; Adam for vectors.

    A kernel [O, I, H, W] counts as the matrix [O, I H W].
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.95,
        betas: tuple[float, float] = (0.9, 0.99),
        eps: float = 1e-8,
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """One step from the parameters' gradients; those without one stay."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if not state:
                    state["mean"] = torch.zeros_like(parameter)
                    if parameter.ndim < 2:
                        state["square"] = torch.zeros_like(parameter)
                        state["step"] = torch.zeros(())
                if parameter.ndim < 2:
                    _adam_step(parameter, state, group)
                else:
                    _orthogonal_step(parameter, state, group)


def _orthogonal_step(
    parameter: torch.Tensor, state: dict[str, torch.Tensor], group: dict[str, Any]
) -> None:
    grad, momentum = parameter.grad, group["momentum"]
    assert grad is not None
    state["mean"].lerp_(grad, 1 - momentum)
    ahead = grad.lerp(state["mean"], momentum)
    step = orthogonalise(ahead.flatten(1))
    parameter.add_(step.view_as(parameter), alpha=-group["lr"] * STEP * max(step.shape) ** 0.5)


def _adam_step(
    parameter: torch.Tensor, state: dict[str, torch.Tensor], group: dict[str, Any]
) -> None:
    grad, (first, second) = parameter.grad, group["betas"]
    assert grad is not None
    state["step"] += 1
    count = state["step"].item()
    state["mean"].lerp_(grad, 1 - first)
    state["square"].lerp_(grad.square(), 1 - second)
    spread = (state["square"] / (1 - second**count)).sqrt() + group["eps"]
    parameter.addcdiv_(state["mean"], spread, value=-group["lr"] / (1 - first**count))


class Ranger(torch.optim.Optimizer):
    """RAdam whose weights every sixth step fall back half way to where they were."""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.95, 0.999),
        eps: float = 1e-5,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """One step from the parameters' gradients; those without one stay."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._move(parameter, group)

    def _move(self, parameter: torch.Tensor, group: dict[str, Any]) -> None:
        grad = parameter.grad
        assert grad is not None
        if grad.ndim > 1:
            grad = grad - grad.mean(dim=tuple(range(1, grad.ndim)), keepdim=True)
        state = self.state[parameter]
        if not state:
            state["step"] = torch.zeros(())
            state["mean"] = torch.zeros_like(parameter)
            state["square"] = torch.zeros_like(parameter)
            state["slow"] = parameter.clone()
        state["step"] += 1
        count, (first, second) = int(state["step"]), group["betas"]
        state["mean"].lerp_(grad, 1 - first)
        state["square"].mul_(second).addcmul_(grad, grad, value=1 - second)

        rate = group["lr"] / (1 - first**count)
        longest = 2 / (1 - second) - 1
        freedom = longest - 2 * count * second**count / (1 - second**count)
        if freedom > RECTIFIED_FROM:
            trust = ((freedom - 4) * (freedom - 2) * longest) / (
                (longest - 4) * (longest - 2) * freedom
            )
            spread = (state["square"] / (1 - second**count)).sqrt() + group["eps"]
            parameter.addcdiv_(state["mean"], spread, value=-rate * trust**0.5)
        else:
            parameter.add_(state["mean"], alpha=-rate)
        if count % LOOK_AHEAD == 0:
            state["slow"].lerp_(parameter, SLOW_SHARE)
            parameter.copy_(state["slow"])
