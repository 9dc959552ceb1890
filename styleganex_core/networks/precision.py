"""Half precision where the hardware computes faster with it, and only there."""

from __future__ import annotations

import time
from typing import Literal, get_args

import torch
import torch.nn.functional as F
from torch import nn

from ..errors import StyleGANEXError

Precision = Literal["float32", "fastest", "bfloat16", "float16"]
PRECISIONS: tuple[str, ...] = get_args(Precision)
HALF = (torch.bfloat16, torch.float16)
CLEARLY = 0.8  # share of float32's time below which half precision is taken
CHANNELS, SIDE, RUNS = 128, 64, 4  # of the convolution that is timed; the fastest run counts
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
    faster = time_convolution(torch.bfloat16) < CLEARLY * time_convolution(torch.float32)
    return torch.bfloat16 if faster else torch.float32


@torch.no_grad()
def time_convolution(dtype: torch.dtype) -> float:
    """Seconds of the fastest of some convolutions on the CPU, channels last."""
    form = torch.channels_last
    x = torch.ones(1, CHANNELS, SIDE, SIDE, dtype=dtype).contiguous(memory_format=form)
    weight = torch.ones(CHANNELS, CHANNELS, 3, 3, dtype=dtype).contiguous(memory_format=form)
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        F.conv2d(x, weight, padding=1)
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def arrange_weights(module: nn.Module) -> None:
    """Keep the kernels of a module in half precision as its convolutions read them.

    Channels last in memory; the numbers stay. In float32 nothing is changed.
    """
    for parameter in module.parameters():
        if parameter.ndim == 4 and parameter.dtype in HALF:
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)


def arrange_picture(x: torch.Tensor) -> torch.Tensor:
    """A picture in half precision as convolutions read it fastest; in float32 as it came."""
    return x.contiguous(memory_format=torch.channels_last) if x.dtype in HALF else x
