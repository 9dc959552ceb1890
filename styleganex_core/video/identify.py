"""Who a face belongs to, decided by where it was expected and by how it looks.

A look is a small aligned picture of face and hair, which needs no network of its own. It tells
apart the few people of a clip, not people in general.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import torch

from ..crop import Face
from ..crop.align import STYLE_SIDE, style_matrix
from ..warp import compose, resize_matrix, warp

LOOK_SIDE = 16  # px of a look
OVAL_WIDTH, OVAL_HEIGHT = 0.75, 0.95  # half axes of what counts of it, in half sides
GALLERY = 8  # looks that are remembered of a person
NEW_LOOK = 0.12  # difference from all remembered looks from which on one is remembered too

NEAR = 1.5  # eye distances between a face and where it was expected, at most
GROWTH = 1.6  # how much larger or smaller a face may have become
DIFFERENT = 0.55  # root mean square difference of looks (of -1..1): somebody else, even if near
ALIKE = 0.30  # somebody who was away is back
SAME_PLACE = 0.6  # eye distances: two people cannot both be there


@dataclass
class Known:
    """A person as tracked so far: the last face, its motion in px a frame, and looks."""

    face: Face
    last: int  # frame of the last sighting
    velocity: tuple[float, float] = (0.0, 0.0)
    looks: list[torch.Tensor] = field(default_factory=list)

    def expected(self, index: int, patience: float) -> tuple[float, float]:
        """Where the face's middle is to be in frame `index`; motion is not trusted for long."""
        steps = min(index - self.last, patience)
        x, y = middle(self.face)
        return x + self.velocity[0] * steps, y + self.velocity[1] * steps

    def see(self, face: Face, index: int, look: torch.Tensor | None, cut: bool = False) -> None:
        steps = index - self.last
        if steps and not cut:
            (x0, y0), (x1, y1) = middle(self.face), middle(face)
            step = ((x1 - x0) / steps, (y1 - y0) / steps)
            self.velocity = tuple(
                (old + new) / 2 for old, new in zip(self.velocity, step, strict=True)
            )  # type: ignore[assignment]
        elif cut:
            self.velocity = (0.0, 0.0)
        self.face, self.last = face, index
        if look is not None and (not self.looks or self.unlike(look) > NEW_LOOK):
            self.looks = [*self.looks[-(GALLERY - 1) :], look]

    def unlike(self, look: torch.Tensor) -> float:
        """How different the look is from the nearest remembered one, 0..2."""
        return min(float((look - known).square().sum().sqrt()) for known in self.looks)


def middle(face: Face) -> tuple[float, float]:
    """The mean of the five points."""
    xs, ys = zip(*face.points, strict=True)
    return sum(xs) / 5, sum(ys) / 5


def take_look(picture: torch.Tensor, face: Face) -> torch.Tensor:
    """The look of a face in a picture [1, 3, H, W]; distances of looks are root mean squares."""
    small = resize_matrix((LOOK_SIDE, LOOK_SIDE), (STYLE_SIDE, STYLE_SIDE))
    look = warp(picture, compose(style_matrix(face), small), (LOOK_SIDE, LOOK_SIDE))
    steps = (torch.arange(LOOK_SIDE) + 0.5) * 2 / LOOK_SIDE - 1
    oval = torch.hypot(steps[None] / OVAL_WIDTH, steps[:, None] / OVAL_HEIGHT) < 1
    return look[0, :, oval].cpu().flatten() / math.sqrt(3 * int(oval.sum()))


def match_people(
    known: list[Known],
    faces: list[Face],
    looks: list[torch.Tensor],
    index: int,
    *,
    patience: float,
    cut: bool = False,
) -> list[int | None]:
    """For each face the place in `known` of whose it is, or None for somebody new.

    Someone seen within `patience` frames is where the motion leads and looks roughly the same;
    someone who was away longer, or is seen after a cut, must look alike. The whole assignment is
    the cheapest one.
    """
    owners: list[int | None] = [None] * len(faces)
    if not known or not faces:
        return owners
    from scipy.optimize import linear_sum_assignment

    never = 1e6
    cost = np.full((len(known), len(faces)), never)
    for row, person in enumerate(known):
        recent = index - person.last <= patience and not cut
        for column, (face, look) in enumerate(zip(faces, looks, strict=True)):
            unlike = person.unlike(look) if person.looks else 0.0
            if recent:
                away = math.dist(person.expected(index, patience), middle(face))
                away /= max(face.eye_distance, person.face.eye_distance)
                away /= 1 + (index - person.last) / patience
                ratio = face.eye_distance / person.face.eye_distance
                if away < NEAR and 1 / GROWTH < ratio < GROWTH and unlike < DIFFERENT:
                    cost[row, column] = away / NEAR + unlike / ALIKE
                    continue
            if unlike < ALIKE:
                cost[row, column] = 1 + unlike / ALIKE  # a return: only after those who stayed
    rows, columns = linear_sum_assignment(cost)
    for row, column in zip(rows, columns, strict=True):
        if cost[row, column] < never:
            owners[column] = int(row)
    return owners


def drop_doubles(
    known: list[Known], followed: dict[int, Face], looks: dict[int, torch.Tensor]
) -> dict[int, Face]:
    """`followed` without those who were led onto another's face: where two meet, one is hidden."""
    kept = dict(followed)
    for one in followed:
        for other in followed:
            if one >= other or one not in kept or other not in kept:
                continue
            apart = math.dist(middle(kept[one]), middle(kept[other]))
            if apart < SAME_PLACE * max(kept[one].eye_distance, kept[other].eye_distance):
                first, second = known[one].unlike(looks[one]), known[other].unlike(looks[other])
                kept.pop(other if first <= second else one)
    return kept
