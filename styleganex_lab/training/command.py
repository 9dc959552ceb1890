"""`python -m styleganex_lab train` and `direction`: from a name to weights on the disk."""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import torch
from torch import nn

from styleganex_core.checkpoints import load_model, save_edit_vectors
from styleganex_core.demo import load_demo
from styleganex_core.encode.optimise import ReportSteps
from styleganex_core.errors import StyleGANEXError
from styleganex_core.latents import split_edit_vectors
from styleganex_core.networks import Model

from .build import RENDERED, Sources, build_run
from .data.aligned import read_index
from .data.folder import tell_origin
from .export import Learned, save_task
from .learn_direction import READERS, DirectionSettings, learn_direction
from .optim.half_precision import is_half_fast
from .recipes import RECIPES, Recipe, find_recipe
from .recipes.settings import FROM_PEOPLE, FROM_RENDERS
from .run.loop import train
from .run.ranks import Ranks, join_ranks
from .run.report import ProgressBar
from .start.random_people import choose_people, find_styles, fit_random_people

_log = logging.getLogger(__name__)

MODEL = "model.safetensors"
PATHS = ("partners", "start", "encoder", "domain", "perceptual", "identity", "models")
DIRECTION = DirectionSettings(READERS[0], goal=1.0)


def run_recipe(
    recipe: str | Recipe,
    out: Path,
    sources: Sources | None = None,
    *,
    ranks: Ranks | None = None,
    seed: int = 0,
    progress: Callable[[int, int, str], None] | None = None,
    stop_at: int | None = None,
) -> nn.Module:
    """Train a recipe into the folder `out`, going on from its checkpoint; the averaged weights.

    `progress` and `stop_at` as in `run.loop.train`. Of a whole model that is finished a file is
    written too, `out`/model.safetensors; what learned from renders `export.bundle_model` puts
    together.
    """
    chosen, sources = find_recipe(recipe), sources or Sources()
    ranks = ranks or Ranks(torch.device("cpu"))
    if ranks.count > 1:
        if chosen.task in (*FROM_RENDERS, *FROM_PEOPLE):
            raise StyleGANEXError(
                f'recipe "{chosen.name}" runs in one process, and torchrun started {ranks.count}; '
                "start it without torchrun."
            )
        chosen = replace(chosen, half=False)  # its gradients are not averaged
    if chosen.half and chosen.task != "real" and not is_half_fast(ranks.device):  # real remembers
        chosen = replace(chosen, half=False)
        _log.info("bfloat16 is not fast here: the networks run in float32")
    objective, data = build_run(chosen, sources, device=ranks.device, seed=seed)
    trained = train(
        chosen,
        objective,
        data,
        Path(out),
        ranks=ranks,
        seed=seed,
        progress=progress,
        stop_at=stop_at,
    )
    if isinstance(trained, Model) and stop_at is None and ranks.main:
        target, data_name = Path(out) / MODEL, str(sources.data)
        owners = ""
        if chosen.task == "real":
            owners = tell_origin(Path(data_name), sources.origin)
            _fit_random_people(trained, Path(data_name))
        learned = Learned(seed, data_name, sources.start, owners)
        save_task(chosen, trained, out, target, learned)
    return trained


def _fit_random_people(model: Model, folder: Path) -> None:
    people = choose_people(read_index(folder))
    if len(people) > model.style_dim:
        fit_random_people(model, *find_styles(model, people))
    else:
        _log.info(
            "random people (Sample) stay those of renders: %d people to train on are too few to "
            "draw others like them; %d are enough",
            len(people),
            model.style_dim + 1,
        )


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the train command."""
    parser.add_argument("recipe", choices=RECIPES, metavar="RECIPE", help=", ".join(RECIPES))
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
        help="what to start from: a model file (the bundled rendered model by default; a "
        "generator alone gets a new encoder) or, for photo, toon, ink and encoder, a finished "
        "run's folder",
    )
    parser.add_argument("--attributes", help="edit: names of the start's edit vectors, by commas")
    parser.add_argument("--encoder", help="IR-SE-50, pSp or StyleGANEX file for a new encoder")
    parser.add_argument(
        "--domain",
        help="toonify: a model file whose generator draws the result; real-toon-people and "
        "real-ink-people: the photo model whose encoder and skips they are drawn by",
    )
    parser.add_argument(
        "--perceptual",
        help="torchvision's AlexNet or VGG16 file, for LPIPS, or a SqueezeNet 1.1 file, which "
        "real and domains of real people need",
    )
    parser.add_argument("--identity", help="ArcFace IR-SE-50 file, for the identity loss")
    parser.add_argument("--models", help="folder to look for the latter two in")
    parser.add_argument(
        "--origin", help="real people: whose photos --data holds, for the model's file"
    )
    parser.add_argument(
        "--compile", action="store_true", help="real: compile first, which takes minutes"
    )
    parser.add_argument(
        "--precision",
        choices=("measured", "bfloat16", "float32"),
        default="measured",
        help="real: of the networks on a CPU; by default the one that is fast on this machine",
    )
    parser.add_argument("--device", choices=("cpu", "cuda"), help="a GPU by default, if there is")
    parser.add_argument("--effort", type=float, default=1.0, help="share of the recipe's steps")
    parser.add_argument("--seed", type=int, default=0)


def run_train(options: argparse.Namespace) -> None:
    """Train as the command line says. Raises StyleGANEXError for options that would do nothing."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    recipe = find_recipe(options.recipe)
    if not options.effort > 0:
        raise StyleGANEXError(
            f"--effort is a share of the recipe's steps above 0; got {options.effort}."
        )
    refuse_unused(recipe, options)
    paths = {name: Path(text) for name in PATHS if (text := getattr(options, name))}
    sources = Sources(
        data=options.data,
        align=not options.no_align,
        origin=options.origin or "",
        compiled=options.compile,
        precision=options.precision,
        **paths,
    )
    if options.attributes:
        names = tuple(options.attributes.split(","))
        recipe = replace(recipe, data=replace(recipe.data, attributes=names))
    with join_ranks(options.device) as ranks:
        run_recipe(
            recipe.with_effort(options.effort),
            Path(options.out),
            sources,
            ranks=ranks,
            seed=options.seed,
            progress=ProgressBar(options.recipe).show,
        )


