"""`python -m styleganex_lab portraits`: rendered pictures with their truth, in a folder."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import torch
from PIL import Image

from styleganex_core.errors import StyleGANEXError
from styleganex_core.images import to_pil

from .attributes import ATTRIBUTES, sample_attributes
from .backdrops import BACKDROPS
from .clips import render_clip, sample_clip
from .extras import EXTRAS
from .render import aligned_placement, render_portraits
from .scenes import RenderedScenes, render_scenes, sample_scenes
from .sheet import draw_world_sheet
from .sketch import draw_sketch
from .styles import STYLES

KINDS = ("portraits", "scenes", "clip")
AT_ONCE = 8  # pictures rendered between two files
PICTURES = {".jpg", ".jpeg", ".png"}  # an --out that ends so is one sheet
QUALITY = 85  # of a sheet in JPEG

# One picture [1, 3, H, W], its label map [1, H, W] and what truth.json says of it.
Sample = tuple[torch.Tensor, torch.Tensor, dict[str, object]]


def add_portraits_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the portraits command."""
    parser.add_argument(
        "--out", required=True,
        help="a folder for images/, labels/, sketches/ and truth.json, "
        "or a .jpg or .png file for one sheet that shows the whole world",
    )  # fmt: skip
    parser.add_argument("--kind", choices=KINDS, default="scenes")
    parser.add_argument("--count", type=int, default=16, help="pictures or frames")
    parser.add_argument("--size", type=int, default=256, help="side in px")
    parser.add_argument("--style", choices=list(STYLES), default="photo")
    parser.add_argument("--people", type=int, default=2, help="the most people of a scene or clip")
    parser.add_argument("--seed", type=int, default=0)


def run_portraits(options: argparse.Namespace) -> None:
    """Render as the command line says."""
    out = Path(options.out)
    if options.count < 1 or options.size < 16:
        raise StyleGANEXError(
            f"at least one picture of 16 px is needed; got {options.count} of {options.size} px."
        )
    try:
        if out.suffix.lower() in PICTURES:
            out.parent.mkdir(parents=True, exist_ok=True)
            to_pil(draw_world_sheet(options.seed)).save(out, quality=QUALITY)
        else:
            _write_folder(out, options)
    except OSError as error:
        raise StyleGANEXError(f"cannot write to {out}: {error.strerror}.") from error


def _write_folder(out: Path, options: argparse.Namespace) -> None:
    for name in ("images", "labels", "sketches"):
        (out / name).mkdir(parents=True, exist_ok=True)
    truth = []
    for number, (image, labels, people) in enumerate(_render(options)):
        name = f"{number:05d}.png"
        to_pil(image).save(out / "images" / name)
        Image.fromarray(labels[0].cpu().numpy()).save(out / "labels" / name)
        sketch = draw_sketch(image, labels).expand(-1, 3, -1, -1) * 2 - 1
        to_pil(sketch).convert("L").save(out / "sketches" / name)
        truth.append({"image": name, "style": options.style, **people})
    (out / "truth.json").write_text(json.dumps(truth, indent=1), encoding="utf-8")


def _render(options: argparse.Namespace) -> Iterator[Sample]:
    """The pictures asked for, a few at a time."""
    if options.kind == "portraits":
        yield from _render_portraits(options)
        return
    if options.kind == "scenes":
        scenes = sample_scenes(
            options.count, options.seed, size=options.size, people=options.people
        )
        parts = (
            render_scenes(scenes[start : start + AT_ONCE], style=options.style)
            for start in range(0, options.count, AT_ONCE)
        )
    else:
        clip = sample_clip(options.count, options.seed, size=options.size, people=options.people)
        parts = render_clip(clip, style=options.style, batch=AT_ONCE)
    for part in parts:
        for index in range(len(part.image)):
            rows = slice(index, index + 1)
            yield part.image[rows], part.labels[rows], _describe(part, index)


def _render_portraits(options: argparse.Namespace) -> Iterator[Sample]:
    attributes = sample_attributes(options.count, options.seed)
    place = aligned_placement(options.count, options.size, options.size)
    for index in range(options.count):
        rows = slice(index, index + 1)
        portrait = render_portraits(attributes[rows], size=options.size, style=options.style)
        person = _person(attributes[index], place[index], portrait.landmarks[0])
        yield portrait.image, portrait.labels, {"people": [person]}


def _describe(part: RenderedScenes, index: int) -> dict[str, object]:
    """What truth.json says of a scene."""
    scenes = part.scenes
    people = []
    for person in scenes.present[index].nonzero()[:, 0].tolist():
        entry = _person(
            scenes.attributes[index, person],
            scenes.placement[index, person],
            part.landmarks[index, person],
        )
        entry["extras"] = _named(EXTRAS, scenes.extras[index, person])
        entry["visible"] = bool(part.visible[index, person])
        people.append(entry)
    kind = list(BACKDROPS)[int(scenes.backdrop[index, 0])]
    return {"backdrop": kind, "people": people}


def _person(
    attributes: torch.Tensor, placement: torch.Tensor, landmarks: torch.Tensor
) -> dict[str, object]:
    return {
        "attributes": _named(ATTRIBUTES, attributes),
        "placement": _named(("x", "y", "scale", "roll"), placement),
        "landmarks": [[round(value, 3) for value in point] for point in landmarks.tolist()],
    }


def _named(names: tuple[str, ...], values: torch.Tensor) -> dict[str, float]:
    return {name: round(value, 4) for name, value in zip(names, values.tolist(), strict=True)}
