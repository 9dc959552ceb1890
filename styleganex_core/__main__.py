"""`python -m styleganex_core`: edit a photo, look into files, train, render, evaluate, queue.

Every command exits with 0 when it did its job and with 2 after a sentence saying why not; a queue
with 1 when some of its items are not done.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import styleganex_core as core

from .batch import add_queue_arguments, run_queue
from .evaluation import add_evaluate_arguments, run_evaluate
from .portraits.command import add_portraits_arguments, run_portraits
from .training import add_train_arguments, run_train

BAR_WIDTH = 30  # characters


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except core.StyleGANEXError as error:
        print(f"styleganex: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nstyleganex: stopped.", file=sys.stderr)
        return 130


def run_edit(options: argparse.Namespace) -> None:
    """Encode, optimise, edit, mix, move, swap and decode a photo; write sheet and latents."""
    out = Path(options.out)
    model = core.load_model(options.model) if options.model else core.load_demo()
    photo = core.load_image(options.photo) if options.photo else core.example_image("astronaut")
    if options.whole:
        image, style_image = photo, None
    else:
        # The demo models know little but faces; the paper's crop shows the surroundings too.
        faces = core.crop_faces(photo, reach=256 if options.model else 128)
        for note in faces.notes:
            print(note)
        image, style_image = faces.crops, faces.styles
    if options.style_image:
        style_image = core.load_image(options.style_image)
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
    print(
        f"{model.name}: {options.steps} steps on {image.shape[3]}x{image.shape[2]} px, loss: {loss}"
    )

    settings = core.FlowSettings.with_steps(options.steps, seed=options.seed)
    edited = core.edit_photo(
        model,
        image,
        style_image,
        domains=domains,
        settings=settings,
        perceptual=perceptual,
        progress=_progress_bar("optimise"),
    )
    _make_folder(out)
    sheet, latents = out / "contact_sheet.png", out / "latents.safetensors"
    core.draw_contact_sheet(edited.pictures).save(sheet)
    core.save_latents(edited.latents, latents)
    print(f"wrote {sheet} and {latents}")


def run_info(options: argparse.Namespace) -> None:
    print(core.describe_file(options.file))


def run_convert(options: argparse.Namespace) -> None:
    core.convert_file(options.source, options.target)
    print(core.describe_file(options.target))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m styleganex_core", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    edit = commands.add_parser("edit", help="edit a photo (the bundled astronaut by default)")
    edit.add_argument("photo", nargs="?", help="a picture file; its largest face is cropped")
    edit.add_argument("--whole", action="store_true", help="take the photo as it is, uncropped")
    edit.add_argument("--out", default="styleganex_out", help="folder for the results")
    edit.add_argument("--model", help="a checkpoint with an encoder (the bundled demo by default)")
    edit.add_argument("--domain", action="append", help="a generator of another domain; repeatable")
    edit.add_argument("--style-image", help="another aligned face to read the styles from")
    edit.add_argument("--perceptual", help="torchvision's VGG16 or AlexNet file, for LPIPS")
    edit.add_argument("--steps", type=int, default=150, help="optimisation steps, 0 for none")
    edit.add_argument("--seed", type=int, default=0)
    edit.set_defaults(run=run_edit)

    info = commands.add_parser("info", help="say what a file holds")
    info.add_argument("file")
    info.set_defaults(run=run_info)

    convert = commands.add_parser("convert", help="turn a .pt checkpoint into safetensors")
    convert.add_argument("source", metavar="IN")
    convert.add_argument("target", metavar="OUT.safetensors")
    convert.set_defaults(run=run_convert)

    train = commands.add_parser("train", help="train a model on rendered portraits or a folder")
    add_train_arguments(train)
    train.set_defaults(run=run_train)

    evaluate = commands.add_parser("evaluate", help="measure a model on photos, clips or renders")
    add_evaluate_arguments(evaluate)
    evaluate.set_defaults(run=lambda options: print(run_evaluate(options, _progress_bar, _say)))

    portraits = commands.add_parser("portraits", help="render people with truth into a folder")
    add_portraits_arguments(portraits)
    portraits.set_defaults(run=run_portraits)

    queue = commands.add_parser("queue", help="run a ComfyUI graph on many pictures or seeds")
    add_queue_arguments(queue)
    queue.set_defaults(run=lambda options: run_queue(options, _progress_bar("queue"), _say))
    return parser


def _progress_bar(label: str) -> Callable[[int, int], None]:
    """A bar with the time left, redrawn in place on a terminal, one line per tenth elsewhere."""
    started = time.monotonic()

    def show(done: int, total: int) -> None:
        left = (time.monotonic() - started) / done * (total - done)
        filled = BAR_WIDTH * done // total
        bar = "#" * filled + "." * (BAR_WIDTH - filled)
        line = f"{label} [{bar}] {done}/{total}, {left:.0f} s left"
        if sys.stderr.isatty():
            print(f"\r{line}", end="\n" if done == total else "", file=sys.stderr, flush=True)
        elif done == total or done % max(1, total // 10) == 0:
            print(line, file=sys.stderr, flush=True)

    return show


def _say(sentence: str) -> None:
    """A line of its own, also where a bar is being drawn."""
    clear = "\r\x1b[K" if sys.stderr.isatty() else ""
    print(f"{clear}{sentence}", file=sys.stderr, flush=True)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise core.StyleGANEXError(f"cannot write to {folder}: {error.strerror}.") from error


if __name__ == "__main__":
    sys.exit(main())
