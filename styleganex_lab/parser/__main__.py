"""The bundled face parser, from portraits to its file.

    python -m styleganex_lab.parser label PORTRAITS LABELS --nets NETWORKS [--bare NAMES.txt]
    python -m styleganex_lab.parser train PORTRAITS LABELS RUN
    python -m styleganex_lab.parser export PORTRAITS LABELS RUN OUT.safetensors

`label` writes a map for every portrait that has none yet, `train` goes on from RUN's checkpoint,
`export` measures the parser on people held out and writes its file.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from PIL import Image

from styleganex_core.checkpoints.levels import is_worth_levels, quantise
from styleganex_core.checkpoints.write import write_safetensors
from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks.small_parser import SmallFaceParser
from styleganex_core.readers import load_face_readers
from styleganex_core.writing import written_whole

from ..training.data.aligned import read_index, read_portrait
from ..training.data.folder import tell_origin
from ..training.run.state import read_state
from .data import read_labelled, render_labelled
from .label_photos import GROWN, label_portrait
from .measure import mean_overlap, measure_places, overlaps
from .segmenters import Segmenters
from .train import CHECKPOINT, ParserData, ParserRecipe, train_parser

SURE = 0.5  # of the mesh, that there is a face
SEED, HELD_OUT_SEED = 100, 9000
HELD_OUT_REAL, HELD_OUT_RENDERED = 24, 48  # while training; `export` measures on many more
ALL_RENDERED = 200

_log = logging.getLogger(__name__)


def label(portraits: Path, labels: Path, nets: Path, every: int, bare: Path | None) -> None:
    """Write the maps of those portraits that have none; of one person in `every`.

    `bare`: a file with the names of portraits on which nobody wears glasses, a line each.
    """
    without_glasses = set(bare.read_text(encoding="utf-8").split()) if bare else set()
    labels.mkdir(parents=True, exist_ok=True)
    segment, readers = Segmenters(nets), load_face_readers()
    for portrait in read_index(portraits):
        file = labels / f"{portrait.file.stem}.png"
        if file.is_file() or portrait.person % every:
            continue
        picture = read_portrait(portrait)
        with torch.inference_mode():
            mesh, presence = readers.read_mesh(picture[None], grown=GROWN)
        if presence < SURE:
            continue
        nothing_worn = portrait.file.stem in without_glasses
        found = Image.fromarray(
            label_portrait(segment(picture), mesh[0], without_glasses=nothing_worn)
        )
        with written_whole(file) as aside:
            found.save(aside, "PNG")


def load_data(portraits: Path, labels: Path, renders: int) -> ParserData:
    """All that the parser learns from and is measured on."""
    held_out = read_labelled(portraits, labels, held_out=True)
    return ParserData(
        read_labelled(portraits, labels, held_out=False),
        render_labelled(renders, SEED),
        held_out.first(HELD_OUT_REAL),
        render_labelled(HELD_OUT_RENDERED, HELD_OUT_SEED),
    )


def export(portraits: Path, labels: Path, run: Path, out: Path, recipe: ParserRecipe) -> None:
    """Measure the run's parser and write it in 8 bit with what it is made of."""
    state = read_state(run / CHECKPOINT, "average", "step")
    parser = SmallFaceParser()
    parser.load_state_dict(state["average"])
    parser.eval().requires_grad_(False)
    real = read_labelled(portraits, labels, held_out=True)
    figures = {
        "portraits": len(real),
        "real": overlaps(parser, real),
        "rendered": overlaps(parser, render_labelled(ALL_RENDERED, HELD_OUT_SEED)),
        "places": measure_places(parser, load_face_readers(), real),
    }
    for kind in ("real", "rendered"):
        _log.info("%s, mean over classes: %.3f", kind, mean_overlap(figures[kind]))
    _log.info("%s", json.dumps(figures, indent=2))
    tensors: dict[str, torch.Tensor] = {}
    for key, tensor in state["average"].items():
        if is_worth_levels(key, tensor):
            tensors |= quantise(key, tensor)
        elif tensor.is_floating_point():
            tensors[key] = tensor.float()
    write_safetensors(out, tensors, {
        "format": "styleganex face parser",
        "made_by": "python -m styleganex_lab.parser",
        "recipe": json.dumps(asdict(recipe) | {"trained": int(state["step"])}),
        "trained_on": tell_origin(portraits),
        "figures": json.dumps(figures),
    })  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Run a command; 1 and a sentence where something is missing."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    given = _read(arguments)
    try:
        if given.command == "label":
            label(given.portraits, given.labels, given.nets, given.every, given.bare)
        elif given.command == "train":
            recipe = ParserRecipe(steps=given.steps)
            data = load_data(given.portraits, given.labels, given.renders)
            train_parser(recipe, data, given.run)
        else:
            recipe = ParserRecipe(steps=given.steps)
            export(given.portraits, given.labels, given.run, given.out, recipe)
    except StyleGANEXError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _read(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m styleganex_lab.parser",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    steps = ParserRecipe().steps
    for name in ("label", "train", "export"):
        command = commands.add_parser(name)
        command.add_argument("portraits", type=Path, help="aligned portraits and their index.csv")
        command.add_argument("labels", type=Path, help="folder of their label maps")
        if name == "label":
            command.add_argument("--nets", type=Path, required=True)
            command.add_argument("--every", type=int, default=1, help="one person in so many")
            command.add_argument("--bare", type=Path, help="names of portraits without glasses")
            continue
        command.add_argument("run", type=Path, help="folder of checkpoint and curve")
        command.add_argument("--steps", type=int, default=steps)
        if name == "train":
            command.add_argument("--renders", type=int, default=1600, help="rendered scenes")
        else:
            command.add_argument("out", type=Path)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
