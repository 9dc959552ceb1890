"""A mouth that an edit closes: the photo's own lips meet and cover the teeth.

No small model draws closed lips over an open mouth: it darkens teeth and paints lips. So nothing is
drawn. What lies above the opening comes down and what lies below comes up until the lips meet,
chin and cheeks following them; teeth stay where they are until they are covered. Lips that are
closed are pressed together, a little thinner.

Convention: pictures [B, 3, h, w] in -1..1, points in their px. In the aligned face the eyes are 64
px apart, so that one of its px is about a millimetre.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from .mouth import PRESSED, Lips, Place, Rims, look_at, points_of
from .transfer import rise

UPPER = 0.35  # of the opening: so much of it the upper lip closes, the lower one the rest
# Px of the aligned face.
THICK = 9.0  # from the lips: up to where it shows that they are rolled in
NOSE, CHIN = 20.0, 62.0  # from the lips, above and below: nothing farther away moves
WIDER = (3.0, 22.0)  # from the lips, below: from where on the chin moves as a whole
ASIDE = 1.9  # of half a mouth: how far aside it then moves
LINE = 0.8  # deviation of the line where lips meet
MET = (0.5, 2.0)  # how far apart lips are that have a line of their own, and those that have none
DARK = 0.45  # the light of a line that is painted, beside that of the lips
ENDS = 0.3  # of a mouth's arch, at its corners: where the line fades


def close_mouth(picture: torch.Tensor, lips: Lips) -> torch.Tensor:
    """The picture with the lips where they are after an edit closed by `lips.shut`, 0 to 1."""
    if lips.shut <= 0:
        return picture
    rims = Rims.of(lips.after, lips.scale)
    box = rims.box(picture.shape[-2:], CHIN * lips.scale)
    if box is None:
        return picture
    cut, points = (..., *box), points_of(box)
    mouth = _Closing.of(rims, rims.place(points), min(1.0, lips.shut))
    down = rims.down * lips.scale
    made = look_at(picture, points + mouth.step[..., None] * down)
    own = look_at(picture, points + (mouth.gap / 2 - mouth.meeting)[..., None] * down)
    painted = torch.minimum(made, (made + 1) * DARK - 1)
    line = torch.lerp(own, painted, rise(mouth.gap, *MET).to(made))
    made = torch.lerp(made, line, mouth.line.to(made))
    still = (mouth.step == 0) & (mouth.line < 1e-3)
    patch = picture[cut].float()
    result = picture.clone()
    result[cut] = torch.where(still.to(patch.device), patch, made.clamp(-1, 1)).to(picture)
    return result


@dataclass(frozen=True)
class _Closing:
    """How the px of a mouth close, maps [h, w] in px of the aligned face.

    `gap`: how far apart the lips were; `meeting`: where they meet, below the upper rim as it was;
    `step`: how far below each px lies what it shows; `line`: how much it shows of the line between
    the lips.
    """

    gap: torch.Tensor
    meeting: torch.Tensor
    step: torch.Tensor
    line: torch.Tensor

    @classmethod
    def of(cls, rims: Rims, place: Place, amount: float) -> _Closing:
        gap = rims.gape(place.along).clamp(min=0)
        between = place.beyond <= 0
        way = place.along.abs() / max(place.half, 1.0)
        arch = (1 - way.square()).clamp(min=0).sqrt() * between
        chin = gap.max() * (1 - rise(way, 0.0, ASIDE))
        # Where the rims come to lie, below the upper one as it was.
        upper, lower = amount * UPPER * gap, gap - amount * (1 - UPPER) * gap

        def step(share: float, distance: torch.Tensor, reach: float) -> torch.Tensor:
            closed = torch.lerp(gap * between, chin, rise(distance, *WIDER))
            closed = share * closed * (1 - rise(distance, 0.0, reach))
            return amount * (closed + PRESSED * arch * (1 - rise(distance, 0.0, THICK)))

        above, below = upper - place.below, place.below - lower
        from_above = torch.where(above >= 0, -step(UPPER, above.clamp(min=0), NOSE), 0.0)
        moved = torch.where(below >= 0, step(1 - UPPER, below.clamp(min=0), CHIN), from_above)
        meeting = (upper + lower) / 2
        line = torch.exp(-0.5 * ((place.below - meeting) / LINE).square())
        line = line * (arch / ENDS).clamp(max=1) * (1 - rise(lower - upper, *MET)) * amount
        return cls(gap, meeting, moved, line)
