"""Adam's step (Kingma and Ba, 2015, algorithm 1).

torch's own loads the whole of torch's compiler when it is first made: seconds in which no cancel
acts.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

MEAN_DECAY, SQUARE_DECAY = 0.9, 0.999  # beta 1 and beta 2
LEAST = 1e-8  # epsilon


class Adam:
    """Moves variables against their gradients, each number by about `rate` a step.

    `mean_decay` and `square_decay`: beta 1 and beta 2, how much of the past each average keeps.
    """

    def __init__(
        self,
        variables: Sequence[torch.Tensor],
        mean_decay: float = MEAN_DECAY,
        square_decay: float = SQUARE_DECAY,
    ) -> None:
        self._variables = variables
        self._mean_decay, self._square_decay = mean_decay, square_decay
        self._means = [torch.zeros_like(v, requires_grad=False) for v in variables]
        self._squares = [torch.zeros_like(v, requires_grad=False) for v in variables]
        self._steps = 0

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """One step by the gradients, which are forgotten; a variable without one stays."""
        self._steps += 1
        mean_share = 1 - self._mean_decay**self._steps
        square_share = 1 - self._square_decay**self._steps
        rows = zip(self._variables, self._means, self._squares, strict=True)
        for variable, mean, square in rows:
            gradient = variable.grad
            if gradient is None:
                continue
            mean.lerp_(gradient, 1 - self._mean_decay)
            square.mul_(self._square_decay)
            square.addcmul_(gradient, gradient, value=1 - self._square_decay)
            spread = square.sqrt().div_(square_share**0.5).add_(LEAST)
            variable.addcdiv_(mean, spread, value=-rate / mean_share)
            variable.grad = None
