"""Mixed precision on a GPU, and no step without a finite gradient.

On a CPU nothing changes; there `half.HalfCopy` does the same for convolutions.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch


class Precision:
    """bfloat16 autocast where the GPU has it, else float16 with scaled gradients."""

    def __init__(self, device: torch.device) -> None:
        self.dtype: torch.dtype | None = None
        if device.type == "cuda":
            self.dtype = torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
        self.scaler = torch.amp.GradScaler(
            device.type, enabled=self.dtype == torch.float16, init_scale=2.0**14
        )

    def context(self) -> AbstractContextManager[Any]:
        """Within it, forward passes run in the chosen precision."""
        return nullcontext() if self.dtype is None else torch.autocast("cuda", self.dtype)

    def backward(self, loss: torch.Tensor) -> None:
        """The gradients of a loss, scaled where the precision needs it."""
        self.scaler.scale(loss).backward()

    def step(self, optimizer: torch.optim.Optimizer, parameters: list[Any], largest: float) -> bool:
        """One step with gradients of at most the norm `largest`; False when it was left out."""
        self.scaler.unscale_(optimizer)
        norm = torch.nn.utils.clip_grad_norm_(parameters, largest)
        whole = bool(torch.isfinite(norm))
        if whole or self.scaler.is_enabled():
            self.scaler.step(optimizer)
            self.scaler.update()
        return whole
