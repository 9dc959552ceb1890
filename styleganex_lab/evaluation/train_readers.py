"""Train the readers on renders and write their file; about a quarter of an hour on one CPU core.

python -m styleganex_lab.evaluation.train_readers [OUT.safetensors]
"""

from __future__ import annotations

import json
import logging
import math
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from styleganex_core.checkpoints.write import write_safetensors

from ..portraits import ATTRIBUTES
from ..portraits.people import from_levels
from ..training.data.degrade import degrade_lightly
from .check_readers import measure_readers
from .reader_data import (
    STYLE_SHARES,
    cut_sides,
    draw_people,
    render_faces,
    render_scenes,
)
from .render_readers import (
    ATTRIBUTE_WIDTHS,
    CLASSES,
    DETAIL_VIEW,
    DETAIL_WIDTHS,
    DETAILS,
    FACE_VIEW,
    FILE,
    FORMAT,
    NETWORKS,
    SCENE_WIDTHS,
    AttributeReader,
    Readers,
    SceneReader,
    locate_points,
    visible_part,
)

HEAT_DEVIATION = 1.0  # px of the heat map
HEAT, PLACE = 0.5, 0.1  # weights of the heat maps' shape and centre against the labels

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReaderRecipe:
    """How the readers are trained: on how many renders, for how many steps.

    The scenes' reader learns twice, on fresh renders: first with rare classes weighted up by the
    root of their rarity, then by its fourth root, which keeps them from growing over their
    neighbours.
    """

    faces: int = 20000
    face_steps: int = 2800
    details: int = 16000
    detail_steps: int = 3000
    scenes: int = 5000
    scene_steps: int = 600
    later_scenes: int = 3000
    later_steps: int = 400
    rarity: tuple[float, float] = (0.5, 0.25)
    batch: int = 32
    rate: float = 3e-3
    held_out: int = 200
    seed: int = 31


def train_readers(recipe: ReaderRecipe, path: Path) -> Readers:
    """Readers trained, measured on held-out renders and written to `path`."""
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(recipe.seed)  # first weights; the caller's state is untouched
        readers = Readers(
            AttributeReader(), AttributeReader(DETAIL_WIDTHS, len(DETAILS)), SceneReader(), {}
        )
    train_faces(readers.attributes, recipe)
    train_details(readers.details, recipe)
    train_scenes(readers.scenes, recipe, later=False)
    train_scenes(readers.scenes, recipe, later=True)
    return write_readers(readers, recipe, path)


def write_readers(readers: Readers, recipe: ReaderRecipe, path: Path) -> Readers:
    """The readers measured on held-out renders and written to `path` in half precision."""
    figures = measure_readers(readers, count=recipe.held_out, seed=recipe.seed + 100)
    widths = {
        "attribute_widths": ATTRIBUTE_WIDTHS,
        "detail_widths": DETAIL_WIDTHS,
        "scene_widths": SCENE_WIDTHS,
    }
    metadata = {
        "format": FORMAT,
        "config": json.dumps(widths),
        "recipe": json.dumps(asdict(recipe)),
        "made_by": "python -m styleganex_lab.evaluation.train_readers",
        "figures": json.dumps(figures),
    }
    tensors = {
        f"{name}.{key}": tensor.half() if tensor.is_floating_point() else tensor
        for name in NETWORKS
        for key, tensor in getattr(readers, name).state_dict().items()
        if not key.endswith("num_batches_tracked")
    }
    write_safetensors(path, tensors, metadata)
    return Readers(readers.attributes, readers.details, readers.scenes, metadata)


def train_faces(network: AttributeReader, recipe: ReaderRecipe) -> None:
    """Teach a network to read all attributes from the whole face."""
    random = torch.Generator().manual_seed(recipe.seed)
    people = draw_people(recipe.faces, random)
    wanted = visible_part(people)
    faces = _timed("faces", lambda: render_faces(people, FACE_VIEW, random))
    _train_attributes("faces", network, faces, wanted, recipe.face_steps, recipe, random)


def train_details(network: AttributeReader, recipe: ReaderRecipe) -> None:
    """Teach a network to read `DETAILS` from eyes and mouth."""
    random = torch.Generator().manual_seed(recipe.seed + 1)
    people = draw_people(recipe.details, random)
    wanted = visible_part(people)[:, [ATTRIBUTES.index(name) for name in DETAILS]]
    faces = _timed("details", lambda: render_faces(people, DETAIL_VIEW, random))
    _train_attributes("details", network, faces, wanted, recipe.detail_steps, recipe, random)


