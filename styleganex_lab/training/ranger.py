"""Ranger, the paper's optimiser: rectified Adam, looking ahead, with centralised gradients.

Sources: Liu et al. 2020 (RAdam), Zhang et al. 2019 (Lookahead), Yong et al. 2020 (gradient
centralisation); the settings are SPEC section 9's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

LOOK_AHEAD = 6  # steps between two moves of the slow weights
SLOW_SHARE = 0.5  # of the way to the fast weights
RECTIFIED_FROM = 5.0  # degrees of freedom below which the variance is not used


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
