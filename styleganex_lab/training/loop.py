"""The training loop: the same result whether or not it was interrupted.

Everything random comes from the seed and the step's number, so a checkpoint needs only weights,
moving averages and the optimiser.
"""

from __future__ import annotations

import copy
import csv
import logging
import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from .curve import draw_curve
from .data import (
    Pictures,
    draw_noise,
    draw_placements,
    join_pictures,
    render_pictures,
    wear_pictures,
)
from .encoder_objective import EncoderObjective
from .muon import Muon
from .objectives import GeneratorObjective
from .recipes import Recipe, Stage

Objective = GeneratorObjective | EncoderObjective

CHECKPOINT = "checkpoint.pt"
CURVE = "curve.csv"
HELD_OUT = 16  # pictures that the curve is measured on

_log = logging.getLogger(__name__)


def train(
    recipe: Recipe,
    objective: Objective,
    out: Path,
    *,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    stop_at: int | None = None,
) -> nn.Module:
    """The moving average of the trained weights; checkpoints and curve go to `out`.

    Continues from `out`'s checkpoint when there is one. `stop_at` ends early, after that step and
    a checkpoint.
    """
    out.mkdir(parents=True, exist_ok=True)
    module = objective.module
    average = copy.deepcopy(module).requires_grad_(False)
    optimizer = Muon(objective.parameter_groups(), lr=0.0)
    step = _resume(out / CHECKPOINT, module, average, optimizer)
    total = sum(stage.steps for stage in recipe.stages)
    first = 0
    for number, stage in enumerate(recipe.stages):
        last = first + stage.steps
        if step < last:
            pictures = make_pictures(stage, recipe, seed * 100 + number)
            held_out = make_pictures(_held_out(stage), recipe, seed * 100 + 50)
            with torch.no_grad():
                pictures = objective.begin(pictures, stage)
            started, began_at, losses = time.monotonic(), step, []
            while step < last:
                rate = _rate(stage, (step - first) / stage.steps)
                losses.append(_step(objective, optimizer, pictures, stage, rate, seed, step))
                step += 1
                _follow(average, module, min(recipe.decay, (1 + step) / (10 + step)))
                if progress:
                    progress(step, total)
                stop = stop_at is not None and step >= stop_at
                if step % recipe.save_every == 0 or step == last or stop:
                    quality = _measure(objective, average, held_out, stage)
                    speed = (step - began_at) * stage.batch / (time.monotonic() - started)
                    _record(out, step, stage, sum(losses) / len(losses), quality, speed)
                    losses = []
                    _save(out / CHECKPOINT, step, module, average, optimizer)
                if stop:
                    return average
        first = last
    return average


def make_pictures(stage: Stage, recipe: Recipe, seed: int) -> Pictures:
    """The pictures of a stage, the same for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    z = draw_noise(stage.pictures, recipe.generator.style_dim, generator, stage.pairs)
    place = draw_placements(stage.pictures, stage.cells, stage.moved, generator, stage.jitter)
    if stage.pairs:
        place[1::2] = place[0::2]
    share = stage.pictures // 8
    sizes = [stage.pictures - share * len(stage.looks), *[share] * len(stage.looks)]
    styles = (recipe.style, *stage.looks)
    parts = zip(styles, z.split(sizes), place.split(sizes), strict=True)
    drawn = [
        render_pictures(
            people,
            where,
            side=stage.side,
            cells=stage.cells,
            style=style,
            texture=stage.texture,
            seed=seed,
        )
        for style, people, where in parts
    ]
    if stage.worn:
        drawn += [wear_pictures(part, generator) for part in drawn]
    return join_pictures(drawn)


def _held_out(stage: Stage) -> Stage:
    return replace(stage, pictures=HELD_OUT)


def _rate(stage: Stage, done: float) -> float:
    """Half a cosine from the stage's first rate to its last."""
    return stage.last_rate + (stage.rate - stage.last_rate) * (1 + math.cos(math.pi * done)) / 2


def _step(
    objective: Objective,
    optimizer: torch.optim.Optimizer,
    pictures: Pictures,
    stage: Stage,
    rate: float,
    seed: int,
    step: int,
) -> float:
    generator = torch.Generator().manual_seed(seed * 1_000_003 + step)
    if stage.pairs:
        pair = torch.randint(len(pictures) // 2, (stage.batch // 2, 1), generator=generator)
        index = torch.cat([2 * pair, 2 * pair + 1], dim=1).flatten()
    else:
        index = torch.randint(len(pictures), (stage.batch,), generator=generator)
    for group in optimizer.param_groups:
        group["lr"] = rate * group["gain"]
    objective.module.train()
    optimizer.zero_grad(set_to_none=True)
    loss = objective.loss(pictures.pick(index), stage)
    loss.backward()
    objective.after_backward(stage)
    optimizer.step()
    return loss.item()


@torch.no_grad()
def _follow(average: nn.Module, module: nn.Module, decay: float) -> None:
    for mean, new in zip(average.state_dict().values(), module.state_dict().values(), strict=True):
        if mean.is_floating_point():
            mean.lerp_(new, 1 - decay)
        else:
            mean.copy_(new)


@torch.no_grad()
def _measure(objective: Objective, average: nn.Module, pictures: Pictures, stage: Stage) -> float:
    average.eval()
    return objective.measure(average, pictures, stage)


def _record(out: Path, step: int, stage: Stage, loss: float, quality: float, speed: float) -> None:
    """Add a line to the curve and draw it."""
    path = out / CURVE
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(["step", "side", "loss", "psnr", "pictures_per_second"])
        writer.writerow([step, stage.side, f"{loss:.5f}", f"{quality:.3f}", f"{speed:.1f}"])
    draw_curve(path, path.with_suffix(".png"))
    _log.info("step %d: loss %.4f, %.2f dB, %.1f pictures/s", step, loss, quality, speed)


def _save(
    path: Path, step: int, module: nn.Module, average: nn.Module, optimizer: torch.optim.Optimizer
) -> None:
    """Written aside and renamed, so that a kill leaves the old checkpoint whole."""
    aside = path.with_suffix(".new")
    state = {
        "step": step,
        "module": module.state_dict(),
        "average": average.state_dict(),
        "optimizer": optimizer.state_dict(),
    }
    torch.save(state, aside)
    aside.replace(path)


def _resume(
    path: Path, module: nn.Module, average: nn.Module, optimizer: torch.optim.Optimizer
) -> int:
    """The step to go on from; 0 without a checkpoint."""
    if not path.is_file():
        return 0
    state = torch.load(path, weights_only=True)
    module.load_state_dict(state["module"])
    average.load_state_dict(state["average"])
    optimizer.load_state_dict(state["optimizer"])
    return state["step"]
