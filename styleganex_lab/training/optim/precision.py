"""Training in half precision with float32 weights: by autocast on a GPU, by a copy on a CPU."""

from __future__ import annotations

import copy
import functools
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import nn

from styleganex_core.networks.generator import Mapping

PRECISE = (nn.BatchNorm2d, Mapping)  # parts that stay float32: statistics, and the source of styles


class HalfCopy:
    """A bfloat16 copy of a module, to run forward and backward; the module itself is what learns.

    Parts in `PRECISE` are not copied but shared. Use: `refresh`, backward through `module`,
    `return_gradients`.
    """

    def __init__(self, module: nn.Module) -> None:
        shared = {id(part): part for part in module.modules() if isinstance(part, PRECISE)}
        self.module = copy.deepcopy(module, shared)
        self._pairs = [
            (half, full)
            for half, full in zip(self.module.parameters(), module.parameters(), strict=True)
            if half is not full
        ]
        for half, _ in self._pairs:
            half.data = half.data.bfloat16()
        self._seen: dict[nn.Conv2d, torch.Tensor] = {}
        for part in self.module.modules():
            if isinstance(part, nn.Conv2d):
                part.register_forward_pre_hook(self._note_taps)

    def _note_taps(self, conv: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        """Remember which taps of a kernel see more than padding."""
        assert isinstance(conv, nn.Conv2d)
        down, across = (
            seen_taps(side, conv.kernel_size[axis], conv.stride[axis], int(conv.padding[axis]))
            for axis, side in enumerate(inputs[0].shape[-2:])
        )
        seen = down[:, None] & across
        self._seen[conv] = self._seen.get(conv, torch.zeros_like(seen)) | seen

    @torch.no_grad()
    def refresh(self, training: bool) -> nn.Module:
        """The copy with the module's present weights and no gradients, in the given mode."""
        for half, full in self._pairs:
            half.copy_(full)
            half.requires_grad_(full.requires_grad)
            half.grad = None
        self._seen.clear()
        return self.module.train(training)

    def return_gradients(self) -> None:
        """Give the copy's gradients to the module's parameters."""
        # oneDNN leaves bfloat16 gradients unwritten for taps that only ever saw padding (3x3 on 1x1
        # px), which then hold any number, NaN included.
        for conv, seen in self._seen.items():
            if conv.weight.grad is not None:
                conv.weight.grad.masked_fill_(~seen.to(conv.weight.device), 0.0)
        for half, full in self._pairs:
            if half.grad is not None:
                full.grad = half.grad.float().nan_to_num(0.0, 0.0, 0.0)


@functools.cache
def seen_taps(side: int, taps: int, stride: int, padding: int) -> torch.Tensor:
    """Which of a kernel's taps [taps] ever lie within `side` px."""
    first = torch.arange(0, side + 2 * padding - taps + 1, stride) - padding
    places = first[:, None] + torch.arange(taps)
    return ((places >= 0) & (places < side)).any(dim=0)


class Precision:
    """bfloat16 autocast where the GPU has it, else float16 with scaled gradients."""

    def __init__(self, device: torch.device) -> None:
        self.dtype: torch.dtype | None = None
        if device.type == "cuda":
            self.dtype = torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
        self.scaler = torch.amp.GradScaler(
            device.type, enabled=self.dtype == torch.float16, init_scale=2.0**14
        )

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint's scale of gradients, where one was kept."""
        if state:
            self.scaler.load_state_dict(state)

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
