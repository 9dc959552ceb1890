"""What a clip is: frames with their times, and the facts that a copy of it must keep.

Convention: outside the networks a frame is 8-bit [H, W, 3], RGB, upright; times are seconds from
the clip's start; frames count from 0.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from types import ModuleType
from typing import Any, Protocol

import torch

from ..alpha import UNCHANGED
from ..errors import StyleGANEXError
from ..images import from_uint8, to_uint8

LARGEST_JUMP = 3600  # seconds from one part of a file to the next; a longer one is damage


@dataclass(frozen=True)
class Selection:
    """Which frames of a clip, and at which size: `count` frames from `start` on, 0 for all.

    `every`: of these only each nth. `half`: at half the sides.
    """

    start: int = 0
    count: int = 0
    every: int = 1
    half: bool = False

    def __post_init__(self) -> None:
        if self.start < 0 or self.count < 0 or self.every < 1:
            raise StyleGANEXError(
                "a selection starts at frame 0 or later, counts 0 (all) or more frames and takes "
                f"every 1st or nth; got {self.start}, {self.count} and {self.every}."
            )

    @property
    def stop(self) -> float:
        """The first frame after the selection."""
        return self.start + self.count if self.count else math.inf

    def holds(self, index: int) -> bool:
        return self.start <= index < self.stop and (index - self.start) % self.every == 0

    def size_of(self, size: tuple[int, int]) -> tuple[int, int]:
        """Height and width that frames of `size` come at."""
        if not self.half:
            return size
        return max(1, size[0] // 2), max(1, size[1] // 2)


@dataclass(frozen=True)
class Colour:
    """What colours luma and chroma stand for: ffmpeg's codes, 2 where the file does not say."""

    space: int = 2
    primaries: int = 2
    transfer: int = 2
    full_range: bool = False


@dataclass(frozen=True)
class ClipInfo:
    """`size` (height, width) px, upright; `rate` frames per second, the mean where it varies.

    `frames`: how many, as far as the file says, else 0. `start`: the file's own time of the clip's
    start. `pixel_aspect`: a px's width by its height.
    """

    size: tuple[int, int]
    rate: Fraction
    frames: int
    start: Fraction = Fraction(0)
    pixel_aspect: Fraction = Fraction(1)
    colour: Colour = Colour()


@dataclass(frozen=True)
class Frame:
    """Frame `index` of a clip, shown `time` seconds after its start; `image` 8-bit [H, W, 3]."""

    index: int
    time: Fraction
    image: torch.Tensor

    @classmethod
    def of(cls, source: Frame, picture: torch.Tensor) -> Frame:
        """The frame in the place of `source` that shows a picture [1, 3, H, W] in -1..1."""
        return cls(source.index, source.time, to_uint8(picture)[0].cpu())

    def to_picture(self, device: torch.device | str = "cpu") -> torch.Tensor:
        """The frame as [1, 3, H, W] in -1..1."""
        return from_uint8(self.image[None].to(device))

    def write_into(self, pictures: torch.Tensor) -> None:
        """Puts an edited frame in its place among `pictures` [N, H, W, C] in 0..1, float.

        Px that differ by no more than 8-bit rounding were not edited: they stay exactly as they
        are, and so does everything beyond RGB (transparency).
        """
        before, after = pictures[self.index, ..., :3], self.image.to(pictures.device) / 255
        rounded = (after - before).abs() <= UNCHANGED
        pictures[self.index, ..., :3] = torch.where(rounded, before, after)


class Sound(Protocol):
    """`begin` adds its streams to an output; `advance` muxes what sounds before a time of it.

    `finish` muxes the rest, which ends with the pictures at `end` or by itself; `close` closes its
    file, finished or not.
    """

    def begin(self, output: Any) -> None: ...

    def advance(self, seconds: Fraction) -> None: ...

    def finish(self, end: Fraction) -> None: ...

    def close(self) -> None: ...


class Clip(Protocol):
    """Anything that gives frames one by one, as often as it is asked, and its sound."""

    @property
    def info(self) -> ClipInfo: ...

    def read(self, selection: Selection) -> Iterator[Frame]: ...

    def sound(self, start: Fraction, *, cut: bool) -> Sound | None:
        """What is heard from `start` seconds on; `cut`: only while there are pictures."""
        ...


def require_av() -> ModuleType:
    """PyAV, or StyleGANEXError saying what needs it."""
    try:
        return importlib.import_module("av")
    except ImportError as error:
        raise StyleGANEXError(
            "reading and writing video files needs PyAV, which comes with ComfyUI; outside "
            "ComfyUI, install it with `pip install av`."
        ) from error
