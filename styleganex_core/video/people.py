"""Who is seen in a clip, and where: what tracking finds and editing needs.

Convention: points are (x, y) px of the upright, full-size frame, the origin at the centre of its
top-left px, in the order of `Face.points`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import torch

from ..errors import ShapeError, StyleGANEXError, echo
from ..grammar import read_count
from .clip import Frame

LONGEST_NUMBER = 9  # digits
LOOK = (9, 16)  # px of the picture by which a clip is known again
LEAST_CONTRAST = 0.01  # of 0..1: a picture that is flatter tells nothing
ALIKE = 0.5  # correlation from which on two such pictures are of one frame


@dataclass(frozen=True)
class Person:
    """One person: `points` [N, 5, 2] and `seen` [N] for every tracked frame (zeros where unseen).

    `style` [1, 3, 256, 256] in -1..1 is the aligned face of frame `style_frame`.
    """

    points: torch.Tensor
    seen: torch.Tensor
    style: torch.Tensor
    style_frame: int

    @property
    def first(self) -> int:
        """The place of the first sighting among the tracked frames."""
        return int(self.seen.nonzero()[0])


@dataclass(frozen=True)
class Track:
    """The people of a clip, numbered from 0 by their first sighting, then from left to right.

    Frames `first` to `first + count - 1` were tracked. `cuts`: frames that begin a new shot.
    `look`: the first tracked frame, very small, as `take_frame_look` gives it; None for unknown.
    """

    people: tuple[Person, ...]
    size: tuple[int, int]
    rate: Fraction
    first: int
    count: int
    cuts: tuple[int, ...] = ()
    look: torch.Tensor | None = None

    def check_size(self, size: tuple[int, int]) -> None:
        """Raises ShapeError unless a clip of such frames (height, width) can be the tracked one."""
        if tuple(size) != tuple(self.size):
            raise ShapeError(
                f"the track belongs to a clip of {self.size[1]}x{self.size[0]} px, but this one "
                f"has {size[1]}x{size[0]} px; use the clip that was given to Track Faces."
            )

    def check_frame(self, frame: Frame) -> None:
        """Raises ShapeError when the first tracked frame is not the one that was tracked."""
        if self.look is None or frame.index != self.first:
            return
        looks = [look - look.mean() for look in (self.look, take_frame_look(frame))]
        if min(float(look.std()) for look in looks) < LEAST_CONTRAST:
            return
        if float((looks[0] * looks[1]).sum() / (looks[0].norm() * looks[1].norm())) < ALIKE:
            raise ShapeError(
                f"frame {frame.index} of this clip does not look like that of the tracked clip; "
                "give the clip that was given to Track Faces, or track this one."
            )

    def choose(self, numbers: str) -> tuple[int, ...]:
        """The people that a text such as "all", "0" or "0, 2" names.

        Raises StyleGANEXError, saying how many there are, for one that is not in the clip.
        """
        if numbers.strip().lower() in ("", "all"):
            return tuple(range(len(self.people)))
        chosen = []
        for part in numbers.split(","):
            word = part.strip()
            person = read_count(word[:LONGEST_NUMBER])
            if person is None or person >= len(self.people) or len(word) > LONGEST_NUMBER:
                raise StyleGANEXError(
                    f'people "{echo(numbers)}": there is no person "{echo(word)}"; the clip has '
                    f"{len(self.people)}, counted from 0. Write 'all' or numbers such as \"0, 1\"."
                )
            chosen.append(person)
        return tuple(sorted(set(chosen)))

    def describe(self) -> str:
        """One line per person: when they are seen."""
        lines = [f"{len(self.people)} {'person' if len(self.people) == 1 else 'people'} "
                 f"in {self.count} frames"]  # fmt: skip
        for number, person in enumerate(self.people):
            runs = [
                f"{self.first + start}-{self.first + stop - 1}"
                for start, stop in runs_of(person.seen)
            ]
            shown = ", ".join(runs[:6]) + (" ..." if len(runs) > 6 else "")
            lines.append(f"person {number}: frames {shown}")
        return "\n".join(lines)


def take_frame_look(frame: Frame) -> torch.Tensor:
    """A frame in grey and very small, [9, 16] in 0..1."""
    grey = frame.image.float().mean(dim=-1) / 255
    return torch.nn.functional.adaptive_avg_pool2d(grey[None, None], LOOK)[0, 0]


def runs_of(flags: torch.Tensor) -> list[tuple[int, int]]:
    """First and one-past-last place of every run of True in [N]."""
    padded = torch.nn.functional.pad(flags.int(), (1, 1))
    steps = padded.diff()
    starts, stops = (steps == 1).nonzero()[:, 0], (steps == -1).nonzero()[:, 0]
    return list(zip(starts.tolist(), stops.tolist(), strict=True))
