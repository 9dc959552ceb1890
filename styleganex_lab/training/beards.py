"""How a beard changes a face on average: no bundled reader knows beards, so they are found here.

Men whose jaws are darker and finer in detail than their cheeks wear one. What tells them from other
men is regressed as in `averages`, and kept below the nose, where it darkens. Both sides of a face
are made alike: a light that came from one side more often is no beard.

Convention: pictures are aligned squares [1, 3, 256, 256] in -1..1.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F

from styleganex_core.composite.motion import OUTLINE
from styleganex_core.composite.transfer import blur, rise
from styleganex_core.datatypes import AverageChange
from styleganex_core.errors import StyleGANEXError

from .laid_over import GENDER, MAP, OUTER_LIPS, SIDE, ReadFace, fill, lay_over, regress

UNIT = 0.55  # of what tells a beard from none
BEARDED, PLAIN = 0.08, 0.75  # shares of the men: whose jaws are most so, and least so
FEWEST = 2  # bearded men
BELOW_NOSE, CHEEKS = 2, (50, 280, 205, 425)  # points of the mesh
SPOT, CLEAR = 4, 4  # px: about a point of the cheek, and of the jaw that is left out at its rim
DARKENED = (0.04, 0.14)  # of the 2 from -1 to 1: from when on it is beard
SOFT, LIPS = 2.0, 1.2  # px: how softly it ends, and at the lips


def compare_beards(faces: Sequence[ReadFace]) -> AverageChange:
    """What one unit of a beard changes, upwards only; for faces that were read.

    Raises StyleGANEXError for too few men.
    """
    men = [face for face in faces if face.readings[GENDER] < 0.5]
    mean = torch.stack([face.mesh for face in faces]).mean(dim=0)
    jaw, cheeks = _find_jaw(mean), _find_cheeks(mean)
    order = _order(torch.tensor([_look(face, mean, jaw, cheeks) for face in men]))
    bearded = max(FEWEST, round(BEARDED * len(men)))
    chosen = [*order[:bearded], *order[len(men) - round(PLAIN * len(men)) :]]
    if len(chosen) < 2 * bearded:
        raise StyleGANEXError(f"a beard needs more than {len(men)} men to be told by.")
    readings = [
        [value for place, value in enumerate(men[number].readings) if place != GENDER]
        + [float(rank < bearded)]
        for rank, number in enumerate(chosen)
    ]
    labels = torch.tensor([row[-1] for row in readings])
    shares = regress(readings)[-1] / labels.std()  # from none to a beard
    colour, detail = torch.zeros(3, SIDE, SIDE), torch.zeros(1, SIDE, SIDE)
    for share, number in zip(shares, chosen, strict=True):
        own, strength = lay_over(men[number], mean)
        colour += share * own
        detail += share * strength
    return _finish(mean, cheeks, colour, detail) * UNIT


def _look(
    face: ReadFace, mean: torch.Tensor, jaw: torch.Tensor, cheeks: torch.Tensor
) -> tuple[float, float]:
    """How much darker a jaw is than the cheeks, and how much stronger its detail."""
    own, strength = lay_over(face, mean)
    light, fine = (
        [float((one * part).sum() / part.sum()) for part in (jaw, cheeks)]
        for one in (own.mean(dim=0), strength[0])
    )
    return light[1] - light[0], fine[0] - fine[1]


def _order(looks: torch.Tensor) -> list[int]:
    """The faces from the most bearded on, by how they look [N, 2]."""
    scaled = (looks - looks.mean(dim=0)) / looks.std(dim=0).clamp_min(1e-6)
    return scaled.sum(dim=1).argsort(descending=True).tolist()


def _find_jaw(mean: torch.Tensor) -> torch.Tensor:
    """The face below the nose without its lips and its rim, [256, 256] of 0 and 1."""
    below = torch.arange(float(SIDE))[:, None] > mean[BELOW_NOSE, 1] + CLEAR
    lips = blur(fill(mean[list(OUTER_LIPS)])[None, None], SOFT)[0, 0] < 0.05
    jaw = ((fill(mean[list(OUTLINE)]) > 0.9) & below & lips).float()
    return -F.max_pool2d(-jaw[None], 2 * CLEAR + 1, 1, CLEAR)[0]


def _find_cheeks(mean: torch.Tensor) -> torch.Tensor:
    """Squares about points of the cheeks, [256, 256] of 0 and 1."""
    spots = torch.zeros(SIDE, SIDE)
    for x, y in mean[list(CHEEKS)].round().long().tolist():
        spots[y - SPOT : y + SPOT + 1, x - SPOT : x + SPOT + 1] = 1
    return spots


def _finish(
    mean: torch.Tensor, cheeks: torch.Tensor, colour: torch.Tensor, detail: torch.Tensor
) -> AverageChange:
    """The change where a beard grows, without what else the bearded have in common."""
    maps = torch.cat([colour, detail])
    maps = _even(maps - ((maps * cheeks).sum(dim=(1, 2)) / cheeks.sum())[:, None, None], mean)
    darker = -blur(maps[:3].mean(dim=0)[None, None], SOFT)[0, 0]
    nose = float(mean[BELOW_NOSE, 1])
    below = rise(torch.arange(float(SIDE))[:, None], nose - 1, nose + CLEAR)
    face, lips = (fill(mean[list(part)])[None, None] for part in (OUTLINE, OUTER_LIPS))
    within = rise(darker, *DARKENED) * below * blur(face, SOFT)[0, 0] * (1 - blur(lips, LIPS)[0, 0])
    within = _even(blur(within[None, None], SOFT)[0], mean)
    small = F.interpolate((maps * within)[None], (MAP, MAP), mode="area")[0]
    return AverageChange(mean, torch.zeros_like(mean), small[:3], small[3:], one_way=True)


def _even(maps: torch.Tensor, mean: torch.Tensor) -> torch.Tensor:
    """Maps [C, 256, 256] that are alike on both sides of the face's middle."""
    middle = float(mean[list(OUTLINE), 0].mean())
    return (maps + maps.flip(-1).roll(round(2 * middle) - (SIDE - 1), -1)) / 2
