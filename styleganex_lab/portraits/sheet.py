"""One picture that shows the rendered world: styles, scenes, labels, sketches and a clip."""

from __future__ import annotations

import torch

from styleganex_core.tasks.labels import colour_labels

from .attributes import sample_attributes
from .backdrops import BACKDROPS
from .clips import render_clip, sample_clip
from .render import render_portraits
from .scenes import render_scenes, sample_scenes
from .sketch import draw_sketch
from .styles import STYLES

PORTRAITS, SCENES, FRAMES = 8, 5, 8  # per row
SCENE_SHAPE = 0.75  # height per width
MOTIONS = ("turn", "talk", "smile", "leave")
FPS = 2.0  # of the frames shown


def draw_world_sheet(seed: int, *, width: int = 1280) -> torch.Tensor:
    """The sheet [1, 3, H, `width`] in -1..1: the same people in every style, five scenes with
    their labels and sketches, and the frames of a clip.
    """
    side = width // PORTRAITS
    people = sample_attributes(PORTRAITS, seed)
    rows = [_row(render_portraits(people, size=side, style=style).image) for style in STYLES]

    size = (round(width / SCENES * SCENE_SHAPE), width // SCENES)
    kinds = [name for name in BACKDROPS if name not in ("plain", "gradient")]
    scenes = render_scenes(sample_scenes(SCENES, seed, size=size, backdrops=kinds))
    sketches = draw_sketch(scenes.image, scenes.labels).expand(-1, 3, -1, -1) * 2 - 1
    rows += [_row(scenes.image), _row(colour_labels(scenes.labels)), _row(sketches)]

    small = (round(side * SCENE_SHAPE), side)
    clip = sample_clip(FRAMES, seed, size=small, motions=MOTIONS, people=2, fps=FPS)
    rows.append(_row(torch.cat([part.image for part in render_clip(clip)])))
    return torch.cat(rows, dim=2)


def _row(images: torch.Tensor) -> torch.Tensor:
    """Pictures [B, 3, H, W] side by side, [1, 3, H, B W]."""
    return torch.cat(list(images), dim=2)[None]
