"""What skips know of a face beyond styles and `f`, kept where an edit leaves things in place."""

from __future__ import annotations

import torch
import torch.nn.functional as F

REACH = 10  # of a picture's side, the part over which edges are compared
QUIET = 0.01  # change of brightness per px below which there is no edge, of -1..1
MOVED = (0.2, 0.5)  # shares of the edges that differ: where detail begins to fade, and is gone


def add_detail(
    edited: torch.Tensor, plain: torch.Tensor, exact: torch.Tensor, side: int
) -> torch.Tensor:
    """The edited drawing [B, 3, H, W] with the detail that `exact` has beyond `plain`.

    `plain` and `exact` are the unedited face drawn without skips and with them, `side` px is what
    an aligned face's picture has at this resolution. Where edges move, the detail would show the
    face twice, so it fades there; a change of colour or light leaves it. An edit of nothing gives
    `exact` itself, to the bit.
    """
    before, after = _edges(plain), _edges(edited)
    reach = max(3, side // REACH | 1)
    moved = _blur(_length(after - before), reach)
    there = _blur(_length(before) + _length(after), reach) + QUIET
    first, last = MOVED
    stays = ((last - moved / there) / (last - first)).clamp(0, 1)
    stays = _blur(stays, max(3, reach // 3 | 1))
    return edited.add(plain, alpha=-1).add((exact - plain) * (stays - 1)).add(exact)


def _edges(picture: torch.Tensor) -> torch.Tensor:
    """The change of brightness along x and y, [B, 2, H, W]."""
    light = picture.mean(dim=1, keepdim=True)
    along = F.pad(light[..., 1:] - light[..., :-1], (0, 1))
    down = F.pad(light[..., 1:, :] - light[..., :-1, :], (0, 0, 0, 1))
    return torch.cat([along, down], dim=1)


def _length(vectors: torch.Tensor) -> torch.Tensor:
    """The lengths of vectors [B, 2, H, W], with a gradient at zero."""
    return vectors.square().sum(dim=1, keepdim=True).add(1e-12).sqrt()


def _blur(maps: torch.Tensor, size: int) -> torch.Tensor:
    return F.avg_pool2d(maps, size, stride=1, padding=size // 2, count_include_pad=False)
