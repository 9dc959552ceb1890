"""Clips to try things on: rendered people who move and hum, drawn as they are asked for."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import torch

from ..errors import StyleGANEXError
from ..images import to_uint8
from ..portraits import render_clip, sample_clip
from ..video import ClipInfo, Frame, Selection, WaveSound
from ..video.reader import shrink_frame

RATE = Fraction(24)
HERTZ = 44_100
AT_ONCE = 4  # frames drawn together
HUM = 180.0  # Hz
BEATS = 2.6  # per second, as the people's syllables

LIVELY = ("turn", "blink", "talk", "smile", "drift")


@dataclass(frozen=True)
class _Kind:
    people: int
    motions: tuple[str, ...]
    seed: int


KINDS = {
    "one person": _Kind(1, LIVELY, 3),
    "two people cross": _Kind(2, (*LIVELY, "walk"), 5),
    "someone leaves": _Kind(2, (*LIVELY, "leave"), 5),
}


def example_clip_names() -> list[str]:
    """The names of the clips that `ExampleClip` draws."""
    return list(KINDS)


class ExampleClip:
    """A clip of rendered people, `size` (height, width) px, 24 frames a second, with sound."""

    def __init__(
        self,
        name: str = "one person",
        *,
        seconds: float = 2.0,
        size: tuple[int, int] = (288, 384),
        seed: int = 0,
    ) -> None:
        if name not in KINDS:
            raise StyleGANEXError(
                f"there is no example clip {name!r}; there is {', '.join(KINDS)}."
            )
        frames = max(1, round(seconds * RATE))
        kind = KINDS[name]
        self.scenes = sample_clip(
            frames,
            kind.seed + seed,
            size=size,
            motions=kind.motions,
            people=kind.people,
            fps=float(RATE),
        )
        self.info = ClipInfo(size, RATE, frames)

    def read(self, selection: Selection) -> Iterator[Frame]:
        chosen = [index for index in range(self.info.frames) if selection.holds(index)]
        drawn = render_clip(self.scenes[torch.tensor(chosen, dtype=torch.long)], batch=AT_ONCE)
        images = (image for part in drawn for image in to_uint8(part.image))
        for index, image in zip(chosen, images, strict=True):
            if selection.half:
                image = shrink_frame(image, selection.size_of(self.info.size))
            yield Frame(index, index / RATE, image)

    def sound(self, start: Fraction, *, cut: bool) -> WaveSound:
        time = torch.arange(int(self.info.frames / RATE * HERTZ)) / HERTZ
        loud = 0.5 - 0.5 * torch.cos(2 * math.pi * BEATS * time)
        tone = torch.sin(2 * math.pi * HUM * time) + 0.3 * torch.sin(4 * math.pi * HUM * time)
        return WaveSound((0.2 * loud * tone)[None], HERTZ, start, cut=cut)
