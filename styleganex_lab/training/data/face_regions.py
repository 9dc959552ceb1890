"""Which parts of an aligned face count most in a picture's error: eyes and mouth, then the face.

Convention: px of FFHQ's aligned square of 256 px, (x, y) from the centre of its top-left px.
"""

from __future__ import annotations

import torch

FLOOR = 0.6  # of everything else
OVAL = ((128.0, 140.0), (64.0, 86.0), 1.4)  # centre, half axes, weight
EDGE = 6.0  # how steeply the oval ends
# Centre, standard deviation, weight: the eyes, the mouth, the nose.
FEATURES = (
    ((96.0, 120.0), (15.0, 9.0), 2.5),
    ((160.0, 120.0), (15.0, 9.0), 2.5),
    ((128.0, 186.0), (25.0, 13.0), 2.2),
    ((128.0, 158.0), (14.0, 12.0), 0.8),
)
FACE = 1.5  # px that weigh more belong to the face


def weigh_face_regions(side: int) -> torch.Tensor:
    """Weights [side, side] of a picture whose central 256 px are the aligned square."""
    places = torch.arange(float(side)) - (side - 256) / 2
    x, y = places[None], places[:, None]
    (centre_x, centre_y), (across, down), weight = OVAL
    inside = 1 - ((x - centre_x) / across) ** 2 - ((y - centre_y) / down) ** 2
    total = FLOOR + weight * torch.sigmoid(EDGE * inside)
    for (centre_x, centre_y), (across, down), weight in FEATURES:
        far = ((x - centre_x) / across) ** 2 + ((y - centre_y) / down) ** 2
        total = total + weight * torch.exp(-far / 2)
    return total
