"""Label maps of real portraits, from networks that each know one part of them.

Hair, person, skin and clothes come from three segmentation networks, brows, eyes, nose and mouth
from the points of the bundled face mesh. Where these disagree or are unsure, the px stays unknown:
a parser that learns from such maps is told nothing there. None of them knows glasses, so around
the eyes a label only says what is there if no glasses are, but for people known to wear none.

Convention: maps are uint8 with the classes 0 to 18 of `portraits.canvas`; `IF_BARE` + class means
"this class, or glasses over it"; `UNKNOWN` is any class. Left and right are the subject's, so L is
on the picture's right. Px of a portrait of 320 px whose central 256 px are the aligned face.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw

from styleganex_core.composite.motion import OUTLINE
from styleganex_core.composite.mouth import LIP_RIMS
from styleganex_core.readers.mesh import EYE_RINGS

from ..portraits import canvas

SIDE = 320  # px of a portrait
MARGIN = 32  # px of it on each side of the aligned square
GROWN = 1.25
IF_BARE, UNKNOWN = 32, 255

# Points of the mesh around each part. The picture's left side is the subject's right.
(R_EYE, L_EYE), (INNER_LIPS_ABOVE, INNER_LIPS_BELOW) = EYE_RINGS, LIP_RIMS
R_BROW = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46)
L_BROW = (300, 293, 334, 296, 336, 285, 295, 282, 283, 276)
OUTER_LIPS_ABOVE = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291)
OUTER_LIPS_BELOW = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291)
NOSE = (168, 193, 122, 196, 236, 198, 49, 129, 64, 98, 97, 2, 326, 327, 294, 358, 279, 420, 456,
        419, 351, 417)  # fmt: skip
CHIN, TOP, RIGHT_CHEEK, LEFT_CHEEK = 152, 10, 234, 454
BROW_LINE, MOUTH_LINE = (105, 334), (61, 291)

SURE, LIKELY, UNLIKELY = 0.7, 0.5, 0.15  # of a segmentation network
BAND = (0.62, 0.42)  # half axes around each eye where glasses may be, in distances of the eyes
EAR_REACH = 0.22  # of the face's width beyond the oval
OPEN = 2.0  # px that lips must be apart for a mouth to be seen between them


@dataclass(frozen=True)
class Segments:
    """Shares 0..1 [H, W] of a portrait, each from a network that knows nothing else."""

    hair: np.ndarray
    person: np.ndarray
    skin: np.ndarray
    clothes: np.ndarray


def label_portrait(
    segments: Segments, mesh: torch.Tensor, *, without_glasses: bool = False
) -> np.ndarray:
    """The label map [320, 320] of one portrait.

    `mesh` [478, 2 or 3]: points in px of the aligned square of 256 px, as `FaceReaders.read_mesh`
    gives them. `without_glasses`: whether the person is known to wear none.
    """
    points = mesh[:, :2].cpu().numpy() + MARGIN
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    oval = _fill(points, OUTLINE)
    labels = np.full((SIDE, SIDE), UNKNOWN, np.uint8)
    nobody = (segments.person < UNLIKELY) & (segments.hair < UNLIKELY)
    labels[nobody & (segments.skin < LIKELY) & (segments.clothes < LIKELY)] = canvas.BACKGROUND
    _label_around(labels, segments, points, oval, x, y)
    covered = segments.hair > SURE
    labels[oval & (segments.hair < LIKELY)] = canvas.SKIN
    labels[covered] = canvas.HAIR
    bare = oval & ~covered
    _label_features(labels, points, bare)
    if not without_glasses:
        band = _around_eyes(points, x, y) & (labels <= canvas.HAIR)
        labels[band & (labels != canvas.BACKGROUND)] += IF_BARE
    return labels


def _label_around(
    labels: np.ndarray,
    segments: Segments,
    points: np.ndarray,
    oval: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
) -> None:
    """Clothes, neck, ears and what of the forehead lies above the mesh."""
    someone = segments.person > LIKELY
    bare = someone & (segments.skin > LIKELY) & (segments.hair < UNLIKELY) & ~oval
    bare &= segments.clothes < LIKELY
    low = y > points[[RIGHT_CHEEK, LEFT_CHEEK], 1].mean()
    dressed = someone & (segments.clothes > SURE) & (segments.skin < LIKELY)
    # Below the chin, who is neither bare nor covered by hair is dressed.
    rest = (segments.person > SURE) & (segments.skin < UNLIKELY) & (segments.hair < UNLIKELY)
    below = y > points[CHIN, 1]
    labels[((dressed & (y > points[CHIN, 1] - 0.1 * SIDE)) | (rest & below)) & ~oval] = canvas.CLOTH
    left, right = points[RIGHT_CHEEK, 0], points[LEFT_CHEEK, 0]
    brow, mouth = (points[list(line), 1].mean() for line in (BROW_LINE, MOUTH_LINE))
    chin = points[CHIN]
    # The neck begins below the jaw: below lines from the mouth's height at the cheeks to the chin.
    aside = np.abs(x - chin[0]) / max(1.0, (right - left) / 2)
    jaw = chin[1] - (chin[1] - mouth) * np.clip(aside, 0, 1) ** 2
    labels[bare & low & (y > jaw + 2) & (y > mouth) & (aside < 1.3)] = canvas.NECK
    reach = EAR_REACH * (right - left)
    beside = bare & (y > brow) & (y < mouth) & (y < jaw)
    labels[beside & (x < left + 4) & (x > left - reach)] = canvas.R_EAR
    labels[beside & (x > right - 4) & (x < right + reach)] = canvas.L_EAR
    labels[bare & (y < brow) & (x > left) & (x < right)] = canvas.SKIN


def _label_features(labels: np.ndarray, points: np.ndarray, bare: np.ndarray) -> None:
    """Brows, eyes, nose and mouth, from the mesh."""
    parts = (
        (canvas.NOSE, NOSE),
        (canvas.R_BROW, R_BROW),
        (canvas.L_BROW, L_BROW),
        (canvas.R_EYE, R_EYE),
        (canvas.L_EYE, L_EYE),
        (canvas.U_LIP, OUTER_LIPS_ABOVE + INNER_LIPS_ABOVE[::-1]),
        (canvas.L_LIP, OUTER_LIPS_BELOW + INNER_LIPS_BELOW[::-1]),
    )
    for name, around in parts:
        labels[_fill(points, around) & bare] = name
    apart = points[list(INNER_LIPS_BELOW), 1] - points[list(INNER_LIPS_ABOVE), 1]
    if apart.max() > OPEN:
        labels[_fill(points, INNER_LIPS_ABOVE + INNER_LIPS_BELOW[::-1]) & bare] = canvas.MOUTH


def _around_eyes(points: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Where glasses may lie: around both eyes, between them and towards the ears."""
    centres = [points[list(eye)].mean(axis=0) for eye in (R_EYE, L_EYE)]
    (left, right), apart = centres, float(np.linalg.norm(centres[1] - centres[0]))
    across, down = (share * apart for share in BAND)
    near = np.zeros(x.shape, bool)
    for centre in centres:
        near |= ((x - centre[0]) / across) ** 2 + ((y - centre[1]) / down) ** 2 < 1
    middle = (left[1] + right[1]) / 2
    edges = points[[RIGHT_CHEEK, LEFT_CHEEK], 0]
    near |= (np.abs(y - middle) < 0.22 * apart) & (x > edges[0] - 6) & (x < edges[1] + 6)
    return near


def _fill(points: np.ndarray, around: tuple[int, ...]) -> np.ndarray:
    """The px inside a ring of points."""
    picture = Image.new("L", (SIDE, SIDE))
    ImageDraw.Draw(picture).polygon([tuple(p) for p in points[list(around)].tolist()], fill=1)
    return np.asarray(picture, bool)


def resize_shares(shares: torch.Tensor) -> np.ndarray:
    """Shares [h, w] at a portrait's size."""
    whole = F.interpolate(shares[None, None].float(), (SIDE, SIDE), mode="bilinear", antialias=True)
    return whole[0, 0].numpy()
