"""The generator: StyleGAN2's weights, run on a first-layer feature of any size.

All layers up to 32 px run at the resolution of `f` with dilated kernels; from 64 px on the
network is StyleGAN2's. Source: StyleGANEX, section 4.1; docs/networks.md,
"Generator".
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from .ops import HALF_PRECISION_LIMIT, ModulatedConv, Modulation, leaky_gain, smooth, upsample_rgb
from .quick import Stage, draw_layer, draw_stage, join_stages, pick_row
from .window import Window, cut_noise, cut_state, plan_windows

CONSTANT_SIDE = 4  # px, the side of StyleGAN2's learned constant
DENSE_SIDE = 32  # px, the last resolution that runs at the resolution of `f`
MAPPING_RATE = 0.01  # the mapping network's learning-rate multiplier

# Called before up-conv k as `fuse(k, features, rgb)`; returns both, changed.
Fuse = Callable[[int, torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]
State = tuple[torch.Tensor, torch.Tensor]  # features and picture so far, before `fuse`


@dataclass(frozen=True)
class GeneratorConfig:
    """The sizes of a generator; `channels` has one width per resolution 4, 8, ... `size`."""

    size: int
    style_dim: int
    channels: tuple[int, ...]
    mapping_layers: int = 8

    @property
    def num_slots(self) -> int:
        return 2 * int(math.log2(self.size)) - 2


class Mapping(nn.Module):
    """Styles `w` [B, D] from Gaussian `z` [B, D]: pixel norm, then fully connected layers."""

    def __init__(self, style_dim: int, layers: int) -> None:
        super().__init__()
        self.weights = nn.ParameterList(
            nn.Parameter(torch.randn(style_dim, style_dim).div_(MAPPING_RATE))
            for _ in range(layers)
        )
        self.biases = nn.ParameterList(nn.Parameter(torch.zeros(style_dim)) for _ in range(layers))

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        w = z.to(torch.promote_types(z.dtype, torch.float32))
        w = w * (w.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()
        for weight, bias in zip(self.weights, self.biases, strict=True):
            gain = MAPPING_RATE / math.sqrt(weight.shape[1])
            w = F.linear(w, weight.to(w.dtype) * gain, bias.to(w.dtype) * MAPPING_RATE)
            w = leaky_gain(w)
        return w


class StyledLayer(nn.Module):
    """Modulated convolution, noise, bias, activation."""

    def __init__(self, in_channels: int, out_channels: int, style_dim: int, *, up: bool) -> None:
        super().__init__()
        self.conv = ModulatedConv(in_channels, out_channels, style_dim, up=up)
        self.noise_strength = nn.Parameter(torch.zeros(()))
        self.bias = nn.Parameter(torch.zeros(out_channels))

    def forward(
        self,
        x: torch.Tensor,
        style: torch.Tensor,
        noise: torch.Tensor | None,
        dilation: int | None,
    ) -> torch.Tensor:
        x = self.conv(x, style, dilation)
        if noise is not None:
            x = x + self.noise_strength * noise
        x = leaky_gain(x + self.bias[:, None, None])
        if x.dtype == torch.float16:
            x = x.clamp(-HALF_PRECISION_LIMIT, HALF_PRECISION_LIMIT)
        return x


class RGBHead(nn.Module):
    """A layer's contribution to the picture: a modulated 1x1 convolution, not demodulated."""

    def __init__(self, channels: int, style_dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(3, channels))
        self.bias = nn.Parameter(torch.zeros(3))
        self.modulation = Modulation(style_dim, channels)

    def forward(self, x: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        scale = self.modulation(style) / math.sqrt(self.weight.shape[1])
        # The picture is the sum of all heads, so it is added up in float32 at least.
        scaled = (x * scale.to(x.dtype)[:, :, None, None]).to(scale.dtype)
        weight, bias = self.weight.to(scale.dtype), self.bias.to(scale.dtype)
        return F.conv2d(scaled, weight[:, :, None, None], bias)


class Generator(nn.Module):
    """The synthesis and mapping networks.

    Layer i uses style slot i; head 0 uses slot 1, head k uses slot 2k + 1.
    """

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        self.config = config
        widths, style_dim = config.channels, config.style_dim
        self.mapping = Mapping(style_dim, config.mapping_layers)
        self.constant = nn.Parameter(torch.randn(1, widths[0], CONSTANT_SIDE, CONSTANT_SIDE))
        self.layers = nn.ModuleList([StyledLayer(widths[0], widths[0], style_dim, up=False)])
        self.heads = nn.ModuleList([RGBHead(widths[0], style_dim)])
        for before, after in itertools.pairwise(widths):
            self.layers.append(StyledLayer(before, after, style_dim, up=True))
            self.layers.append(StyledLayer(after, after, style_dim, up=False))
            self.heads.append(RGBHead(after, style_dim))
        self.noise_maps = nn.ParameterList(
            nn.Parameter(torch.randn(1, 1, side, side), requires_grad=False)
            for side in self.layer_sides()
        )

    def layer_sides(self) -> list[int]:
        """StyleGAN2's resolution of each layer: 4, 8, 8, 16, 16, ... px."""
        return [CONSTANT_SIDE << (i + 1) // 2 for i in range(len(self.layers))]

    def dense_constant(self) -> torch.Tensor:
        """The constant as an `f` of 32x32 cells, [1, C, 32, 32]."""
        repeat = DENSE_SIDE // CONSTANT_SIDE
        return self.constant.repeat_interleave(repeat, 2).repeat_interleave(repeat, 3)

    def noise_shapes(self, cells: tuple[int, int]) -> list[tuple[int, int]]:
        """Height and width of each layer's noise map, for an `f` of `cells` (height, width)."""
        factors = [max(1, side // DENSE_SIDE) for side in self.layer_sides()]
        return [(cells[0] * factor, cells[1] * factor) for factor in factors]

    def forward(
        self,
        f: torch.Tensor,
        w_plus: torch.Tensor,
        noise: Sequence[torch.Tensor | None] | None = None,
        fuse: Fuse | None = None,
        *,
        dense: bool = True,
        largest_side: int | None = None,
        states: list[State] | None = None,
        window: Window | None = None,
        fused: int = 0,
    ) -> torch.Tensor:
        """The picture [B, 3, h * size / 32, w * size / 32], about -1..1, at least float32.

        `f` [B, C, h, w], `w_plus` [B or 1, L, D], `noise` one [B or 1, 1, h_i, w_i] per layer
        (see `noise_shapes`). With `dense=False` the layers up to 32 px resize as in StyleGAN2
        and `f` is its 4x4 constant. `largest_side` stops after that StyleGAN2 resolution: a
        smaller picture at a fraction of the cost. `states`, the first states of an earlier run
        that are still right, spare their work; those that were missing are added. With a `window`
        only that part of the picture is drawn, and comes back; up to 32 px, and as long as any of
        the first `fused` steps are to come, which `fuse` changes, all is computed.
        """
        noise = noise or [None] * len(self.layers)
        quick = self._is_quick(f, w_plus, *noise)
        states = [] if states is None else states
        if not states:
            x = self._run_layer(0, f, w_plus, noise, self._dilation(0, dense), quick)
            states.append((x, self.heads[0](x, w_plus[:, 1])))
        steps = (len(self.layers) - 1) // 2
        if largest_side:
            steps = sum(side <= largest_side for side in self.layer_sides()[1::2])
        plan, held = self._plan_windows(window, f, steps, fused, dense), None
        for step in range(steps):
            if step + 1 < len(states):
                continue
            part = plan[step]
            x, rgb = cut_state(states[step], held, part)
            if fuse is not None:
                x, rgb = fuse(step, x, rgb)
            up, plain = 2 * step + 1, 2 * step + 2
            dilation = self._dilation(up, dense)
            if part is not None:
                held = part.scaled(2)
                noise = [*noise[:up], *cut_noise(noise[up : plain + 1], held), *noise[plain + 1 :]]
            if quick and dilation is None:
                last = plain == len(self.layers) - 1
                states.append(self._run_quickly(step, x, rgb, w_plus, noise, last))
                continue
            x = self._run_layer(up, x, w_plus, noise, dilation, quick)
            x = self._run_layer(plain, x, w_plus, noise, dilation, quick)
            rgb = smooth(rgb, dilation) if dilation else upsample_rgb(rgb)
            states.append((x, rgb + self.heads[step + 1](x, w_plus[:, plain + 1])))
        return cut_state(states[steps], held, plan[steps])[1]

    def _plan_windows(
        self,
        window: Window | None,
        f: torch.Tensor,
        steps: int,
        fused: int,
        dense: bool,
    ) -> list[Window | None]:
        """The part of the maps that is needed before each step, and after the last."""
        still = [self._dilation(2 * step + 1, dense) is not None for step in range(steps)]
        factor = 2 ** still.count(False)
        size = (f.shape[-2] * factor, f.shape[-1] * factor)
        return plan_windows(window, size, steps, max(fused, still.count(True)))

    def _run_layer(
        self,
        index: int,
        x: torch.Tensor,
        w_plus: torch.Tensor,
        noise: Sequence[torch.Tensor | None],
        dilation: int | None,
        quick: bool,
    ) -> torch.Tensor:
        layer = self.layers[index]
        assert isinstance(layer, StyledLayer)
        if quick and dilation is not None:
            return draw_layer(layer, x, w_plus[:, index], noise[index], dilation)
        return layer(x, w_plus[:, index], noise[index], dilation)

    def _run_quickly(
        self,
        step: int,
        x: torch.Tensor,
        rgb: torch.Tensor,
        w_plus: torch.Tensor,
        noise: Sequence[torch.Tensor | None],
        last: bool,
    ) -> State:
        """One step from 64 px on, picture by picture: each has its own kernels."""
        up, plain = 2 * step + 1, 2 * step + 2
        layers, head = (self.layers[up], self.layers[plain]), self.heads[step + 1]
        parts = []
        for index in range(max(len(x), len(w_plus))):
            styles = pick_row(w_plus, index)[0, up : up + 3]
            maps = [None if m is None else pick_row(m, index) for m in (noise[up], noise[plain])]
            stage = Stage(*layers, head, styles, *maps)  # pyright: ignore[reportArgumentType]
            parts.append(draw_stage(stage, pick_row(x, index), pick_row(rgb, index), last=last))
        return join_stages(parts)

    def _is_quick(self, *tensors: torch.Tensor | None) -> bool:
        """Whether the forms without gradients serve: on a CPU where nothing asks for any."""
        if not all(t is None or t.device.type == "cpu" for t in tensors):
            return False
        wanted = (t for t in (*tensors, *self.parameters()) if t is not None)
        return not torch.is_grad_enabled() or not any(t.requires_grad for t in wanted)

    def _dilation(self, layer: int, dense: bool) -> int | None:
        side = self.layer_sides()[layer]
        return DENSE_SIDE // side if dense and side <= DENSE_SIDE else None
