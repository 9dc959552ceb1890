"""Train the bundled face parser on labelled portraits and on renders.

A loop of its own, as it shares nothing with generators and encoders: a small network, labels with
gaps, no phases. It goes on from its checkpoint, and the same step of the same run draws the same
pictures.
"""

from __future__ import annotations

import csv
import logging
import math
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from styleganex_core.networks.small_parser import SmallFaceParser

from ..portraits import canvas
from ..training.run.loop import follow_average
from ..training.run.state import read_state, write_state
from .data import CLASSES, Labelled, draw_batch, read_labels
from .measure import measure_parser

CHECKPOINT, CURVE = "checkpoint.pt", "curve.csv"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ParserRecipe:
    """How the parser is trained.

    `real`, `rendered`: pictures of each kind in a batch. `rarity`: a class counts as its share of
    the px to the power of -`rarity`. `decay`: of the weights' moving average, which is what is
    kept. `seed`: of first weights and of every draw.
    """

    steps: int = 3000
    real: int = 6
    rendered: int = 5
    rate: float = 2e-3
    warm_up: int = 100
    decay: float = 0.995
    rarity: float = 0.4
    weight_decay: float = 1e-4
    save_every: int = 100
    seed: int = 17


@dataclass(frozen=True)
class ParserData:
    """What is learned from, and what is only measured on."""

    real: Labelled
    rendered: Labelled
    held_out_real: Labelled
    held_out_rendered: Labelled


def train_parser(recipe: ParserRecipe, data: ParserData, folder: Path) -> SmallFaceParser:
    """The parser after all steps, its weights averaged over the last ones.

    Checkpoints and the curve go to `folder`, from where a later call goes on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(recipe.seed)
        network, average = SmallFaceParser(), SmallFaceParser()
    average.load_state_dict(network.state_dict())
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=recipe.rate, betas=(0.9, 0.99), weight_decay=recipe.weight_decay
    )
    first = _resume(folder / CHECKPOINT, network, average, optimiser)
    weights = weigh_classes(data.rendered, recipe.rarity)
    network.train().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    started, seen = time.monotonic(), 0.0
    for step in range(first, recipe.steps):
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * _rise_and_fall(step, recipe)
        pictures, maps = _draw(data, recipe, step)
        optimiser.zero_grad()
        row, column = step % 2, step // 2 % 2  # a quarter of the px says as much, and sooner
        scores = _score(network, pictures)[..., row::2, column::2]
        loss = partial_loss(scores, maps[:, row::2, column::2], weights)
        loss.backward()
        optimiser.step()
        follow_average(average, network, min(recipe.decay, (step + 1) / (step + 10)))
        seen += loss.item()
        if (step + 1) % recipe.save_every == 0 or step + 1 == recipe.steps:
            write_state(folder / CHECKPOINT, {
                "step": step + 1,
                "network": network.state_dict(),
                "average": average.state_dict(),
                "optimiser": optimiser.state_dict(),
            })  # fmt: skip
            mean = seen / (step % recipe.save_every + 1)
            figures = measure_parser(average, data.held_out_real, data.held_out_rendered)
            pace = (time.monotonic() - started) / (step + 1 - first)
            _add_line(folder / CURVE, {"step": step + 1, "loss": mean} | figures)
            told = ", ".join(f"{name} {value:.3f}" for name, value in figures.items())
            _log.info("step %d: loss %.4f, %s, %.2f s a step", step + 1, mean, told, pace)
            seen = 0.0
    return average.eval().requires_grad_(False)


def partial_loss(scores: torch.Tensor, maps: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Minus the logarithm of the share that scores [B, 19, H, W] leave to the class of each px of
    maps [B, H, W], or to it and glasses where a map only says what is under them: weighted by class
    and averaged over the px that are not unknown.
    """
    scores = scores.float()
    number, open_to_glasses = read_labels(maps)
    known = number < CLASSES
    number = (number * known).long()
    there = scores.gather(1, number[:, None])[:, 0]
    covered = torch.logaddexp(there, scores[:, canvas.GLASSES])
    lost = scores.logsumexp(dim=1) - torch.where(open_to_glasses, covered, there)
    weight = weights[number] * known
    return (lost * weight).sum() / weight.sum().clamp_min(1e-6)


def weigh_classes(rendered: Labelled, rarity: float) -> torch.Tensor:
    """How much each class counts, [19], a mean of 1 over the px of the renders."""
    counts = torch.stack([torch.bincount(m.flatten().int(), minlength=CLASSES)[:CLASSES]
                          for m in rendered.maps]).sum(dim=0).float()  # fmt: skip
    share = counts / counts.sum()
    weight = share.clamp_min(1e-4).pow(-rarity)
    return weight / (weight * share).sum()


def _draw(data: ParserData, recipe: ParserRecipe, step: int) -> tuple[torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
    parts = []
    for source, count in ((data.real, recipe.real), (data.rendered, recipe.rendered)):
        rows = torch.randint(len(source), (count,), generator=random).tolist()
        parts.append(draw_batch(source, rows, random))
    pictures, maps = (torch.cat(column) for column in zip(*parts, strict=True))
    return pictures, maps


def _score(network: nn.Module, pictures: torch.Tensor) -> torch.Tensor:
    """Scores with the convolutions in bfloat16, where a CPU multiplies it fast."""
    with torch.autocast("cpu", torch.bfloat16):
        return network(pictures.contiguous(memory_format=torch.channels_last))


def _rise_and_fall(step: int, recipe: ParserRecipe) -> float:
    rise = min(1.0, (step + 1) / recipe.warm_up)
    return rise * max(0.01, 0.5 + 0.5 * math.cos(math.pi * step / recipe.steps))


def _resume(
    path: Path, network: nn.Module, average: nn.Module, optimiser: torch.optim.Optimizer
) -> int:
    """Take over a checkpoint if there is one; the step it was written after."""
    if not path.is_file():
        return 0
    state = read_state(path)
    network.load_state_dict(state["network"])
    average.load_state_dict(state["average"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"])


def _add_line(path: Path, figures: dict[str, float]) -> None:
    fresh = not path.is_file()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, figures)
        if fresh:
            writer.writeheader()
        writer.writerow({key: f"{value:.5g}" for key, value in figures.items()})