def _train_attributes(
    name: str,
    network: AttributeReader,
    faces: torch.Tensor,
    wanted: torch.Tensor,
    steps: int,
    recipe: ReaderRecipe,
    random: torch.Generator,
) -> None:
    spread = wanted.std(dim=0)

    def loss(index: torch.Tensor) -> torch.Tensor:
        image = degrade_lightly(from_levels(faces[index]), random)
        if torch.rand(1, generator=random) < 0.3:
            image = cut_sides(image, random)
        gap = (_run(network, image).float() - wanted[index]) / spread
        return F.smooth_l1_loss(gap, torch.zeros_like(gap))

    _optimise(name, network, loss, len(faces), steps, recipe.rate, recipe, random)


def train_scenes(network: SceneReader, recipe: ReaderRecipe, *, later: bool) -> None:
    """Teach a network to read landmarks and labels from scenes; the later pass is gentler."""
    random = torch.Generator().manual_seed(recipe.seed + 2 + later)
    count, steps = recipe.scenes, recipe.scene_steps
    if later:
        count, steps = recipe.later_scenes, recipe.later_steps

    def render() -> tuple[torch.Tensor, ...]:
        parts = [
            render_scenes(draw_people(int(count * share), random), style, random)
            for style, share in STYLE_SHARES.items()
        ]
        return tuple(torch.cat(column) for column in zip(*parts, strict=True))

    images, labels, points = _timed("scenes", render)
    share = torch.bincount(labels.flatten().int(), minlength=CLASSES) / labels.numel()
    class_weight = share.clamp_min(1e-4).pow(-recipe.rarity[later]) * (share > 0)
    class_weight = class_weight / (class_weight * share).sum()

    def loss(index: torch.Tensor) -> torch.Tensor:
        image = degrade_lightly(from_levels(images[index]), random)
        scores, heat = _run(network, image)
        row, column = torch.randint(0, 2, (2,), generator=random).tolist()
        some, truth = (x[..., row::2, column::2] for x in (scores, labels[index]))
        classes = F.cross_entropy(some.float(), truth.long(), class_weight)  # a quarter will do
        return classes + heat_loss(heat.float(), (points[index] - 0.5) / 2)

    rate = recipe.rate / (1 + later)
    _optimise("scenes", network, loss, len(images), steps, rate, recipe, random)


def heat_loss(heat: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
    """How far heat maps [B, 5, h, w] are from narrow bells at `points` [B, 5, 2], in shape and in
    centre; points outside the picture do not count.
    """
    height, width = heat.shape[-2:]
    inside = (points >= 0).all(2) & (points[..., 0] < width) & (points[..., 1] < height)
    x = torch.arange(width) - points[..., :1]
    y = torch.arange(height) - points[..., 1:]
    bell = -0.5 * (x.square()[:, :, None] + y.square()[..., None]) / HEAT_DEVIATION**2
    bell = bell.flatten(2).softmax(dim=2)
    shape = -(bell * heat.flatten(2).log_softmax(dim=2)).sum(dim=2)
    centre = (locate_points(heat) - points).abs().sum(dim=2)
    return ((HEAT * shape + PLACE * centre) * inside).sum() / inside.sum().clamp_min(1)


def _optimise(
    name: str,
    network: nn.Module,
    loss: Callable[[torch.Tensor], torch.Tensor],
    count: int,
    steps: int,
    rate: float,
    recipe: ReaderRecipe,
    random: torch.Generator,
) -> None:
    """Adam with a rising and a falling rate, over shuffled passes."""
    network.train().requires_grad_(True).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.Adam(network.parameters(), lr=rate, betas=(0.9, 0.99))
    order = torch.empty(0, dtype=torch.long)
    started, seen = time.monotonic(), 0.0
    for step in range(steps):
        if len(order) < recipe.batch:
            order = torch.randperm(count, generator=random)
        index, order = order[: recipe.batch], order[recipe.batch :]
        rise = min(1.0, (step + 1) / 50)
        fall = 0.5 + 0.5 * math.cos(math.pi * step / steps)
        optimiser.param_groups[0]["lr"] = rate * rise * max(0.01, fall)
        optimiser.zero_grad()
        error = loss(index)
        error.backward()
        optimiser.step()
        seen += error.item()
        if (step + 1) % 50 == 0:
            spent = time.monotonic() - started
            _log.info("%s %d/%d loss %.4f, %.0f s", name, step + 1, steps, seen / 50, spent)
            seen = 0.0
    network.eval().requires_grad_(False)


def _run(network: nn.Module, image: torch.Tensor) -> Any:
    """The network's answer with its convolutions in bfloat16, twice as fast on a CPU."""
    with torch.autocast("cpu", torch.bfloat16):
        return network(image.contiguous(memory_format=torch.channels_last))


def _timed(name: str, make: Callable[[], Any]) -> Any:
    started = time.monotonic()
    made = make()
    _log.info("%s rendered in %.0f s", name, time.monotonic() - started)
    return made


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    figures = train_readers(ReaderRecipe(), target).figures
    for attribute in ATTRIBUTES:
        _log.info("%-18s %s", attribute, figures["attributes"][attribute])
    _log.info(json.dumps(figures["scenes"], indent=2))
