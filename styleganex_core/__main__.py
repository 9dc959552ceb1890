"""`python -m styleganex_core`: edit a photo, look into files, convert them.

Every command exits with 0 when it did its job and with 2 after a sentence saying why not.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

import styleganex_core as core

from .console import FAILED, progress_bar, run_command, say
from .photo_edit import show_edits
from .writing import written_whole

MOVED = ("train", "evaluate", "portraits", "queue")  # commands of styleganex_lab
STEPS = 150  # of Step II, for models whose single pass draws another face
DEFAULT_EDIT, DEFAULT_STRENGTH = "smile", 1.5


def main(arguments: Sequence[str] | None = None) -> int:
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments and arguments[0] in MOVED:
        return run_moved(arguments)
    return run_command(_parser(), arguments)


def run_moved(arguments: Sequence[str]) -> int:
    """Name the new command and run it. The only way from the core to the lab, taken by name."""
    say(f"styleganex: the command is now `python -m styleganex_lab {arguments[0]}`.")
    try:
        lab = importlib.import_module("styleganex_lab.__main__")
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("styleganex_lab"):
            raise
        say(
            f"styleganex: {arguments[0]} needs the package styleganex_lab, which is not in a "
            "release archive; clone the repository and run the command there."
        )
        return FAILED
    return lab.main(arguments)


def run_edit(options: argparse.Namespace) -> None:
    """Edit a photo in place; write it, a sheet of what the model can do, and the latents."""
    out = Path(options.out)
    model = core.load_model(options.model) if options.model else core.load_demo()
    if options.list:
        print(list_edits(model))
        return
    original = core.images.read_picture(options.photo) if options.photo else None
    photo = core.example_image("astronaut") if original is None else core.to_bchw(original)
    strengths = _read_edits(options.edit, model)
    steps = 0 if model.skips_are_optional else STEPS  # their single pass is exact
    steps = steps if options.steps is None else options.steps
    settings = core.PhotoSettings(
        which="whole picture" if options.whole else options.which,
        index=options.index,
        region="crop" if options.whole else "head",
        steps=steps,
        seed=options.seed,
        paste=options.paste,
    )
    styles = core.load_image(options.style_image) if options.style_image else None
    if options.domain:
        domains = {Path(path).stem: core.load_model(path) for path in options.domain}
    elif options.model:
        domains = {}
    else:
        domains = {name: core.load_demo(name) for name in core.domain_names()}
    perceptual = core.load_perceptual(options.perceptual) if options.perceptual else None
    loss = (
        f"LPIPS ({options.perceptual})" if perceptual else "multi-scale (no LPIPS backbone given)"
    )
    height, width = photo.shape[-2:]
    print(f"{model.name}: {steps} steps on a photo of {width}x{height} px, loss: {loss}")

    opened = core.photo.open_photo(
        model,
        photo,
        settings,
        styles=styles,
        perceptual=perceptual,
        progress=progress_bar("optimise"),
    )
    edited = core.photo.edit_in_place(model, opened, strengths, settings)
    shown = tuple(strengths.items()) if options.edit else core.FlowSettings().edits
    sheet = show_edits(model, opened, shown, settings, domains=domains)
    _make_folder(out)
    names = [out / name for name in ("edited.png", "contact_sheet.png", "latents.safetensors")]
    picture = core.to_pil(edited)
    if original is not None:
        picture = core.alpha.to_pil_with_alpha(original, edited)
    for path, image in zip(names, (picture, core.draw_contact_sheet(sheet)), strict=False):
        with written_whole(path) as part:
            image.save(part, format="PNG")
    if opened.latents is not None:
        core.save_latents(opened.latents, names[2])
    done = ", ".join(f"{name} {strength:+g}" for name, strength in strengths.items())
    print(f"{done or 'no edit'}: wrote {names[0]}, {names[1]} and {names[2]}")
    for name, strength in strengths.items():
        if mark := core.edit_ranges.mark_strength(model.edit_ranges, name, strength):
            print(f"{name} {strength:+g}: {mark} (--list shows what works)")


def list_edits(model: core.Model) -> str:
    """The model's edits, a line each, with the strengths that work on real people."""
    names = list(core.latents.split_edit_vectors(model.edit_vectors))
    if not names:
        return f"{model.name} comes with no edit vectors."
    if not model.edit_ranges:
        return "\n".join([f"edits of {model.name}; nothing was measured of them:", *names])
    width = max(map(len, names))
    known = [core.edit_ranges.describe_range(model.edit_ranges.get(name)) for name in names]
    lines = [f"{name:<{width}}  {words}" for name, words in zip(names, known, strict=True)]
    return "\n".join([f"edits of {model.name} and where they work on real people:", *lines])


def _read_edits(text: str | None, model: core.Model) -> dict[str, float]:
    """The strengths of `--edit`; by default the model's smile, or else the first it has."""
    if text is not None:
        return core.parse_strengths(text.replace("=", ":"))
    names = sorted(model.edit_vectors, key=lambda name: name != DEFAULT_EDIT)
    return {names[0]: DEFAULT_STRENGTH} if names else {}


def run_info(options: argparse.Namespace) -> None:
    print(core.describe_file(options.file))


def run_convert(options: argparse.Namespace) -> None:
    core.convert_file(options.source, options.target)
    print(core.describe_file(options.target))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m styleganex_core", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    edit = commands.add_parser("edit", help="edit a photo (the bundled astronaut by default)")
    edit.add_argument("photo", nargs="?", help="a picture file; its largest face is edited")
    edit.add_argument(
        "--edit", metavar="NAMES", help="strengths of the model's edits, such as smile=1.5,age=-1"
    )
    edit.add_argument(
        "--list", action="store_true", help="list the model's edits and where they work, and stop"
    )
    edit.add_argument(
        "--paste",
        choices=["change", "drawing"],
        default="change",
        help="what is put back: the photo with the edit's change (default), or the model's drawing",
    )
    edit.add_argument(
        "--which",
        choices=["largest", "left to right", "all"],
        default="largest",
        help="which face (with --index), or all of them",
    )
    edit.add_argument("--index", type=int, default=0, help="which face in that order, from 0")
    edit.add_argument("--whole", action="store_true", help="use the photo as it is, uncropped")
    edit.add_argument("--out", default="styleganex_out", help="folder for the results")
    edit.add_argument("--model", help="a checkpoint with an encoder (the bundled demo by default)")
    edit.add_argument("--domain", action="append", help="a generator of another domain; repeatable")
    edit.add_argument("--style-image", help="another aligned face to read the styles from")
    edit.add_argument("--perceptual", help="torchvision's VGG16 or AlexNet file, for LPIPS")
    edit.add_argument(
        "--steps",
        type=int,
        help=f"optimisation steps, 0 for none ({STEPS}, or none where one pass is exact)",
    )
    edit.add_argument("--seed", type=int, default=0)
    edit.set_defaults(run=run_edit)

    info = commands.add_parser("info", help="say what a file holds")
    info.add_argument("file")
    info.set_defaults(run=run_info)

    convert = commands.add_parser("convert", help="turn a .pt checkpoint into safetensors")
    convert.add_argument("source", metavar="IN")
    convert.add_argument("target", metavar="OUT.safetensors")
    convert.set_defaults(run=run_convert)

    for name in MOVED:
        commands.add_parser(name, help=f"is now `python -m styleganex_lab {name}`")
    return parser


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise core.StyleGANEXError(f"cannot write to {folder}: {error.strerror}.") from error


if __name__ == "__main__":
    sys.exit(main())
