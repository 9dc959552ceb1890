"""`python -m styleganex_lab train`: from a recipe's name to weights in a folder."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from styleganex_core.checkpoints import load_model
from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import Generator

from .distributed import join_ranks
from .encoder_objective import EncoderObjective
from .loop import CHECKPOINT, train
from .objectives import GeneratorObjective
from .progress import ProgressBar
from .recipes import RECIPES, Recipe, find_recipe
from .task_command import RENDERED, Sources, run_task_recipe
from .task_recipes import TASK_RECIPES, find_task_recipe


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the train command."""
    names = [*RECIPES, *TASK_RECIPES]
    parser.add_argument("recipe", choices=names, metavar="RECIPE", help=", ".join(names))
    parser.add_argument("--out", required=True, help="folder for checkpoints, curve and samples")
    parser.add_argument(
        "--data",
        default=RENDERED,
        help='"rendered", a folder of photos of any size, or "generated" (pairs for inversion, '
        "edit and toonify)",
    )
    parser.add_argument(
        "--partners", help="folder of sketches, label maps or targets to the photos"
    )
    parser.add_argument("--no-align", action="store_true", help="cut central squares, not faces")
    parser.add_argument(
        "--start",
        help="what to start from: a model file (the bundled photo model by default; a generator "
        "alone gets a new encoder) or, for photo, toon, ink and encoder, a finished run's folder",
    )
    parser.add_argument("--attributes", help="edit: names of the start's edit vectors, by commas")
    parser.add_argument("--encoder", help="IR-SE-50, pSp or StyleGANEX file for a new encoder")
    parser.add_argument("--domain", help="toonify: a model file whose generator draws the result")
    parser.add_argument("--perceptual", help="torchvision's AlexNet or VGG16 file, for LPIPS")
    parser.add_argument("--identity", help="ArcFace IR-SE-50 file, for the identity loss")
    parser.add_argument("--models", help="folder to look for the latter two in")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="a GPU by default, if there is")
    parser.add_argument("--effort", type=float, default=1.0, help="share of the recipe's steps")
    parser.add_argument("--seed", type=int, default=0)


def run_train(options: argparse.Namespace) -> None:
    """Train as the command line says."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if options.recipe not in TASK_RECIPES:
        run(options.recipe, Path(options.out), start=_path(options.start), seed=options.seed)
        return
    sources = Sources(
        data=options.data,
        align=not options.no_align,
        **{
            name: _path(getattr(options, name))
            for name in (
                "partners", "start", "encoder", "domain", "perceptual", "identity", "models"
            )
        },
    )  # fmt: skip
    recipe = find_task_recipe(options.recipe)
    if options.attributes:
        recipe = replace(recipe, attributes=tuple(options.attributes.split(",")))
    phases = tuple(
        replace(phase, steps=max(1, round(phase.steps * options.effort))) for phase in recipe.phases
    )
    recipe = replace(recipe, phases=phases)
    with join_ranks(options.device) as ranks:
        run_task_recipe(
            recipe,
            Path(options.out),
            sources,
            ranks=ranks,
            seed=options.seed,
            progress=ProgressBar(options.recipe).show,
        )


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


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

    `start`: folder of a generator run or a model file, which all but the first generator need;
    `encoder-more` needs a file with an encoder.
    """
    chosen = find_recipe(recipe)
    if chosen.trains != "generator" and start is None:
        raise StyleGANEXError(
            f'recipe "{chosen.name}" builds on a trained generator; pass --start with a model file '
            'or the folder of one (train it with the recipe "photo").'
        )
    generator = load_generator(start, chosen) if start else None
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(seed)  # first weights; forked, so the caller's state is untouched
        if chosen.trains == "encoder":
            assert generator is not None
            objective = EncoderObjective(chosen, generator)
            if chosen.goes_on and start:
                objective.go_on_from(load_model(start).require_encoder())
        else:
            objective = GeneratorObjective(chosen, generator)
    return train(chosen, objective, Path(out), seed=seed, progress=progress, stop_at=stop_at)


def load_generator(start: Path, recipe: Recipe) -> Generator:
    """The generator of a model file, or the averaged one of a run's checkpoint.

    Raises StyleGANEXError when there is none.
    """
    if start.is_file():
        return load_model(start).generator
    path = start / CHECKPOINT
    if not path.is_file():
        raise StyleGANEXError(f"{path} does not exist; train a generator into {start} first.")
    generator = Generator(recipe.generator)
    generator.load_state_dict(torch.load(path, weights_only=True)["average"])
    return generator
