"""Edited drawings that keep the person: what skips know of a face moves with the edit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from ..composite.transfer import move, transfer_edit
from ..crop.align import plan_whole
from ..networks.detail import add_detail
from ..networks.kept import KeptFeatures
from ..readers.follow import SeenFace, see_faces


@dataclass(frozen=True)
class SeenDrawings:
    """The faces of unedited drawings `exact` [B, 3, H, W]; None where none is seen."""

    exact: torch.Tensor
    faces: list[SeenFace | None]


@dataclass(frozen=True)
class FaceMover:
    """Lays what an edit changes over exact drawings, whose detail it moves with the face.

    `kept`: where the faces of drawings are remembered, so that the next edit of the same finds
    them.
    """

    kept: KeptFeatures | None = None

    def __call__(
        self, edited: torch.Tensor, plain: torch.Tensor, exact: torch.Tensor, side: int
    ) -> torch.Tensor:
        """The edited drawings [B, 3, H, W] with the detail that `exact` has beyond `plain`.

        As `transfer_edit` puts an edit into a photo; a drawing in which no face is seen, and one
        through which gradients flow, gets its detail as `add_detail` says, in which `side` counts.
        """
        if torch.equal(edited, plain):
            return exact
        if torch.is_grad_enabled() and edited.requires_grad:
            return add_detail(edited, plain, exact, side)
        rows = (edited, *(drawn.expand_as(edited) for drawn in (plain, exact)))
        faces = self._see(exact, plain)
        parts = []
        for number, (after, before, whole) in enumerate(
            zip(*(drawn.split(1) for drawn in rows), strict=True)
        ):
            face = faces[number if len(faces) > 1 else 0]
            moved = None if face is None else _move(face, after, before, whole)
            parts.append(add_detail(after, before, whole, side) if moved is None else moved)
        return torch.cat(parts)

    def _see(self, exact: torch.Tensor, plain: torch.Tensor) -> list[SeenFace | None]:
        seen = None if self.kept is None else self.kept.seen
        if not isinstance(seen, SeenDrawings) or seen.exact is not exact:
            height, width = exact.shape[-2:]
            place = plan_whole((height, width), largest=max(height, width))
            faces = [
                see_faces(one.clamp(-1, 1), [place], other)[0]
                for one, other in zip(exact.split(1), plain.split(1), strict=True)
            ]
            seen = SeenDrawings(exact, faces)
            if self.kept is not None:
                self.kept.seen = seen
        return seen.faces


@torch.no_grad()
def _move(
    face: SeenFace, edited: torch.Tensor, plain: torch.Tensor, exact: torch.Tensor
) -> torch.Tensor | None:
    """One edited drawing [1, 3, H, W]; None where it shows no face."""
    motion = face.read_motion(edited)
    if motion is None:
        return None
    scale = math.hypot(face.matrix[0][0], face.matrix[1][0])
    levelled, field = motion.levelled.to(edited), motion.expression.to(edited)
    drawn = transfer_edit(exact, plain, levelled, motion=field, scale=scale)
    return drawn if motion.turn is None else move(drawn, motion.turn.to(edited))
