"""Faces in a picture by MTCNN's cascade: propose everywhere, refine, then place five points.

Convention: inside this module positions are px measured from the picture's outer top-left corner;
a box is [N, 4] (left, top, right, bottom), points are [N, 5, 2].
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from ..networks.mtcnn import (
    OUTPUT_SIDE,
    PROPOSAL_SIDE,
    PROPOSAL_STRIDE,
    REFINEMENT_SIDE,
    FaceDetector,
    Verdict,
)

PYRAMID_STEP = 0.709  # sides from level to level: half the area, as in the paper
PROPOSAL_SCORE, REFINEMENT_SCORE, OUTPUT_SCORE = 0.6, 0.7, 0.7
LEVEL_OVERLAP, OVERLAP = 0.5, 0.7  # share of the union (or smaller box) that two faces may share
STRAIGHTENINGS = 2  # the first look at an upright face corrects its angle
MIRRORED = [1, 0, 2, 4, 3]  # which point of a mirrored face is which of the face
LARGEST_PROPOSALS = 800  # best proposals that are kept; a busy texture can yield thousands


@dataclass(frozen=True)
class Detections:
    """N faces: `boxes` [N, 4], `points` [N, 5, 2], `scores` [N] in 0..1."""

    boxes: torch.Tensor
    points: torch.Tensor
    scores: torch.Tensor

    def __len__(self) -> int:
        return len(self.scores)


def run_cascade(detector: FaceDetector, image: torch.Tensor, smallest: float) -> Detections:
    """All faces at least `smallest` px wide in one picture [1, 3, H, W] in -1..1."""
    boxes = _propose(detector, image, smallest)
    mips = _build_mips(image)
    upright = torch.zeros(len(boxes), device=image.device)

    squares = _square(boxes)
    verdict = detector.refinement(_cut_patches(mips, squares, upright, REFINEMENT_SIDE))
    score = verdict.score.reshape(-1)
    sure = score > REFINEMENT_SCORE
    boxes = _correct(squares, verdict.box.reshape(-1, 4))[sure]
    squares = _square(boxes[suppress_overlaps(boxes, score[sure], OVERLAP)])

    upright = upright[: len(squares)]
    verdict = detector.output(_cut_patches(mips, squares, upright, OUTPUT_SIDE))
    score = verdict.score.reshape(-1)
    sure = score > OUTPUT_SCORE
    boxes = _correct(squares, verdict.box.reshape(-1, 4))[sure]
    points = _place_points(squares, upright, _shares(verdict))[sure]
    kept = suppress_overlaps(boxes, score[sure], OVERLAP, of_smaller=True)
    return Detections(boxes[kept], points[kept], score[sure][kept])


def straighten(detector: FaceDetector, image: torch.Tensor, found: Detections) -> Detections:
    """The faces looked at again, turned upright, as they are and mirrored; boxes stay.

    The networks place points best in upright faces, and the mean of both views has a smaller and
    a symmetric error. Scores are the means; a face that no longer convinces keeps its points.
    """
    mips = _build_mips(image)
    points, score = found.points, found.scores
    for _ in range(STRAIGHTENINGS):
        eyes = points[:, 1] - points[:, 0]
        rolls = torch.atan2(eyes[:, 1], eyes[:, 0])
        patches = _cut_patches(mips, _square(found.boxes), rolls, OUTPUT_SIDE)
        seen, mirrored = detector.output(patches), detector.output(patches.flip(-1))
        score = (seen.score + mirrored.score).reshape(-1) / 2
        shares = (_shares(seen) + _mirror(_shares(mirrored))) / 2
        better = (score > OUTPUT_SCORE)[:, None, None]
        points = torch.where(better, _place_points(_square(found.boxes), rolls, shares), points)
    return Detections(found.boxes, points, score)


def suppress_overlaps(
    boxes: torch.Tensor, scores: torch.Tensor, limit: float, *, of_smaller: bool = False
) -> torch.Tensor:
    """The indices of boxes that stay when, best first, each removes those it overlaps too much.

    The overlap is the shared area over that of the union, or over that of the smaller box.
    """
    order = scores.argsort(descending=True, stable=True)
    boxes = boxes[order]
    area = (boxes[:, 2:] - boxes[:, :2]).clamp(min=0).prod(dim=1)
    low = torch.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = torch.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = (high - low).clamp(min=0).prod(dim=2)  # [N, N]
    if of_smaller:
        whole = torch.minimum(area[:, None], area[None])
    else:
        whole = area[:, None] + area[None] - shared
    crowded = (shared > limit * whole).cpu()
    alive = torch.ones(len(boxes), dtype=torch.bool)
    for index in range(len(boxes)):
        if alive[index]:
            alive[index + 1 :] &= ~crowded[index, index + 1 :]
    return order[alive.to(order.device)]


def _propose(detector: FaceDetector, image: torch.Tensor, smallest: float) -> torch.Tensor:
    """Boxes [N, 4] of all places that might be a face, at every size."""
    height, width = image.shape[-2:]
    boxes, scores = [torch.zeros(0, 4, device=image.device)], [image.new_zeros(0)]
    scale = PROPOSAL_SIDE / smallest
    while min(height, width) * scale >= PROPOSAL_SIDE:
        size = (round(height * scale), round(width * scale))
        level = F.interpolate(image, size, mode="bilinear", antialias=True)
        verdict = detector.proposal(level)
        score = verdict.score[0]
        rows, columns = (score > PROPOSAL_SCORE).nonzero(as_tuple=True)
        corner = torch.stack([columns, rows], dim=1) * PROPOSAL_STRIDE
        places = torch.cat([corner, corner + PROPOSAL_SIDE], dim=1)
        found = _correct(places, verdict.box[0, :, rows, columns].T)
        found, certain = _best(found, score[rows, columns])
        kept = suppress_overlaps(found, certain, LEVEL_OVERLAP)
        ratio = image.new_tensor([width / size[1], height / size[0]]).repeat(2)
        boxes.append(found[kept] * ratio)
        scores.append(certain[kept])
        scale *= PYRAMID_STEP
    all_boxes, all_scores = _best(torch.cat(boxes), torch.cat(scores))
    kept = suppress_overlaps(all_boxes, all_scores, OVERLAP)
    return all_boxes[kept]


def _best(boxes: torch.Tensor, scores: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    order = scores.argsort(descending=True, stable=True)[:LARGEST_PROPOSALS]
    return boxes[order], scores[order]


def _build_mips(image: torch.Tensor) -> list[torch.Tensor]:
    """The picture at full, half, quarter ... size, from which patches are cut without aliasing."""
    mips = [image]
    while min(mips[-1].shape[-2:]) >= 2 * REFINEMENT_SIDE:
        height, width = mips[-1].shape[-2:]
        half = ((height + 1) // 2, (width + 1) // 2)
        mips.append(F.interpolate(mips[-1], half, mode="bilinear", antialias=True))
    return mips


def _cut_patches(
    mips: list[torch.Tensor], squares: torch.Tensor, rolls: torch.Tensor, side: int
) -> torch.Tensor:
    """Squares of the picture as [N, 3, side, side]; what lies outside the picture is mid grey."""
    height, width = mips[0].shape[-2:]
    size = squares[:, 2] - squares[:, 0]
    step = (torch.arange(side, device=squares.device) + 0.5) / side - 0.5
    down, right = torch.meshgrid(step, step, indexing="ij")
    offsets = _turn(torch.stack([right, down], dim=-1).reshape(1, -1, 2), rolls)
    centres = (squares[:, None, :2] + squares[:, None, 2:]) / 2
    places = centres + offsets * size[:, None, None]  # [N, side * side, 2]
    grid = places / places.new_tensor([width, height]) * 2 - 1
    level = (size / side).clamp(min=1).log2().round().long().clamp(max=len(mips) - 1)
    patches = squares.new_zeros(len(squares), 3, side, side)
    for index in level.unique().tolist():
        rows = level == index
        # One tall grid on one picture, which saves a copy of the picture per patch.
        cut = F.grid_sample(mips[index], grid[rows][None], align_corners=False)  # [1, 3, n, s*s]
        patches[rows] = cut[0].reshape(3, -1, side, side).transpose(0, 1)
    return patches


def _turn(vectors: torch.Tensor, rolls: torch.Tensor) -> torch.Tensor:
    """[N or 1, K, 2] turned by [N] radians, clockwise as seen."""
    cos, sin = rolls.cos()[:, None], rolls.sin()[:, None]
    x, y = vectors[..., 0], vectors[..., 1]
    return torch.stack([cos * x - sin * y, sin * x + cos * y], dim=-1)


def _square(boxes: torch.Tensor) -> torch.Tensor:
    """The boxes grown to squares about their centres."""
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    half = (boxes[:, 2:] - boxes[:, :2]).amax(dim=1, keepdim=True).clamp(min=1) / 2
    return torch.cat([centre - half, centre + half], dim=1)


def _correct(boxes: torch.Tensor, shifts: torch.Tensor) -> torch.Tensor:
    """The boxes with their sides moved by `shifts` [N, 4], in sides of the box."""
    return boxes + shifts * (boxes[:, 2:] - boxes[:, :2]).repeat(1, 2)


def _shares(verdict: Verdict) -> torch.Tensor:
    """Five points [N, 5, 2] as shares of the patch, from its top-left corner."""
    assert verdict.points is not None, "only the output network places points"
    return verdict.points.reshape(-1, 2, 5).transpose(1, 2)


def _mirror(shares: torch.Tensor) -> torch.Tensor:
    """The points of a mirrored patch where they are in the patch itself."""
    swapped = shares[:, MIRRORED]
    return torch.stack([1 - swapped[..., 0], swapped[..., 1]], dim=-1)


def _place_points(squares: torch.Tensor, rolls: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
    """Shares of turned patches as places in the picture, [N, 5, 2]."""
    size = (squares[:, 2] - squares[:, 0])[:, None, None]
    centre = (squares[:, None, :2] + squares[:, None, 2:]) / 2
    return centre + _turn(shares - 0.5, rolls) * size
