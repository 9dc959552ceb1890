"""A part of a picture drawn without the rest, pixel for pixel what the whole would show there.

From 64 px on a layer's px depends on few neighbours, so the maps are cut to what the part needs
and a margin, which the next layers' convolutions spoil and the next cut removes. Up to 32 px all
is computed: `f` is small, and its dilated kernels reach far.

Convention: places are px from the top left, ends exclusive.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from ..errors import ShapeError

REACH = 2  # px before an up-convolution that it, its filter and the next convolution look aside


@dataclass(frozen=True)
class Window:
    """The part of a picture from `top` and `left` to before `bottom` and `right`, px."""

    top: int
    left: int
    bottom: int
    right: int

    def __post_init__(self) -> None:
        if not (0 <= self.top < self.bottom and 0 <= self.left < self.right):
            raise ShapeError(
                f"a window has 0 <= top < bottom and 0 <= left < right; got {self.top}, "
                f"{self.bottom}, {self.left} and {self.right}."
            )

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return self.bottom - self.top, self.right - self.left

    def scaled(self, factor: float) -> Window:
        """The same part of a picture `factor` times as large; whole px, nothing is lost."""
        return Window(
            math.floor(self.top * factor),
            math.floor(self.left * factor),
            math.ceil(self.bottom * factor),
            math.ceil(self.right * factor),
        )

    def grown(self, margin: int, size: tuple[int, int]) -> Window:
        """`margin` px more on every side, within a picture of `size` (height, width)."""
        return Window(
            max(0, self.top - margin),
            max(0, self.left - margin),
            min(size[0], self.bottom + margin),
            min(size[1], self.right + margin),
        )

    def within(self, outer: Window) -> Window:
        """The same part, counted from the top left of `outer`, which holds it."""
        return Window(
            self.top - outer.top,
            self.left - outer.left,
            self.bottom - outer.top,
            self.right - outer.left,
        )

    def cut(self, picture: torch.Tensor) -> torch.Tensor:
        """The part of a picture [..., H, W]."""
        return picture[..., self.top : self.bottom, self.left : self.right]


def plan_windows(
    window: Window | None, size: tuple[int, int], steps: int, whole: int
) -> list[Window | None]:
    """Which part of the maps is needed before each of `steps` steps, and after the last.

    `window` and `size` (height, width) are those of the picture after the last. Before the first
    `whole` steps all is needed, None; those after them double the size.
    """
    plan: list[Window | None] = [None] * (steps + 1)
    if window is None:
        return plan
    if window.bottom > size[0] or window.right > size[1]:
        raise ShapeError(
            f"a window down to {window.bottom} and right to {window.right} px does not lie in a "
            f"picture of {size[1]}x{size[0]} px; choose one within it."
        )
    plan[steps] = window
    for step in reversed(range(whole, steps)):
        size = (size[0] // 2, size[1] // 2)
        window = window.scaled(0.5).grown(REACH, size)
        plan[step] = window
    return plan


def cut_state(
    maps: tuple[torch.Tensor, torch.Tensor], held: Window | None, needed: Window | None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Features and picture that show `held` (None for all), cut to what is needed of them."""
    if needed is None:
        return maps
    part = needed if held is None else needed.within(held)
    return part.cut(maps[0]), part.cut(maps[1])


def cut_noise(
    noise: Sequence[torch.Tensor | None], window: Window | None
) -> Sequence[torch.Tensor | None]:
    """The part of noise maps [B, 1, h, w] that belongs to it; maps of one px are for all."""
    if window is None:
        return noise
    return [m if m is None or m.shape[-2:] == (1, 1) else window.cut(m) for m in noise]
