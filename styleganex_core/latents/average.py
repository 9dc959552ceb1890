"""Which average changes the edits of faces bring along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add

import torch

from ..datatypes import AverageChange, Latents
from ..networks import Model
from .face_strengths import FaceStrengths, parse_both, strengths_of_faces
from .shares import Shares
from .strengths import split_edit_vectors
from .turn import LEAST

MADE_OF = 0.3  # how much of an edit may be something else than the model's own vectors


def plan_average_changes(
    model: Model,
    vectors: Mapping[str, torch.Tensor],
    strengths: str | Mapping[str, float],
    face_strengths: FaceStrengths,
    numbers: Sequence[int],
) -> list[AverageChange | None]:
    """What the edits of each face change of the photo itself; None where that is nothing.

    Arguments as for `apply_face_strengths`. A change belongs to the model's own vector: one of
    another tensor that only has its name brings none.
    """
    changes = _own_changes(model, vectors)
    rows = strengths_of_faces(strengths, face_strengths, numbers)
    return [
        sum_changes([(changes[name], row[name]) for name in row if name in changes]) for row in rows
    ]


def read_average_changes(
    model: Model, latents: Latents, shares: Shares | None
) -> list[AverageChange | None]:
    """What the edit of each of the latents changes of a drawing's own px.

    Known as far as the edit is made of the model's own vectors, as its `shares` of them say; one
    that is not brings nothing.
    """
    found = shares if model.average_changes else None
    if found is None:
        return [None] * latents.batch
    rows: list[AverageChange | None] = []
    for strengths, missed in zip(found.strengths.T.tolist(), found.missed.tolist(), strict=True):
        known = dict(zip(found.names, strengths, strict=True)) if missed < MADE_OF else {}
        parts = [
            (change, known.get(name, 0.0))
            for name, change in model.average_changes.items()
            if not change.bare  # drawn with the vector alone
        ]
        rows.append(sum_changes([part for part in parts if abs(part[1]) >= LEAST]))
    return rows * (latents.batch // len(rows))


def take_closing_out(model: Model, latents: Latents, shares: Shares | None) -> Latents:
    """Edited latents without what their edit closes of lips, which `read_average_changes` does in
    the drawing's own px; the same latents where that is nothing. `shares` are those of the edit.
    """
    if latents.edit is None or shares is None:
        return latents
    held = torch.zeros_like(shares.strengths)
    for row, name in enumerate(shares.names):
        change, strengths = model.average_changes.get(name), shares.strengths[row]
        if change is not None and change.shut:
            closes = [change.holds(strength) for strength in strengths.tolist()]
            held[row] = strengths * torch.tensor(closes)
    held *= (held.abs() >= LEAST) & (shares.missed < MADE_OF)
    return shares.take_out(latents, held) if held.any() else latents


def hold_own_px(
    model: Model,
    vectors: Mapping[str, torch.Tensor],
    strengths: str | Mapping[str, float],
    face_strengths: FaceStrengths,
) -> tuple[dict[str, float], dict[int, dict[str, float]]]:
    """The strengths for what is drawn of an edit of photos: without those that take glasses off or
    close lips.

    Arguments as for `plan_average_changes`, whose changes do so in the photos themselves.
    """
    changes = _own_changes(model, vectors)

    def is_drawn(name: str, strength: float) -> bool:
        change = changes.get(name.casefold())
        return change is None or not change.holds(strength)

    def hold(given: Mapping[str, float]) -> dict[str, float]:
        return {name: v if is_drawn(name, v) else 0.0 for name, v in given.items()}

    common, own = parse_both(strengths, face_strengths)
    return hold(common), {number: hold(given) for number, given in own.items()}


def sum_changes(parts: Sequence[tuple[AverageChange, float]]) -> AverageChange | None:
    """Changes with their strengths as one; None where nothing changes.

    All were measured over the same mean face.
    """
    moved = [
        change * strength
        for change, strength in parts
        if strength > 0 or (strength and not change.one_way)
    ]
    return reduce(add, moved) if moved else None


def _own_changes(model: Model, vectors: Mapping[str, torch.Tensor]) -> dict[str, AverageChange]:
    """The changes that go with the model's own among vectors, by their names in small letters."""
    return {
        name.casefold(): change
        for name, change in model.average_changes.items()
        if name in vectors and find_own_change(model, vectors[name]) is change
    }


def find_own_change(model: Model, vector: torch.Tensor) -> AverageChange | None:
    """The change that goes with a vector of the model's own, whatever its leading axes of 1."""
    own = split_edit_vectors(model.edit_vectors)
    for name, change in model.average_changes.items():
        if name in own and _is_same(vector, own[name]):
            return change
    return None


def _is_same(vector: torch.Tensor, own: torch.Tensor) -> bool:
    return vector.numel() == own.numel() and torch.equal(vector.cpu().reshape(own.shape), own.cpu())
