"""Where each network looks: squares cut out of aligned pictures, in a way gradients pass through.

Convention: points and squares are in px of the 256 px aligned picture, (x, y), the origin at the
centre of its top-left px, whatever the picture's own side. A square is [B, 4]: its centre and half
of its upper side as a vector, (x, y, right, down); it may be turned and leave the picture.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

from ..errors import ShapeError

ALIGNED = 256  # px: a side of the aligned picture
# Where the five points of an aligned face lie: means of 80 portraits of real people.
USUAL_POINTS = ((95.5, 121.0), (159.5, 121.0), (127.6, 160.0), (96.8, 186.2), (158.4, 186.2))
EYES_TO_MOUTH = 0.45  # sides of the reader's square from the eyes to the mouth
HEIGHT = 0.43  # where in the square, from above, the mean of eyes and mouth lies
MESH_HALF = 160.0  # px: the mesh's square reaches beyond the aligned picture by a quarter


def usual_points(batch: int, like: torch.Tensor) -> torch.Tensor:
    """The five points [B, 5, 2] that aligned faces have."""
    return like.new_tensor(USUAL_POINTS).expand(batch, -1, -1)


def reader_square(points: torch.Tensor) -> torch.Tensor:
    """The square [B, 4] of the identity, expression, age and 68-point networks.

    From the five points [B, 5, 2]; it is turned with the eyes.
    """
    left, right, mouth = points[:, 0], points[:, 1], points[:, 3:].mean(dim=1)
    distance = ((mouth - left).norm(dim=1) + (mouth - right).norm(dim=1)) / 2
    half = distance[:, None] / EYES_TO_MOUTH / 2
    middle = (left + right + mouth) / 3
    axis = F.normalize(right - left, dim=1) * half
    down = torch.stack([-axis[:, 1], axis[:, 0]], dim=1)
    return torch.cat([middle + (1 - 2 * HEIGHT) * down, axis], dim=1)


def mesh_square(batch: int, like: torch.Tensor) -> torch.Tensor:
    """The square [B, 4] of the mesh's network: the aligned picture grown by a quarter."""
    centre = (ALIGNED - 1) / 2
    return like.new_tensor([centre, centre, MESH_HALF, 0.0]).expand(batch, -1)


def cut_squares(
    pictures: torch.Tensor, squares: torch.Tensor, side: int, *, grown: float = 1.0
) -> torch.Tensor:
    """The squares of pictures [B, 3, H, H] as [B, 3, side, side], mirrored beyond the pictures.

    `grown`: how much larger than the aligned square the pictures are, about its centre.
    Raises ShapeError for pictures that are not square.
    """
    if pictures.ndim != 4 or pictures.shape[1] != 3 or pictures.shape[2] != pictures.shape[3]:
        raise ShapeError(
            "face readers take aligned pictures [B, 3, H, H] in -1..1, as cut_style gives them; "
            f"got {list(pictures.shape)}."
        )
    # How many px of the picture become one px of the result: above 1 it is low-passed first.
    per_px = pictures.shape[-1] / (grown * ALIGNED)
    shrink = float(squares[:, 2:].detach().norm(dim=1).mean()) * 2 * per_px / side
    if shrink > 1:
        smaller = max(1, round(pictures.shape[-1] / shrink))
        pictures = F.interpolate(pictures, (smaller, smaller), mode="bilinear", antialias=True)
    centre, axis = squares[:, :2], squares[:, 2:]
    place = (2 * centre - (ALIGNED - 1)) / (ALIGNED * grown)  # -1..1 from edge to edge
    reach = 2 * axis / (ALIGNED * grown)
    down = torch.stack([-reach[:, 1], reach[:, 0]], dim=1)
    matrix = torch.stack([reach, down, place], dim=2)  # [B, 2, 3]
    grid = F.affine_grid(matrix, [len(squares), 3, side, side], align_corners=False)
    return F.grid_sample(
        pictures, grid.to(pictures), padding_mode="reflection", align_corners=False
    )


def place_points(points: torch.Tensor, squares: torch.Tensor, side: int) -> torch.Tensor:
    """Points [B, N, 2 or 3] in px of a cut, from its outer edge, as px of the aligned picture.

    A third number, a depth, is scaled alike.
    """
    unit = points[..., :2] * 2 / side - 1
    axis = squares[:, None, 2:]
    down = torch.stack([-axis[..., 1], axis[..., 0]], dim=-1)
    flat = squares[:, None, :2] + unit[..., :1] * axis + unit[..., 1:] * down
    depth = points[..., 2:] * axis.norm(dim=-1, keepdim=True) * 2 / side
    return torch.cat([flat, depth], dim=-1)
