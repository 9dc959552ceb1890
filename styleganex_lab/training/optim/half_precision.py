"""Training in half precision with float32 weights: by autocast or by a copy, where it is fast.

Some CPUs multiply bfloat16 in hardware and are twice as fast with it, on others it is four times
slower than float32; so it is measured when a run begins.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.hooks import RemovableHandle

from styleganex_core.networks.generator import Mapping
from styleganex_core.networks.precision import is_clearly_faster, time_fastest

CHANNELS, SIDE, BATCH = 64, 64, 4  # of the convolutions that are timed
PRECISE = (nn.BatchNorm2d, Mapping)  # parts that stay float32: statistics, and the source of styles
SeenTaps = dict[nn.Conv2d, torch.Tensor]  # [h, w]: which taps of a kernel saw more than padding


def is_half_fast(device: torch.device) -> bool:
    """Whether convolutions in bfloat16, channels last, clearly beat float32 on a CPU.

    False on other devices, where `MixedPrecision` chooses.
    """
    if device.type != "cpu":
        return False
    return is_clearly_faster(time_convolutions(half=True), time_convolutions(half=False))


def time_convolutions(*, half: bool) -> float:
    """Seconds of the fastest of some convolutions forward and back."""
    form = torch.channels_last if half else torch.contiguous_format
    x = torch.ones(BATCH, CHANNELS, SIDE, SIDE).contiguous(memory_format=form)
    weight = torch.ones(CHANNELS, CHANNELS, 3, 3).contiguous(memory_format=form)
    weight.requires_grad_(True)

    def run() -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            y = F.conv2d(F.conv2d(x, weight, padding=1), weight, padding=1)
        y.float().mean().backward()

    return time_fastest(run)


class MixedPrecision:
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
        self._seen: SeenTaps = {}
        watch_taps(self.module, self._seen)

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


def mask_unseen_taps(module: nn.Module, run: Callable[[], object]) -> None:
    """Let taps of kernels that only ever see padding have no gradient.

    oneDNN leaves them unwritten in bfloat16, so they hold any number. `run` runs the module once on
    pictures of the size that it is trained on.
    """
    seen: SeenTaps = {}
    hooks = watch_taps(module, seen)
    with torch.no_grad():
        run()
    for hook in hooks:
        hook.remove()
    for conv, taps in seen.items():
        if conv.weight.requires_grad and not taps.all():
            conv.weight.register_hook(_mask(~taps))


def _mask(unseen: torch.Tensor) -> Callable[[torch.Tensor], torch.Tensor]:
    return lambda gradient: gradient.masked_fill(unseen.to(gradient.device), 0.0)


def watch_taps(module: nn.Module, seen: SeenTaps) -> list[RemovableHandle]:
    """Add to `seen`, at each run of a module, which taps of its kernels see more than padding."""

    def note(conv: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        assert isinstance(conv, nn.Conv2d)
        down, across = (
            seen_taps(side, conv.kernel_size[axis], conv.stride[axis], int(conv.padding[axis]))
            for axis, side in enumerate(inputs[0].shape[-2:])
        )
        taps = down[:, None] & across
        seen[conv] = seen.get(conv, torch.zeros_like(taps)) | taps

    convs = [part for part in module.modules() if isinstance(part, nn.Conv2d)]
    return [conv.register_forward_pre_hook(note) for conv in convs]


@functools.cache
def seen_taps(side: int, taps: int, stride: int, padding: int) -> torch.Tensor:
    """Which of a kernel's taps [taps] ever lie within `side` px."""
    first = torch.arange(0, side + 2 * padding - taps + 1, stride) - padding
    places = first[:, None] + torch.arange(taps)
    return ((places >= 0) & (places < side)).any(dim=0)
