"""Make the bundled demo models anew from further training of the photo model.

    python scripts/renew_demo.py --out NEW photo RUN_OF_PHOTO_MORE RUN_OF_ENCODER_MORE
    python -m styleganex_lab train toon --start NEW/photo.safetensors --out RUN
    python scripts/renew_demo.py --out NEW domain toon RUN     writes NEW/toon.safetensors
    python scripts/renew_demo.py --out NEW start edit          writes NEW/start/edit.safetensors
    python -m styleganex_lab train demo-edit-more --start NEW/start/edit.safetensors --out RUN
    python scripts/renew_demo.py --out NEW export edit RUN     writes NEW/edit.safetensors

    python -m styleganex_lab train real --data PEOPLE --out RUN ...
    python scripts/renew_demo.py --out NEW keep                writes NEW/rendered.safetensors
    python scripts/renew_demo.py --out NEW real RUN --people PEOPLE
    python -m styleganex_lab train real-toon --start NEW/photo.safetensors --out RUN
    python scripts/renew_demo.py --out NEW domain toon RUN --wide

`keep` keeps the photo model of today under another name, and makes the tasks' files lean on that;
`real` writes a photo model that knows real people, in 8 bit, from a run or from a file of weights.
`start` gives a task's bundled model those parts of the new photo model that it does not train
itself, and its edit vectors; toonify is trained with --domain NEW/toon.safetensors. NEW's files
then replace those under styleganex_core/demo.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch

from styleganex_core import load_demo, load_model, save_model
from styleganex_core.checkpoints.read import read_file
from styleganex_core.checkpoints.write import write_safetensors
from styleganex_lab.training import RECIPES, Sources, bundle_model, export_task
from styleganex_lab.training.data.origin import tell_origin
from styleganex_lab.training.export import save_task, told_runs
from styleganex_lab.training.recipes.demo_tasks import LAST_LAYERS
from styleganex_lab.training.start.real import start_real_model

DEMO = Path(__file__).parents[1] / "styleganex_core" / "demo"
SEED = 2  # of the further training
DOMAINS = ("toon", "ink")
RENDERED = "rendered.safetensors"  # the photo model that only renders were seen by
TASKS = {
    "super_resolution_4x": "demo-super-resolution-4x-more",
    "super_resolution_8x": "demo-super-resolution-8x-more",
    "sketch": "demo-sketch-more",
    "mask": "demo-mask-more",
    "edit": "demo-edit-more",
    "toonify": "demo-toonify-more",
}


def renewed_parts(task: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Prefixes of the tensors to take from the new photo model, and exceptions to them."""
    if task.startswith("super_resolution"):
        return ("generator.",), LAST_LAYERS
    if task == "edit":
        return ("generator.", "encoder."), ()
    if task == "toonify":
        return ("encoder.",), ()
    return ("generator.",), ()


def write_start(task: str, out: Path) -> None:
    """The bundled model of a task with the new photo model's parts and edit vectors."""
    model, photo = load_demo(task), load_model(out / "photo.safetensors")
    parts, own = renewed_parts(task)
    newer = photo.state_dict()
    state = {
        key: newer[key] if key.startswith(parts) and not key.startswith(own) else tensor
        for key, tensor in model.state_dict().items()
    }
    model.load_state_dict(state)
    model.edit_vectors = dict(photo.edit_vectors)
    target = out / "start" / f"{task}.safetensors"
    target.parent.mkdir(parents=True, exist_ok=True)
    earlier = told_runs(DEMO / f"{task}.safetensors")
    save_model(model, target, metadata={"training": json.dumps(earlier)})


def keep_rendered(out: Path) -> None:
    """The photo model of today as `RENDERED`, and the tasks' files with that for their base."""
    shutil.copyfile(DEMO / "photo.safetensors", out / RENDERED)
    for task in TASKS:
        file = read_file(DEMO / f"{task}.safetensors")
        metadata = {**file.metadata, "base": RENDERED}
        write_safetensors(out / f"{task}.safetensors", file.data, metadata)


def write_real(source: Path, out: Path, people: Path, *, seed: int = SEED) -> None:
    """The photo model in 8 bit, from the folder of a run of `real` or from a file of weights, which
    is told as trained by that recipe.
    """
    target, start = out / "photo.safetensors", DEMO / "photo.safetensors"
    if source.is_dir():
        sources = Sources(data=people, start=start)
        export_task("real", source, target, sources, seed=seed, dtype=torch.uint8)
        return
    recipe = RECIPES["real"]
    save_task(
        recipe,
        start_real_model(recipe, load_model(source)),
        source.parent,
        target,
        seed=seed,
        start=start,
        origin=tell_origin(people),
        dtype=torch.uint8,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder of the new files")
    commands = parser.add_subparsers(dest="command", required=True)
    photo = commands.add_parser("photo")
    photo.add_argument("generator", type=Path)
    photo.add_argument("encoder", type=Path)
    domain = commands.add_parser("domain")
    domain.add_argument("name", choices=DOMAINS)
    domain.add_argument("run", type=Path)
    domain.add_argument("--wide", action="store_true", help="of the photo model that `real` wrote")
    commands.add_parser("keep")
    real = commands.add_parser("real")
    real.add_argument("source", type=Path, help="folder of a run, or a file of weights")
    real.add_argument("--people", type=Path, required=True, help="the photos it learned from")
    real.add_argument("--seed", type=int, default=0, help="that it was trained with")
    commands.add_parser("start").add_argument("task", choices=TASKS)
    export = commands.add_parser("export")
    export.add_argument("task", choices=TASKS)
    export.add_argument("run", type=Path)
    export.add_argument("--seed", type=int, default=SEED, help="that the run was trained with")
    options = parser.parse_args()
    out = options.out
    out.mkdir(parents=True, exist_ok=True)
    if options.command == "photo":
        bundle_model(
            out / "photo.safetensors",
            generator=("photo-more", options.generator),
            encoder=("encoder-more", options.encoder),
            before=DEMO / "photo.safetensors",
            seed=SEED,
        )
    elif options.command == "domain":
        run = (f"real-{options.name}" if options.wide else options.name, options.run)
        bundle_model(out / f"{options.name}.safetensors", generator=run)
    elif options.command == "start":
        write_start(options.task, out)
    elif options.command == "keep":
        keep_rendered(out)
    elif options.command == "real":
        write_real(options.source, out, options.people, seed=options.seed)
    else:
        start = Sources(start=out / "start" / f"{options.task}.safetensors")
        target, base = out / f"{options.task}.safetensors", out / "photo.safetensors"
        recipe, seed = TASKS[options.task], options.seed
        export_task(recipe, options.run, target, start, seed=seed, base=base)


if __name__ == "__main__":
    main()
