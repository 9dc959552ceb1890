"""Edited drawings that keep the person: what skips know of a face moves with the edit."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from ..composite.average import change_face
from ..composite.closing import close_mouth
from ..composite.motion import NEAR, spread
from ..composite.mouth import open_mouth
from ..composite.reach import find_reach_of
from ..composite.transfer import blur, find_strongest, move, rise, shrink, transfer_edit
from ..crop.align import plan_whole
from ..datatypes import AverageChange
from ..networks.detail import add_detail
from ..networks.kept import KeptFeatures
from ..networks.window import Window
from ..readers.follow import SeenFace, see_faces

KNOWN = 0.14  # of the 2 from -1 to 1: root mean square between drawings that show the same face
TURNED = (0.5, 4.0)  # px of the aligned face that a turn moves: none of it shows, or all
WITHIN = 16.0  # px of the aligned face: how much further than its outline the mesh's reach goes
SOFT = 4.0  # px of the aligned face: how softly the face gives way to what is around it


@dataclass(frozen=True)
class DrawnFace:
    """A face that is seen in unedited drawings. `inside` [1, 1, H, W]: where it is, softly; `scale`
    px for one px of the aligned face. `known`: whether it is drawn alike without skips and with.
    """

    seen: SeenFace
    inside: torch.Tensor
    scale: float
    known: bool


@dataclass(frozen=True)
class SeenDrawings:
    """The faces of unedited drawings `exact` [B, 3, H, W]; None where none is seen."""

    exact: torch.Tensor
    faces: list[DrawnFace | None]


@dataclass(frozen=True)
class FaceMover:
    """Lays what an edit changes over exact drawings, whose detail it moves with the face.

    `kept`: where the faces of drawings are remembered, so that the next edit of the same finds
    them. `hold`: gives the drawings without what turns the head, where it is known what does, of
    those without the edit and with it. `changes`, one for each of the latents: what the edit
    changes of the exact drawings' own px.
    """

    kept: KeptFeatures | None = None
    hold: Callable[[torch.Tensor, torch.Tensor], torch.Tensor | None] | None = None
    changes: Sequence[AverageChange | None] | None = None

    def __call__(
        self, edited: torch.Tensor, plain: torch.Tensor, exact: torch.Tensor, side: int
    ) -> torch.Tensor:
        """The edited drawings [B, 3, H, W] with the detail that `exact` has beyond `plain`.

        As `transfer_edit` puts an edit into a photo; a drawing in which no face is seen, and one
        through which gradients flow, gets its detail as `add_detail` says, in which `side` counts.
        """
        if torch.equal(edited, plain) and not any(self.changes or ()):
            return exact
        if torch.is_grad_enabled() and edited.requires_grad:
            return add_detail(edited, plain, exact, side)
        faces = self._see(exact, plain)
        held = self.hold(plain, edited) if self.hold is not None and any(faces) else None
        parts = []
        for number, face in enumerate(faces):
            after, before, whole = (one[number][None] for one in (edited, plain, exact))
            still = add_detail(after, before, whole, side)
            if face is not None:
                change = self.changes[number] if self.changes else None
                if change is not None:
                    mesh, matrix = face.seen.photo, face.seen.matrix
                    whole, still = (
                        change_face(one, mesh, matrix, change) for one in (whole, still)
                    )
                turned = face.known and held is not edited  # which is drawn as it is
                unturned = None if held is None or turned else held[number][None]
                still = _move(face, after, before, whole, still, unturned, change)
            parts.append(still)
        return torch.cat(parts)

    def _see(self, exact: torch.Tensor, plain: torch.Tensor) -> list[DrawnFace | None]:
        seen = None if self.kept is None else self.kept.seen
        if not isinstance(seen, SeenDrawings) or seen.exact is not exact:
            pairs = zip(exact.split(1), plain.split(1), strict=True)
            seen = SeenDrawings(exact, [_look(*pair) for pair in pairs])
            if self.kept is not None:
                self.kept.seen = seen
        return seen.faces


@torch.no_grad()
def _look(exact: torch.Tensor, plain: torch.Tensor) -> DrawnFace | None:
    """The face of one unedited drawing [1, 3, H, W]."""
    height, width = exact.shape[-2:]
    place = plan_whole((height, width), largest=max(height, width))
    (seen,) = see_faces(exact.clamp(-1, 1), [place], plain)
    if seen is None:
        return None
    scale = math.hypot(seen.matrix[0][0], seen.matrix[1][0])
    points = seen.photo[:, :2]
    reach = spread(points, torch.ones_like(points), seen.size, scale, NEAR[:1])[:, :1]
    inside = (reach > 0.5).to(exact)
    error = ((exact - plain).square().mean(dim=1, keepdim=True) * inside).sum()
    known = bool(error <= KNOWN**2 * inside.sum())
    well_inside = shrink(inside, max(1, round(WITHIN * scale)))
    return DrawnFace(seen, blur(well_inside, SOFT * scale), scale, known)


@torch.no_grad()
def _move(
    face: DrawnFace,
    edited: torch.Tensor,
    plain: torch.Tensor,
    exact: torch.Tensor,
    still: torch.Tensor,
    held: torch.Tensor | None,
    change: AverageChange | None,
) -> torch.Tensor:
    """One edited drawing [1, 3, H, W]; `held`: the same without what turns the head, if known;
    `change`: what the edit changes of the drawing's own px.

    `still`, with its detail in place, stands for one in which no face is seen, for the turn of a
    face that styles and `f` know well (rendered people), and for what is around a face that does
    not turn: there outlines move that the mesh does not know.
    """
    motion = face.seen.read_motion(edited, held, change)
    if motion is None:
        return still
    levelled, field = motion.levelled.to(edited), motion.expression.to(edited)
    share = face.inside
    drawn = still.clone()
    if motion.turn is not None and not face.known:
        part = Window(0, 0, *exact.shape[-2:])
    else:  # nothing of what is drawn shows beside the face
        part = find_reach_of(share, face.scale, motion.farthest)
    part.cut(drawn).copy_(
        transfer_edit(
            *(part.cut(one) for one in (exact, plain, levelled)),
            motion=part.cut(field),
            scale=face.scale,
            strongest=find_strongest(levelled - plain),
        )
    )
    if motion.lips is not None:
        drawn = close_mouth(open_mouth(drawn, exact, field, motion.lips), motion.lips)
    if motion.turn is not None:
        turn = motion.turn.to(edited)
        drawn = move(drawn, turn)
        far = turn.square().sum(dim=1).max().sqrt() / face.scale
        whole = torch.full_like(share, 0.0 if face.known else 1.0)
        share = torch.lerp(share, whole, rise(far, *TURNED))
    return torch.lerp(still, drawn, share)
