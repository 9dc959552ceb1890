"""Which numbering a label map follows, and whether smoothing has spoilt it.

Two are in use for the same 19 classes: that of the published BiSeNet parsers, which is ours, and
that of the CelebAMask-HQ data set's own scripts, which number hair 13 and have other colours. A map
in the one, read in the other, has lips for hair. Convention: as in `labels`.
"""

from __future__ import annotations

from typing import Literal

import torch

Scheme = Literal["auto", "BiSeNet", "CelebAMask-HQ"]
SCHEMES = ("auto", "BiSeNet", "CelebAMask-HQ")

# Our number of each of the data set's own numbers 0 to 18, and the data set's colours, in order.
FROM_CELEBA = (0, 1, 10, 6, 4, 5, 2, 3, 7, 8, 11, 12, 13, 17, 18, 9, 15, 14, 16)
CELEBA_COLOURS = (
    (0, 0, 0), (204, 0, 0), (76, 153, 0), (204, 204, 0), (51, 51, 255), (204, 0, 204),
    (0, 255, 255), (255, 204, 204), (102, 51, 0), (255, 0, 0), (102, 204, 0), (255, 255, 0),
    (0, 0, 153), (0, 0, 204), (255, 51, 153), (0, 204, 204), (0, 51, 0), (255, 153, 51),
    (0, 204, 0),
)  # fmt: skip

# What lies above what in any upright head, by our numbers; long hair hangs, so it is left out.
BROWS, EYES, NOSE, MOUTH, LOW = (2, 3), (4, 5), (10,), (11, 12, 13), (14, 15, 16)
ABOVE = ((BROWS, EYES), (EYES, NOSE), (NOSE, MOUTH), (NOSE, LOW), (MOUTH, LOW), ((18,), EYES),
         ((1,), LOW))  # fmt: skip
SMALL = (2, 3, 4, 5, 11, 12, 13)  # brows, eyes, mouth and lips: each smaller than this ...
SMALL_SHARE = 0.15  # ... share of the face with all that lies on it
CLEARLY = 3  # findings by which the data set's numbering must fit better than ours

# A smoothed map has ramps of classes where it should have edges between flat parts.
FLAT_SHARE, RAMP_SHARE = 0.4, 0.2


def renumber(labels: torch.Tensor) -> torch.Tensor:
    """A map [B, H, W] with the data set's own numbers 0 to 18, in ours."""
    ours = torch.tensor(FROM_CELEBA, dtype=torch.uint8, device=labels.device)
    renumbered = torch.empty_like(labels)
    for number, one in enumerate(labels):
        renumbered[number] = ours[one.long()]
    return renumbered


def looks_like_celeba(labels: torch.Tensor) -> bool:
    """Whether a map [B, H, W] makes a head when it is read by the data set's numbers only."""
    better = sum(_count_signs(renumber(one)[0]) - _count_signs(one[0]) for one in labels.split(1))
    return better >= CLEARLY


def _count_signs(labels: torch.Tensor) -> int:
    """Findings that speak for a head [H, W], less those that speak against it."""
    areas = torch.bincount(labels.flatten().long(), minlength=19)[:19]
    rows = torch.arange(labels.shape[0], device=labels.device, dtype=torch.float32)
    rows = rows[:, None].expand(labels.shape).flatten()
    heights = torch.bincount(labels.flatten().long(), weights=rows, minlength=19)[:19]
    signs = 0
    for upper, lower in ABOVE:
        counts = [areas[list(part)].sum() for part in (upper, lower)]
        if all(counts):
            means = [
                heights[list(p)].sum() / n for p, n in zip((upper, lower), counts, strict=True)
            ]
            signs += 1 if means[0] < means[1] else -1
    face = areas[1:14].sum()
    signs -= sum(bool(areas[number] > SMALL_SHARE * face) for number in SMALL)
    return signs


def find_ramps(labels: torch.Tensor) -> torch.Tensor | None:
    """Where classes lie between those beside them, [B, H, W], if the map is spoilt by smoothing."""
    ramps = torch.zeros_like(labels, dtype=torch.bool)
    in_ramps = in_flats = 0
    for number, one in enumerate(labels.split(1)):
        ramp, flat = _look_beside(one.int())
        ramps[number : number + 1] = ramp
        in_ramps += int(ramp.sum())
        in_flats += int(flat.sum())
    edges = labels.numel() - in_flats
    spoilt = in_flats > FLAT_SHARE * labels.numel() and in_ramps > RAMP_SHARE * edges
    return ramps if spoilt and in_ramps else None


def _look_beside(values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Where a map [B, H, W] lies between its neighbours, and where it is like them all."""
    ramp = torch.zeros_like(values, dtype=torch.bool)
    flat = torch.ones_like(ramp)
    for axis in (1, 2):
        if values.shape[axis] < 3:
            continue
        length = values.shape[axis] - 2
        before, here, after = (values.narrow(axis, start, length) for start in (0, 1, 2))
        middle = ((before < here) & (here < after)) | ((before > here) & (here > after))
        ramp.narrow(axis, 1, length).logical_or_(middle)
        flat.narrow(axis, 1, length).logical_and_((before == here) & (here == after))
    return ramp, flat
