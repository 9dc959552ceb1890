"""Half precision where the hardware computes faster with it, and only there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, get_args

import torch
import torch.nn.functional as F
from torch import nn

from ..errors import StyleGANEXError

Precision = Literal["float32", "fastest", "bfloat16", "float16"]
PRECISIONS: tuple[str, ...] = get_args(Precision)
HALF = (torch.bfloat16, torch.float16)
CLEARLY = 0.8  # share of float32's time below which half precision is taken
RUNS = 4  # of what is timed; the fastest counts
CHANNELS, SIDE = 128, 64  # of the convolution that is timed
TENSOR_CORES = (7, 0)  # CUDA's compute capability from which float16 is clearly faster


def choose_dtype(precision: str, device: torch.device | str = "cpu") -> torch.dtype:
    """The numbers' type that a name of `PRECISIONS` stands for on a device.

    "fastest" is float16 on GPUs that multiply it in hardware and on Apple's; on a CPU bfloat16
    where a convolution, timed for some milliseconds, is clearly faster with it; else float32.
    Raises StyleGANEXError for another name.
    """
    if precision not in PRECISIONS:
        known = ", ".join(PRECISIONS)
        raise StyleGANEXError(f'precision is one of {known}; got "{precision}".')
    if precision != "fastest":
        return getattr(torch, precision)
    device = torch.device(device)
    if device.type == "cuda":
        capable = torch.cuda.get_device_capability(device) >= TENSOR_CORES
        return torch.float16 if capable else torch.float32
    if device.type == "mps":
        return torch.float16
    if device.type != "cpu":
        return torch.float32
    half, exact = time_convolution(torch.bfloat16), time_convolution(torch.float32)
    return torch.bfloat16 if is_clearly_faster(half, exact) else torch.float32


def is_clearly_faster(half: float, exact: float) -> bool:
    """Whether half precision is worth taking, from its seconds and those of float32."""
    return half < CLEARLY * exact


@torch.no_grad()
def time_convolution(dtype: torch.dtype) -> float:
    """Seconds of the fastest of some convolutions on the CPU, channels last."""
    form = torch.channels_last
    x = torch.ones(1, CHANNELS, SIDE, SIDE, dtype=dtype).contiguous(memory_format=form)
    weight = torch.ones(CHANNELS, CHANNELS, 3, 3, dtype=dtype).contiguous(memory_format=form)
    return time_fastest(lambda: F.conv2d(x, weight, padding=1))


def time_fastest(run: Callable[[], object]) -> float:
    """Seconds of the fastest of some runs."""
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def arrange_weights(module: nn.Module) -> None:
    """Keep the kernels of a module in half precision as its convolutions read them.

    In float32 nothing is changed.
    """
    use_channels_last(module, HALF)


def use_channels_last(module: nn.Module, dtypes: tuple[torch.dtype, ...] | None = None) -> None:
    """Keep a module's kernels with their channels last in memory; their numbers stay.

    `dtypes`: those of these types alone.
    """
    for parameter in module.parameters():
        if parameter.ndim == 4 and (dtypes is None or parameter.dtype in dtypes):
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)


def arrange_picture(x: torch.Tensor) -> torch.Tensor:
    """A picture as convolutions read it fastest: its channels last, in half precision and on a CPU.

    Not in float32 where gradients may be asked for: from such pictures some builds of torch (2.13
    with AVX-512) crash in the gradient of a kernel.
    """
    exact = x.dtype not in HALF
    if exact and (x.device.type != "cpu" or torch.is_grad_enabled()):
        return x
    return x.contiguous(memory_format=torch.channels_last)
