"""`python -m styleganex_lab evaluate`: the paper's tables for a model, or the demo's figures."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from styleganex_core.checkpoints import load_identity, load_model, load_perceptual
from styleganex_core.demo import load_demo
from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import Model

from ..training.data.aligned import read_index
from .demo import evaluate_demo
from .folder import Edit, Instruments, tabulate_clips, tabulate_photos
from .identity import IdentityMeasure, bundled_identity
from .people import EDITS, Plan, measure_people
from .people_tables import tabulate_people, tabulate_strangers
from .people_tasks import TASKS, TaskPlan, measure_tasks
from .sources import folder_subjects, rendered_subjects
from .tables import Table, to_csv, to_markdown
from .task_tables import tabulate_tasks

SCENES, DEMO_SCENES = 20, 500
LANDMARKS = "landmarks"  # for --identity
PEOPLE, RANDOM = "people", "random"  # what is measured of people beside the tasks
SEED = 20_001  # of the rendered test set; training uses none as high
DEMO_REACH, REACH = 128, 256  # px from the eyes to a crop's sides, as in the edit command

ReportSteps = Callable[[int, int], None]
Say = Callable[[str], None]


def add_evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the evaluate command."""
    parser.add_argument(
        "folder", nargs="?",
        help="photos, and clips as video files or folders of frames; without it: rendered scenes",
    )  # fmt: skip
    parser.add_argument("--demo", action="store_true", help="all figures of the demo models")
    parser.add_argument(
        "--people", action="store_true",
        help="FOLDER holds aligned portraits with an index.csv, as for `train real`: figures of "
        "those who are never trained on; goes on where it stopped",
    )  # fmt: skip
    parser.add_argument(
        "--tasks", action="store_true",
        help=f"with --people: also {', '.join(TASKS)}",
    )  # fmt: skip
    parser.add_argument(
        "--task", action="append", default=[], metavar="NAME=FILE",
        help="with --people: a task's model in the place of the bundled one, such as "
        "sketch=sketch.safetensors; alone, only such tasks are measured; repeatable",
    )  # fmt: skip
    parser.add_argument("--model", help="a checkpoint with an encoder (the bundled demo)")
    parser.add_argument("--out", help="folder for the results (evaluation; docs with --demo)")
    parser.add_argument("--steps", type=int, default=100, help="of Step II, 0 for none")
    parser.add_argument("--whole", action="store_true", help="photos as they are, uncropped")
    parser.add_argument(
        "--frames", type=int, default=24, help="how many of each clip, made ones too"
    )
    parser.add_argument("--limit", type=int, help="photos and clips at most")
    parser.add_argument(
        "--edit", action="append", default=[], metavar="NAME=STRENGTH",
        help="an edit for photos and clips, such as age=1.5; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--scenes", type=int, help=f"rendered ones ({SCENES}, with --demo {DEMO_SCENES})"
    )
    parser.add_argument("--seed", type=int, default=SEED, help="of the rendered scenes")
    parser.add_argument(
        "--rows",
        help="only these rows of --demo, such as generator,edits, or of --people: people, random, "
        "or tasks by name",
    )
    parser.add_argument(
        "--perceptual", help="torchvision's VGG16 or AlexNet file, for LPIPS (bundled: ST-LPIPS)"
    )
    parser.add_argument(
        "--identity",
        help="for ID-c and ID-m: an ArcFace IR-SE-50 file, or 'landmarks' (the bundled reader)",
    )


def run_evaluate(
    options: argparse.Namespace, progress: Callable[[str], ReportSteps], say: Say
) -> str:
    """Evaluate as the command line says and return the tables' text; `progress(label)` makes a
    bar, `say` takes what is said meanwhile.
    """
    _check(options)
    if options.demo:
        return evaluate_demo(
            Path(options.out or "docs"),
            scenes=options.scenes or DEMO_SCENES,
            seed=options.seed,
            names=options.rows.split(",") if options.rows else None,
            progress=progress,
            say=say,
        )
    model = load_model(options.model) if options.model else load_demo()
    measure = _tabulate_people if options.people else _tabulate
    tables, source = measure(model, options, progress, say)
    text = f"## {model.name}\n\n{source}\n\n" + "\n".join(map(to_markdown, tables))
    out = Path(options.out or "evaluation")
    write_text(out / "evaluation.md", text)
    write_text(out / "evaluation.csv", to_csv(tables))
    say(f"wrote {out / 'evaluation.md'} and {out / 'evaluation.csv'}")
    return text


