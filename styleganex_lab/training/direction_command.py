"""`python -m styleganex_lab direction`: learn an edit vector through a reader of faces."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from styleganex_core.checkpoints import load_model, save_edit_vectors
from styleganex_core.demo import load_demo
from styleganex_core.errors import StyleGANEXError
from styleganex_core.latents import split_edit_vectors

from .learn_direction import READERS, DirectionSettings, ReportStep, learn_direction

DEFAULTS = DirectionSettings(READERS[0], goal=1.0)


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
        "--share", type=float, default=DEFAULTS.share,
        help="of the way from the start to what is learned (1, all of it)",
    )  # fmt: skip
    parser.add_argument("--steps", type=int, default=DEFAULTS.steps)
    parser.add_argument("--seed", type=int, default=DEFAULTS.seed)


def run_direction(
    options: argparse.Namespace, progress: ReportStep, say: Callable[[str], None]
) -> None:
    """Learn as the command line says, and write the vector with its settings."""
    for name, least in (("steps", 1), ("numbers", 1)):
        value = getattr(options, name)
        if value is not None and value < least:
            raise StyleGANEXError(f"--{name} must be at least {least}; got {value}.")
    settings = DirectionSettings(
        options.reader, options.goal,
        steps=options.steps, seed=options.seed, numbers=options.numbers,
        share=options.share,
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
