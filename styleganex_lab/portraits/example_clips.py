"""The bundled example clips, drawn anew: rendered people with their truth, and a moved photo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import torch

from styleganex_core.crop import find_faces, select_faces
from styleganex_core.demo import example_image
from styleganex_core.demo.clip import RATE, SIZE, check_clip_name
from styleganex_core.images import to_uint8
from styleganex_core.video import ClipInfo, Frame, Selection, TensorClip
from styleganex_core.video.reader import shrink_frame

from .clips import render_clip, sample_clip
from .film import film_still

AT_ONCE = 4  # frames drawn together
LIVELY = ("turn", "blink", "talk", "smile", "drift")


@dataclass(frozen=True)
class ClipRecipe:
    """Who is in an example clip and what they do: `takes` versions of `seconds`, from `seed` on."""

    people: int
    motions: tuple[str, ...]
    seed: int
    seconds: float
    takes: int


CLIP_RECIPES = {
    "one person": ClipRecipe(1, LIVELY, 3, 3.0, 3),
    "two people cross": ClipRecipe(2, (*LIVELY, "walk"), 5, 2.0, 2),
    "someone leaves": ClipRecipe(2, (*LIVELY, "leave"), 5, 3.0, 2),
}


@dataclass(frozen=True)
class StillRecipe:
    """An example clip that moves a bundled `picture`, of which it shows what lies from `corner`
    (top, left) on: `takes` versions of `seconds`, from `seed` on.
    """

    picture: str
    corner: tuple[int, int]
    seed: int
    seconds: float
    takes: int


STILL_RECIPES = {"astronaut": StillRecipe("astronaut", (0, 50), 2, 3.0, 2)}


class DrawnClip:
    """A silent clip of a recipe's people, drawn as it is read, 24 frames a second.

    `size`: (height, width) px; `scenes`: the truth of its frames.
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
        frames = max(1, round(seconds * RATE))
        recipe = CLIP_RECIPES[name]
        self.scenes = sample_clip(
            frames,
            recipe.seed + seed,
            size=size,
            motions=recipe.motions,
            people=recipe.people,
            fps=float(RATE),
        )
        self.info = ClipInfo(size, RATE, frames)

    def read(self, selection: Selection) -> Iterator[Frame]:
        """The chosen frames in order, `AT_ONCE` drawn together."""
        chosen = [index for index in range(self.info.frames) if selection.holds(index)]
        drawn = render_clip(self.scenes[torch.tensor(chosen, dtype=torch.long)], batch=AT_ONCE)
        images = (image for part in drawn for image in to_uint8(part.image))
        for index, image in zip(chosen, images, strict=True):
            if selection.half:
                image = shrink_frame(image, selection.size_of(self.info.size))
            yield Frame(index, index / RATE, image)

    def sound(self, start: Fraction, *, cut: bool) -> None:
        """None: drawn people are silent."""
        return None


class MovedStill:
    """A silent clip of a recipe's photo, moved and lit by hand, 24 frames a second."""

    def __init__(self, name: str = "astronaut", *, seconds: float = 2.0, seed: int = 0) -> None:
        recipe = STILL_RECIPES[name]
        picture = example_image(recipe.picture)
        (face,) = select_faces(find_faces(picture), "largest")
        film = film_still(picture, face, max(1, round(seconds * RATE)), recipe.seed + seed)
        (top, left), (height, width) = recipe.corner, SIZE
        self._clip = TensorClip(
            film.frames[:, top : top + height, left : left + width], float(RATE)
        )
        self.info = self._clip.info

    def read(self, selection: Selection) -> Iterator[Frame]:
        """The chosen frames in order."""
        return self._clip.read(selection)

    def sound(self, start: Fraction, *, cut: bool) -> None:
        """None: photos are silent."""
        return None


def draw_example(name: str, *, seconds: float, seed: int) -> DrawnClip | MovedStill:
    """The example clip of that name, drawn anew."""
    if name in STILL_RECIPES:
        return MovedStill(name, seconds=seconds, seed=seed)
    return DrawnClip(name, seconds=seconds, seed=seed)