def _tabulate(
    model: Model, options: argparse.Namespace, progress: Callable[[str], ReportSteps], say: Say
) -> tuple[list[Table], str]:
    identity = _load_identity(options.identity)
    perceptual = load_perceptual(options.perceptual) if options.perceptual else None
    instruments = Instruments(identity, perceptual)
    edits = _parse_edits(model, options.edit)
    lpips = f"LPIPS ({perceptual.backbone})" if perceptual else "ST-LPIPS (bundled)"
    means = f"MAE and MSE on 0..1, PSNR in dB, {lpips}, identity by {identity.name}"
    if options.folder:
        reach = REACH if options.model else DEMO_REACH
        photos, clips = folder_subjects(
            Path(options.folder), reach=reach, whole=options.whole, frames=options.frames,
            limit=options.limit, say=say,
        )  # fmt: skip
        source = f"{len(photos)} photos and {len(clips)} clips; {means}."
    else:
        count = options.scenes or SCENES
        photos, clips = rendered_subjects(count, options.seed), []
        source = f"{count} rendered scenes of seed {options.seed}; {means}."
    tables = []
    if photos:
        tables += tabulate_photos(
            model,
            photos,
            instruments,
            steps=options.steps,
            edits=edits,
            progress=progress("pictures"),
        )
    if clips:
        tables += tabulate_clips(model, clips, instruments, edits, progress("clips"))
    return tables, source


def _tabulate_people(
    model: Model, options: argparse.Namespace, progress: Callable[[str], ReportSteps], say: Say
) -> tuple[list[Table], str]:
    folder, out = Path(options.folder), Path(options.out or "evaluation")
    files = _parse_files(options.task)
    rows = _choose_rows(options, files)
    tables: list[Table] = []
    names: set[str] = set()
    if PEOPLE in rows:
        edits = _parse_edits(model, options.edit)
        edits = edits or [edit for edit in EDITS if edit[0] in model.edit_vectors]
        lines = measure_people(
            model, folder, out, Plan(edits, steps=options.steps),
            limit=options.limit, progress=progress("people"), say=say,
        )  # fmt: skip
        names |= {line.name for line in lines}
        tables += tabulate_people(lines)
    if tasks := [name for name in TASKS if name in rows]:
        made = measure_tasks(
            model, folder, out, TaskPlan(tasks, files, options.frames),
            limit=options.limit, progress=progress("tasks"), say=say,
        )  # fmt: skip
        names |= {line.name for line in made}
        tables += tabulate_tasks(made)
    if RANDOM in rows:
        portraits = read_index(folder)
        tables.append(tabulate_strangers(model, portraits, progress=progress("random people")))
    return tables, f"{len(names)} people of {folder.name}."


def _choose_rows(options: argparse.Namespace, files: dict[str, Path]) -> list[str]:
    """What is measured of people."""
    known = [PEOPLE, RANDOM, *TASKS]
    if options.rows:
        rows = options.rows.split(",")
        if unknown := [row for row in rows if row not in known]:
            raise StyleGANEXError(
                f'--people has no row "{unknown[0]}"; its rows are {", ".join(known)}.'
            )
        return rows
    if options.tasks:
        return known
    return list(files) or [PEOPLE, RANDOM]


def _parse_files(texts: list[str]) -> dict[str, Path]:
    files = {}
    for text in texts:
        name, _, file = text.partition("=")
        if name not in TASKS or not file:
            raise StyleGANEXError(
                f'--task is NAME=FILE, where NAME is one of {", ".join(TASKS)}; got "{text}".'
            )
        files[name] = Path(file)
    return files


def _load_identity(path: str | None) -> IdentityMeasure:
    if path is None:
        return bundled_identity()
    if path == LANDMARKS:
        return IdentityMeasure("landmarks")
    return IdentityMeasure(f"network {Path(path).name}", load_identity(path).embed)


def _parse_edits(model: Model, texts: list[str]) -> list[Edit]:
    edits = []
    for text in texts:
        name, _, strength = text.partition("=")
        try:
            edits.append((name, float(strength or "1")))
        except ValueError:
            raise StyleGANEXError(
                f'--edit is NAME=STRENGTH, such as age=1.5; got "{text}".'
            ) from None
        if name not in model.edit_vectors:
            known = ", ".join(model.edit_vectors) or "none"
            raise StyleGANEXError(f'{model.name} has no edit vector "{name}"; it has {known}.')
    return edits


def _check(options: argparse.Namespace) -> None:
    if options.people and (not options.folder or options.demo):
        raise StyleGANEXError(
            "--people needs a FOLDER of aligned portraits, and cannot be combined with --demo."
        )
    if (options.tasks or options.task) and not options.people:
        raise StyleGANEXError("--tasks and --task are measured on people: add --people.")
    for name, least in (("steps", 0), ("frames", 2), ("limit", 1), ("scenes", 1)):
        value = getattr(options, name)
        if value is not None and value < least:
            raise StyleGANEXError(f"--{name} must be at least {least}; got {value}.")


def write_text(path: Path, text: str) -> None:
    """Write a file, its folder made where needed; StyleGANEXError where that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StyleGANEXError(f"cannot write {path}: {error.strerror}.") from error
