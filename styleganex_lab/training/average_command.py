"""`python -m styleganex_lab averages`: what edits change of a photo itself, measured on people."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from styleganex_core.checkpoints import load_model, save_edit_vectors
from styleganex_core.checkpoints.average import load_changes, save_changes
from styleganex_core.demo import load_demo
from styleganex_core.encode.optimise import ReportSteps
from styleganex_core.errors import StyleGANEXError

from .averages import EDITS, measure_averages
from .data.folder import tell_origin
from .follow_average import FollowSettings, follow_average
from .mouths import measure_mouths

FOLLOW = FollowSettings()


def add_average_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the averages command, and its parts."""
    parts = parser.add_subparsers(dest="part", required=True, metavar="PART")
    measure = parts.add_parser("measure", help=f"measure those of {', '.join(EDITS)} and beard")
    measure.add_argument("--people", type=int, help="how many, one portrait each (all)")
    mouths = parts.add_parser("mouths", help="print the light of open mouths")
    mouths.add_argument("--people", type=int, help="how many, one portrait each (all)")
    follow = parts.add_parser("follow", help="learn an edit vector that draws such a change")
    follow.add_argument("name", help="which change of the file")
    follow.add_argument("changes", help="the file that measure wrote")
    follow.add_argument("--model", help="a model with an encoder (the bundled photo model)")
    follow.add_argument("--perceptual", required=True, help="a SqueezeNet, as for `train`")
    follow.add_argument("--numbers", type=int, help="of each style that may move (all)")
    follow.add_argument("--steps", type=int, default=FOLLOW.steps)
    follow.add_argument("--people", type=int, default=FOLLOW.people)
    for part in (measure, mouths, follow):
        part.add_argument("--data", required=True, help="aligned portraits, as for `train real`")
    for part in (measure, follow):
        part.add_argument("--out", required=True, help="the file to write")
    follow.add_argument("--share", type=float, default=FOLLOW.share, help="of what is learned (1)")
    follow.add_argument("--seed", type=int, default=FOLLOW.seed)


def run_average(
    options: argparse.Namespace, progress: ReportSteps, say: Callable[[str], None]
) -> None:
    """Measure or learn as the command line says; write the file, or say what was found."""
    for name in ("people", "steps", "numbers"):
        value = getattr(options, name, None)
        if value is not None and value < 1:
            raise StyleGANEXError(f"--{name} must be at least 1; got {value}.")
    folder = Path(options.data)
    if options.part == "mouths":
        light = measure_mouths(folder, people=options.people, progress=progress)
        say(json.dumps(asdict(light)))
        return
    if options.part == "measure":
        changes = measure_averages(folder, people=options.people, progress=progress)
        told = {"people": options.people or "all", "owners": tell_origin(folder)}
        save_changes(options.out, changes, {"averages": json.dumps(told)})
    else:
        changes = load_changes(options.changes)
        if options.name not in changes:
            raise StyleGANEXError(
                f'{options.changes} has no change "{options.name}"; it has {", ".join(changes)}.'
            )
        settings = FollowSettings(
            steps=options.steps, people=options.people, numbers=options.numbers,
            seed=options.seed, share=options.share,
        )  # fmt: skip
        model = load_model(options.model) if options.model else load_demo()
        model.require_encoder()
        vector = follow_average(
            model, folder, changes[options.name], Path(options.perceptual), settings,
            progress=progress,
        )  # fmt: skip
        told = {"follows": f"average change of {options.name}", **asdict(settings)}
        save_edit_vectors(options.out, {options.name: vector}, {"training": json.dumps(told)})
    say(f"wrote {options.out}")
