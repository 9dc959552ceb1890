"""How well the readers read held-out renders: scenes with the face anywhere, sharp and blurred."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from ..portraits import ATTRIBUTES, render_portraits
from ..portraits.people import draw_placements
from .metrics import mean_iou
from .reader_data import SCENE_CELLS, STYLE_SHARES, draw_people
from .render_readers import Readers, read_attributes, read_scene, visible_part

SIDE = 256  # px
FACE_WIDTH = 2 / 0.84 * 64  # px of a head at scale 1: 2 units, where the eyes are 0.84 apart
BATCH = 50


def measure_readers(readers: Readers, *, count: int, seed: int) -> dict[str, Any]:
    """Per attribute the mean error and the share of the variance that is read (R2), sharp and at
    half resolution; per style the landmarks' error and the labels' mean IoU.
    """
    random = torch.Generator().manual_seed(seed)
    people = draw_people(count, random)
    place = draw_placements(count, SCENE_CELLS, 1.0, random)
    wanted = visible_part(people)
    figures: dict[str, Any] = {"count": count, "attributes": {}, "scenes": {}}
    for style in STYLE_SHARES:
        scene = render_portraits(people, size=SIDE, placement=place, style=style)
        soft = F.interpolate(F.avg_pool2d(scene.image, 2), scale_factor=2, mode="bilinear")
        inside = ((scene.landmarks > 0) & (scene.landmarks < SIDE - 1)).all(dim=2)
        for name, image in ((style, scene.image), (f"{style}, half resolution", soft)):
            points, labels = _in_batches(readers, image)
            error = (points - scene.landmarks).norm(dim=2)
            relative = error / (FACE_WIDTH * place[:, 2:3])
            figures["scenes"][name] = {
                "landmark_px": round(error[inside].mean().item(), 3),
                "landmark_px_95": round(error[inside].quantile(0.95).item(), 3),
                "landmark_percent": round(100 * relative[inside].mean().item(), 3),
                "mean_iou": round(mean_iou(labels, scene.labels), 4),
            }
        if style == "photo":
            for kind, image in (("", scene.image), ("_soft", soft)):
                read = read_attributes(readers, image, place)
                for column, name in enumerate(ATTRIBUTES):
                    gap = read[:, column] - wanted[:, column]
                    own = figures["attributes"].setdefault(name, {})
                    own[f"error{kind}"] = round(gap.abs().mean().item(), 3)
                    variance = wanted[:, column].var(correction=0)
                    own[f"r2{kind}"] = round((1 - gap.square().mean() / variance).item(), 3)
    return figures


def _in_batches(readers: Readers, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    parts = [read_scene(readers, part) for part in image.split(BATCH)]
    points, labels = zip(*parts, strict=True)
    return torch.cat(points), torch.cat(labels)
