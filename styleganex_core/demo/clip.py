"""Clips to try things on: bundled films of people who move, and a hum."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import torch
import torch.nn.functional as F

from ..errors import StyleGANEXError
from ..images import nearest_levels
from ..video import ClipInfo, FileClip, Frame, Selection, WaveSound
from ..video.reader import shrink_frame

FOLDER = Path(__file__).parent / "clips"  # made by scripts/make_example_clips.py
RATE = Fraction(24)  # frames per second
SIZE = (288, 384)  # height, width in px
HERTZ = 44_100
HUM = 180.0  # Hz
BEATS = 2.6  # per second, as the people's syllables


@dataclass(frozen=True)
class _Film:
    """How often a clip was filmed, otherwise each time, and what a shorter clip shows: its
    beginning, its middle, or all of it, faster.
    """

    takes: int
    shorter: Literal["beginning", "middle", "faster"]


FILMS = {
    "one person": _Film(3, "beginning"),
    "two people cross": _Film(2, "middle"),
    "someone leaves": _Film(2, "faster"),
    "astronaut": _Film(2, "beginning"),
}


def example_clip_names() -> list[str]:
    """The names of the clips that `ExampleClip` brings."""
    return list(FILMS)


def check_clip_name(name: str) -> None:
    """StyleGANEXError for a name that no example clip has."""
    if name not in FILMS:
        raise StyleGANEXError(
            f"there is no example clip {name!r}; choose one of {', '.join(FILMS)}."
        )


def clip_file(name: str, take: int) -> Path:
    """Where a take of the clip of that name lies."""
    return FOLDER / f"{name.replace(' ', '_')}_{take}.mp4"


class ExampleClip:
    """A clip of people, `size` (height, width) px, 24 frames a second, with sound.

    They are rendered, but for the "astronaut": a photo of hers, moved and lit by hand. A clip that
    is longer than the bundled one goes on backwards and forwards. `seed` chooses who is seen (how
    she moves): a few each, and the same again mirrored.
    """

    def __init__(
        self,
        name: str = "one person",
        *,
        seconds: float = 2.0,
        size: tuple[int, int] = SIZE,
        seed: int = 0,
    ) -> None:
        check_clip_name(name)
        film = FILMS[name]
        self._film = FileClip(clip_file(name, seed % film.takes))
        self._mirrored = seed // film.takes % 2 == 1
        self._shorter = film.shorter
        self.info = ClipInfo(size, RATE, max(1, round(seconds * RATE)))

    def read(self, selection: Selection) -> Iterator[Frame]:
        """The chosen frames in order; what they need of the film lies in memory meanwhile, up to
        25 MB.
        """
        length = self._film.info.frames
        chosen = filter(selection.holds, range(self.info.frames))
        places = {index: self._place_in_film(index, length) for index in chosen}
        if not places:
            return
        first, last = min(places.values()), max(places.values())
        film = self._film.read(Selection(first, last - first + 1))
        images = {frame.index: frame.image for frame in film}
        for index, place in places.items():
            image = images[place]
            image = _fit_frame(image.flip(1) if self._mirrored else image, self.info.size)
            if selection.half:
                image = shrink_frame(image, selection.size_of(self.info.size))
            yield Frame(index, index / RATE, image)

    def sound(self, start: Fraction, *, cut: bool) -> WaveSound:
        """A hum with the rhythm of speech, from `start` seconds on."""
        time = torch.arange(int(self.info.frames / RATE * HERTZ)) / HERTZ
        loud = 0.5 - 0.5 * torch.cos(2 * math.pi * BEATS * time)
        tone = torch.sin(2 * math.pi * HUM * time) + 0.3 * torch.sin(4 * math.pi * HUM * time)
        return WaveSound((0.2 * loud * tone)[None], HERTZ, start, cut=cut)

    def _place_in_film(self, index: int, length: int) -> int:
        """Which of the film's `length` frames is shown as number `index`."""
        frames = self.info.frames
        if frames < length and self._shorter == "middle":
            return (length - frames) // 2 + index
        if frames < length and self._shorter == "faster":
            return index * (length - 1) // max(1, frames - 1)
        there_and_back = max(1, 2 * (length - 1))
        place = index % there_and_back
        return min(place, there_and_back - place)


def _fit_frame(image: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """An 8-bit frame [H, W, 3] scaled until it covers `size` (height, width), its middle."""
    height, width = image.shape[:2]
    if (height, width) == size:
        return image
    scale = max(size[0] / height, size[1] / width)
    grown = (max(size[0], round(height * scale)), max(size[1], round(width * scale)))
    picture = image.permute(2, 0, 1)[None].float()
    scaled = F.interpolate(picture, grown, mode="bicubic", antialias=True)[0].permute(1, 2, 0)
    top, left = (grown[0] - size[0]) // 2, (grown[1] - size[1]) // 2
    cut = scaled[top : top + size[0], left : left + size[1]]
    return nearest_levels(cut)
