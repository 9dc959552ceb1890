"""`python -m styleganex_core train`: from a recipe's name to weights in a folder."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from ..errors import StyleGANEXError
from ..networks import Generator
from .encoder_objective import EncoderObjective
from .loop import CHECKPOINT, train
from .objectives import GeneratorObjective
from .progress import ProgressBar
from .recipes import RECIPES, Recipe, find_recipe
from .task_command import RENDERED, run_task_recipe
from .task_recipes import TASK_RECIPES


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the train command."""
    names = [*RECIPES, *TASK_RECIPES]
    parser.add_argument("recipe", choices=names, metavar="RECIPE", help=", ".join(names))
    parser.add_argument("--out", required=True, help="folder for checkpoints, curve and samples")
    parser.add_argument("--data", default=RENDERED, help='"rendered" or a folder of pictures')
    parser.add_argument(
        "--start",
        help="what to start from: a model file (tasks; the bundled photo model by default) or the "
        "folder of a finished run (demo generators and encoder)",
    )
    parser.add_argument("--domain", help="toonify: a model file whose generator draws the result")
    parser.add_argument("--seed", type=int, default=0)


def run_train(options: argparse.Namespace) -> None:
    """Train as the command line says."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    start = Path(options.start) if options.start else None
    if options.recipe in TASK_RECIPES:
        domain = Path(options.domain) if options.domain else None
        run_task_recipe(
            options.recipe,
            Path(options.out),
            data=options.data,
            start=start,
            domain=domain,
            seed=options.seed,
            progress=ProgressBar(options.recipe).show,
        )
        return
    run(options.recipe, Path(options.out), start=start, seed=options.seed)


def run(
    recipe: str | Recipe,
    out: Path,
    *,
    start: Path | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    stop_at: int | None = None,
) -> nn.Module:
    """Train a recipe into the folder `out`, going on from its checkpoint; returns the averaged
    weights.

    `start`: folder of a generator run, which domains and encoders need.
    """
    chosen = find_recipe(recipe)
    if chosen.trains != "generator" and start is None:
        raise StyleGANEXError(
            f'recipe "{chosen.name}" builds on a trained generator; pass --start FOLDER of one '
            '(train it with the recipe "photo").'
        )
    generator = load_generator(start, chosen) if start else None
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(seed)  # first weights; forked, so the caller's state is untouched
        if chosen.trains == "encoder":
            assert generator is not None
            objective = EncoderObjective(chosen, generator)
        else:
            objective = GeneratorObjective(chosen, generator)
    return train(chosen, objective, Path(out), seed=seed, progress=progress, stop_at=stop_at)


def load_generator(folder: Path, recipe: Recipe) -> Generator:
    """The averaged generator of a run's checkpoint."""
    path = folder / CHECKPOINT
    if not path.is_file():
        raise StyleGANEXError(f"{path} does not exist; train a generator into {folder} first.")
    generator = Generator(recipe.generator)
    generator.load_state_dict(torch.load(path, weights_only=True)["average"])
    return generator
