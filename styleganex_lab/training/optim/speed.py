"""What runs fast on this machine, measured when a run begins.

Some CPUs multiply bfloat16 in hardware and are twice as fast with it, on others it is four times
slower than float32.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import nn

from .precision import seen_taps

CHANNELS, SIDE, BATCH = 64, 64, 4  # of the convolutions that are timed
RUNS = 4  # of which the fastest counts
CLEARLY = 0.8  # share of float32's time below which bfloat16 is taken


def is_half_fast(device: torch.device) -> bool:
    """Whether convolutions in bfloat16, channels last, clearly beat float32 on a CPU.

    False on other devices, where the loop's own precision holds.
    """
    if device.type != "cpu":
        return False
    return time_convolutions(half=True) < CLEARLY * time_convolutions(half=False)


def time_convolutions(*, half: bool) -> float:
    """Seconds of the fastest of some convolutions forward and back."""
    form = torch.channels_last if half else torch.contiguous_format
    x = torch.ones(BATCH, CHANNELS, SIDE, SIDE).contiguous(memory_format=form)
    weight = torch.ones(CHANNELS, CHANNELS, 3, 3).contiguous(memory_format=form)
    weight.requires_grad_(True)
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            y = F.conv2d(F.conv2d(x, weight, padding=1), weight, padding=1)
        y.float().mean().backward()
        times.append(time.perf_counter() - began)
    return min(times)


def use_channels_last(module: nn.Module) -> None:
    """Keep convolutions' kernels with their channels last in memory; their numbers stay."""
    for parameter in module.parameters():
        if parameter.ndim == 4:
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)


def mask_unseen_taps(module: nn.Module, run: Callable[[], object]) -> None:
    """Let taps of kernels that only ever see padding have no gradient.

    oneDNN leaves them unwritten in bfloat16, so they hold any number. `run` runs the module once on
    pictures of the size that it is trained on.
    """
    seen: dict[nn.Conv2d, torch.Tensor] = {}

    def note(conv: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        assert isinstance(conv, nn.Conv2d)
        down, across = (
            seen_taps(side, conv.kernel_size[axis], conv.stride[axis], int(conv.padding[axis]))
            for axis, side in enumerate(inputs[0].shape[-2:])
        )
        seen[conv] = seen.get(conv, torch.zeros(1, dtype=torch.bool)) | down[:, None] & across

    convs = [part for part in module.modules() if isinstance(part, nn.Conv2d)]
    hooks = [conv.register_forward_pre_hook(note) for conv in convs]
    with torch.no_grad():
        run()
    for hook in hooks:
        hook.remove()
    for conv, taps in seen.items():
        if conv.weight.requires_grad and not taps.all():
            conv.weight.register_hook(_mask(~taps))


def _mask(unseen: torch.Tensor) -> Callable[[torch.Tensor], torch.Tensor]:
    return lambda gradient: gradient.masked_fill(unseen.to(gradient.device), 0.0)
