"""Who is seen in a clip, and where: what tracking finds and editing needs.

Convention: points are (x, y) px of the upright, full-size frame, the origin at the centre of its
top-left px, in the order of `Face.points`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import torch

from ..errors import StyleGANEXError


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
    """

    people: tuple[Person, ...]
    size: tuple[int, int]
    rate: Fraction
    first: int
    count: int
    cuts: tuple[int, ...] = ()

    def choose(self, numbers: str) -> tuple[int, ...]:
        """The people that a text such as "all", "0" or "0, 2" names.

        Raises StyleGANEXError, saying how many there are, for one that is not in the clip.
        """
        if numbers.strip().lower() in ("", "all"):
            return tuple(range(len(self.people)))
        chosen = []
        for part in numbers.split(","):
            word = part.strip()
            if not word.isdecimal() or int(word) >= len(self.people):
                raise StyleGANEXError(
                    f'people "{numbers}": there is no person "{word}"; the clip has '
                    f"{len(self.people)}, counted from 0. Write 'all' or numbers such as \"0, 1\"."
                )
            chosen.append(int(word))
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


def runs_of(flags: torch.Tensor) -> list[tuple[int, int]]:
    """First and one-past-last place of every run of True in [N]."""
    padded = torch.nn.functional.pad(flags.int(), (1, 1))
    steps = padded.diff()
    starts, stops = (steps == 1).nonzero()[:, 0], (steps == -1).nonzero()[:, 0]
    return list(zip(starts.tolist(), stops.tolist(), strict=True))
