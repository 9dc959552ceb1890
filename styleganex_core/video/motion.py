"""Faces moved, resized and judged from one frame to the next."""

from __future__ import annotations

import math
from dataclasses import replace

from ..crop import Face
from .identify import Known, middle

Ratio = tuple[float, float]  # px of the new frame per px of the old one, along x and y

REACH = 1.0  # eye distances that a face may be away from where it was expected, one frame later
GROWTH = 1.35  # times that it may have grown or shrunk by then


def rescale_face(face: Face, ratio: Ratio) -> Face:
    """The face in the same frame at another size."""
    across, down = ratio
    left, top, right, bottom = face.box
    return replace(
        face,
        points=tuple(((x + 0.5) * across - 0.5, (y + 0.5) * down - 0.5) for x, y in face.points),  # type: ignore[arg-type]
        box=(
            (left + 0.5) * across - 0.5,
            (top + 0.5) * down - 0.5,
            (right + 0.5) * across - 0.5,
            (bottom + 0.5) * down - 0.5,
        ),
    )


def expect_face(known: Known, index: int, patience: float) -> Face:
    """The person's last face where their motion leads by frame `index`."""
    (x0, y0), (x1, y1) = middle(known.face), known.expected(index, patience)
    return _shift(known.face, x1 - x0, y1 - y0)


def place_face(guess: Face, points: list[tuple[float, float]], score: float) -> Face:
    """The guess with new points; its box moves and grows with them."""
    placed = replace(guess, points=tuple(points), score=score)  # type: ignore[arg-type]
    (x0, y0), (x1, y1) = middle(guess), middle(placed)
    growth = _spread(placed) / max(_spread(guess), 1e-6)
    left, top, right, bottom = guess.box
    return replace(
        placed,
        box=(
            x1 + (left - x0) * growth,
            y1 + (top - y0) * growth,
            x1 + (right - x0) * growth,
            y1 + (bottom - y0) * growth,
        ),
    )


def is_plausible(guess: Face, face: Face) -> bool:
    """Whether the face can be the guessed one, a frame later."""
    if face.eye_distance < 1:
        return False
    away = math.dist(middle(guess), middle(face)) / guess.eye_distance
    growth = _spread(face) / max(_spread(guess), 1e-6)
    return away < REACH and 1 / GROWTH < growth < GROWTH


def _shift(face: Face, dx: float, dy: float) -> Face:
    left, top, right, bottom = face.box
    return replace(
        face,
        points=tuple((x + dx, y + dy) for x, y in face.points),  # type: ignore[arg-type]
        box=(left + dx, top + dy, right + dx, bottom + dy),
    )


def _spread(face: Face) -> float:
    """Root mean square distance of the points from their middle, which no turn changes."""
    centre = middle(face)
    return math.sqrt(sum(math.dist(point, centre) ** 2 for point in face.points) / 5)
