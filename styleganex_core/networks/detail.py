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
    """The mean of the `size` x `size` px around each px, of those that the picture has."""
    height, width = (_count_near(length, size).to(maps) for length in maps.shape[-2:])
    rows = _sum_near(maps, size, -1) / width
    return _sum_near(rows, size, -2) / height[:, None]


def _count_near(length: int, size: int) -> torch.Tensor:
    """How many of the `size` px around each of `length` px there are."""
    places = torch.arange(length)
    return (places + size // 2 + 1).clamp(max=length) - (places - size // 2).clamp(min=0)


def _sum_near(maps: torch.Tensor, size: int, axis: int) -> torch.Tensor:
    """The sum of the `size` px, an odd number, around each px along an axis; zeros beyond.

    Sums of 1, 2, 4, ... px in a row make each other, and the whole: log2 as many passes.
    """
    reach, length = size // 2, maps.shape[axis]
    part = F.pad(maps, (reach, reach) if axis == -1 else (0, 0, reach, reach))
    total, start, width = part.narrow(axis, 0, length), 1, 1  # of px before `start`
    while 2 * width <= size:
        rest = part.shape[axis] - width
        part = part.narrow(axis, 0, rest) + part.narrow(axis, width, rest)
        width *= 2
        if size & width:
            total = total + part.narrow(axis, start, length)
            start += width
    return total
