"""The optimiser of the generators: matrices move by an orthogonal step, all else by Adam's.

Source: Jordan et al., "Muon" (2024); the step's size as in Liu et al. (arXiv 2502.16982), so that
one learning rate serves both. torch's own Muon takes matrices only, not convolutions' kernels.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

QUINTIC = (3.4445, -4.7750, 2.0315)  # the coefficients of the iteration
ITERATIONS = 5
STEP = 0.2  # root mean square of a matrix's step, about that of Adam's


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