def refuse_unused(recipe: Recipe, options: argparse.Namespace) -> None:
    """Raise StyleGANEXError for every option given that this recipe would not look at."""
    renders, people = recipe.task in FROM_RENDERS, recipe.task in FROM_PEOPLE
    real = recipe.task == "real"
    whole = not renders and not people and recipe.task != "generator"
    folder = options.data not in (RENDERED, "generated") and not people
    judged = {"perceptual", "identity"} & recipe.uses if whole or people else set()
    drawn_by = recipe.task in ("toonify", "domain")
    # An option, whether it is given, whether the recipe looks at it, and why it would not.
    table = (
        ("--data", options.data != RENDERED, not renders, "it learns from renders"),
        ("--partners", options.partners, folder and whole, "partners stand beside --data FOLDER"),
        ("--no-align", options.no_align, folder, "it looks for no faces"),
        ("--attributes", options.attributes, recipe.task == "edit", "it learns no edits"),
        ("--encoder", options.encoder, whole, "it trains no encoder that a file could begin"),
        ("--domain", options.domain, drawn_by, "it draws by no other model"),
        ("--perceptual", options.perceptual, "perceptual" in judged, "it has no perceptual loss"),
        ("--identity", options.identity, "identity" in judged, "it has no identity loss"),
        ("--models", options.models, bool(judged), "none of its losses needs a network"),
        ("--origin", options.origin, people, "it tells of no photos whose owners are known"),
        ("--compile", options.compile, real, "it runs as it is"),
        ("--precision", options.precision != "measured", real, "its recipe says which it runs in"),
    )
    unused = [f"{name} ({why})" for name, given, used, why in table if given and not used]
    if unused:
        raise StyleGANEXError(
            f'recipe "{recipe.name}" does not use {", ".join(unused)}; leave that out.'
        )


def add_direction_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the direction command."""
    parser.add_argument("reader", choices=READERS, metavar="READER", help=", ".join(READERS))
    parser.add_argument("--goal", type=float, required=True, help="of the reading per strength 1")
    parser.add_argument("--data", required=True, help="aligned portraits, as for `train real`")
    parser.add_argument("--out", required=True, help="the file of edit vectors to write")
    parser.add_argument("--model", help="a model with an encoder (the bundled photo model)")
    parser.add_argument("--start", help="the model's vector to begin as; by default as nothing")
    parser.add_argument("--name", help="of the vector in the file (the reader's)")
    parser.add_argument("--numbers", type=int, help="of each style that may move (all)")
    parser.add_argument(
        "--share", type=float, default=DIRECTION.share,
        help="of the way from the start to what is learned (1, all of it)",
    )  # fmt: skip
    parser.add_argument(
        "--colour", type=float, default=DIRECTION.colour,
        help="how much a change of hue costs, where paint on lips or skin would please the reader "
        "(0, nothing)",
    )  # fmt: skip
    parser.add_argument("--steps", type=int, default=DIRECTION.steps)
    parser.add_argument("--seed", type=int, default=DIRECTION.seed)


def run_direction(
    options: argparse.Namespace, progress: ReportSteps, say: Callable[[str], None]
) -> None:
    """Learn as the command line says, and write the vector with its settings."""
    for name, least in (("steps", 1), ("numbers", 1)):
        value = getattr(options, name)
        if value is not None and value < least:
            raise StyleGANEXError(f"--{name} must be at least {least}; got {value}.")
    settings = DirectionSettings(
        options.reader, options.goal,
        steps=options.steps, seed=options.seed, numbers=options.numbers,
        share=options.share, colour=options.colour,
    )  # fmt: skip
    model = load_model(options.model) if options.model else load_demo()
    model.require_encoder()
    vectors = split_edit_vectors(model.edit_vectors)
    if options.start and options.start not in vectors:
        known = ", ".join(vectors) or "none"
        raise StyleGANEXError(f'{model.name} has no edit vector "{options.start}"; it has {known}.')
    start = vectors[options.start] if options.start else None
    vector = learn_direction(model, Path(options.data), settings, start, progress=progress)
    told = {**asdict(settings), "model": model.name, "start": options.start or ""}
    save_edit_vectors(
        options.out, {options.name or options.reader: vector}, {"training": json.dumps(told)}
    )
    say(f"wrote {options.out}")
