"""Make the bundled demo models anew from further training.

Those that know real people, and their domains:

    python -m styleganex_lab train real --data PEOPLE --out RUN ...
    python scripts/renew_demo.py --out NEW real RUN --people PEOPLE    NEW/photo.safetensors
    python -m styleganex_lab train real-toon --start NEW/photo.safetensors --out RUN
    python scripts/renew_demo.py --out NEW domain toon RUN --wide      NEW/toon.safetensors
    python -m styleganex_lab train real-toon-people --start NEW/toon.safetensors --out RUN ...
    python scripts/renew_demo.py --out NEW domain toon RUN --people PEOPLE

Those that know rendered people only, the rendered model and the tasks, whose files lean on it:

    python scripts/renew_demo.py --out NEW rendered RUN_OF_PHOTO_MORE RUN_OF_ENCODER_MORE
    python scripts/renew_demo.py --out NEW start edit                  NEW/start/edit.safetensors
    python -m styleganex_lab train demo-edit-more --start NEW/start/edit.safetensors --out RUN
    python scripts/renew_demo.py --out NEW export edit RUN             NEW/edit.safetensors

A task that learned from photos beside renders tells whose they are: `export ... --people PEOPLE`,
which is a run of demo-sketch-people and the like, but for super-resolution.

A file that is half as large, with its large weights in 8 bit:

    python scripts/renew_demo.py --out NEW narrow edit                 NEW/edit.safetensors

An edit vector of the photo model, learned through a reader:

    python -m styleganex_lab direction age --start age --numbers 64 --goal 4 ... --out FILE
    python scripts/renew_demo.py --out NEW vector FILE                 NEW/photo.safetensors

What edits change of a photo itself, and a vector that draws it:

    python -m styleganex_lab averages measure --data PEOPLE --out CHANGES
    python scripts/renew_demo.py --out NEW averages CHANGES            NEW/photo.safetensors
    python -m styleganex_lab averages follow gender CHANGES --numbers 64 ... --out FILE
    python scripts/renew_demo.py --out NEW vector FILE                 NEW/photo.safetensors

Random people who look like those of a folder, for the photo model and its domains:

    python scripts/renew_demo.py --out NEW random PEOPLE               NEW/photo.safetensors, ...

`real` writes a photo model in 8 bit, from a run or from a file of weights. `start` gives a task's
bundled model those parts of the new rendered model that it does not train itself, and its edit
vectors; toonify is trained with --domain and a file that `domain toon` wrote without --wide. NEW's
files then replace those under styleganex_core/demo. Before a photo model replaces the one that the
tasks lean on, `keep` writes that one to NEW/rendered.safetensors.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
from pathlib import Path

import torch

from styleganex_core import load_demo, load_model, save_model
from styleganex_core.checkpoints.average import PREFIX as AVERAGE_PREFIX
from styleganex_core.checkpoints.average import list_tensors_of, load_changes
from styleganex_core.checkpoints.levels import is_worth_levels, quantise
from styleganex_core.checkpoints.read import read_file
from styleganex_core.checkpoints.shared_tensors import checksum
from styleganex_core.checkpoints.vector_layouts import VECTOR_PREFIX
from styleganex_core.checkpoints.write import write_safetensors
from styleganex_core.errors import StyleGANEXError
from styleganex_lab.training import RECIPES, Sources, bundle_model, export_task
from styleganex_lab.training.data.aligned import read_index
from styleganex_lab.training.data.folder import tell_origin
from styleganex_lab.training.export import Learned, save_task, told_runs
from styleganex_lab.training.recipes.demo_tasks import LAST_LAYERS
from styleganex_lab.training.start.models import start_real_model
from styleganex_lab.training.start.random_people import (
    PEOPLE,
    choose_people,
    find_styles,
    fit_random_people,
)

DEMO = Path(__file__).parents[1] / "styleganex_core" / "demo"
SEED = 2  # of the further training
DOMAINS = ("toon", "ink")
STYLE_BIAS = re.compile(r"encoder\.style_heads\.\d+\.bias")
RENDERED = "rendered.safetensors"  # the photo model until 0.1.0, which the tasks lean on
TASKS = {
    "super_resolution_4x": "demo-super-resolution-4x-more",
    "super_resolution_8x": "demo-super-resolution-8x-more",
    "sketch": "demo-sketch-more",
    "mask": "demo-mask-more",
    "edit": "demo-edit-more",
    "toonify": "demo-toonify-more",
}
WITH_PEOPLE = {task: f"demo-{task}-people" for task in ("sketch", "mask", "edit", "toonify")}


def renewed_parts(task: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Prefixes of the tensors to take from the new rendered model, and exceptions to them."""
    if task.startswith("super_resolution"):
        return ("generator.",), LAST_LAYERS
    if task == "edit":
        return ("generator.", "encoder."), LAST_LAYERS
    if task == "toonify":
        return ("encoder.",), ()
    return ("generator.",), ()


def write_start(task: str, out: Path) -> None:
    """The bundled model of a task with the new rendered model's parts and edit vectors."""
    model, rendered = load_demo(task), load_model(out / RENDERED)
    parts, own = renewed_parts(task)
    newer = rendered.state_dict()
    state = {
        key: newer[key] if key.startswith(parts) and not key.startswith(own) else tensor
        for key, tensor in model.state_dict().items()
    }
    model.load_state_dict(state)
    model.edit_vectors = dict(rendered.edit_vectors)
    target = out / "start" / f"{task}.safetensors"
    target.parent.mkdir(parents=True, exist_ok=True)
    earlier = told_runs(DEMO / f"{task}.safetensors")
    save_model(model, target, metadata={"training": json.dumps(earlier)})


def keep_rendered(out: Path) -> None:
    """Copy the model that the tasks lean on to `RENDERED`, from wherever it is: bundled under that
    name, or still as the photo model.

    Raises StyleGANEXError where neither is the file that the tasks were made for.
    """
    wanted = {read_file(DEMO / f"{task}.safetensors").metadata["base_sha256"] for task in TASKS}
    for path in (DEMO / RENDERED, DEMO / "photo.safetensors"):
        if path.is_file() and {checksum(path)} == wanted:
            if not (out / RENDERED).is_file():
                shutil.copyfile(path, out / RENDERED)
            return
    raise StyleGANEXError(
        f"{RENDERED} is missing, and photo.safetensors is not the model that the tasks were made "
        f"for; take {RENDERED} from the release before."
    )


def write_real(source: Path, out: Path, people: Path, *, seed: int = SEED) -> None:
    """The photo model in 8 bit, from the folder of a run of `real` or from a file of weights, which
    is told as trained by that recipe.
    """
    target, start = out / "photo.safetensors", DEMO / RENDERED
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
        Learned(seed, start=start, origin=tell_origin(people)),
        dtype=torch.uint8,
    )


def write_domain(name: str, run: Path, out: Path, *, wide: bool, effort: float = 1.0) -> None:
    """A domain's generator; a wide one also tells whose photographs the photo model knows."""
    recipe = RECIPES[f"real-{name}" if wide else name].with_effort(effort)
    before = out / "photo.safetensors" if wide else None
    bundle_model(out / f"{name}.safetensors", generator=(recipe, run), before=before)


def write_domain_with_people(
    name: str, run: Path, out: Path, people: Path, *, seed: int = 0, effort: float = 1.0
) -> None:
    """A domain that learned real people too, with the mapping and mean latent of the one before."""
    recipe = RECIPES[f"real-{name}-people"].with_effort(effort)
    before, target = _newest(f"{name}.safetensors", out), out / f"{name}.safetensors"
    earlier = read_file(before)
    bundle_model(
        target,
        generator=(recipe, run),
        before=before,
        seed=seed,
        origin=tell_origin(people),
    )
    made = read_file(target)
    tensors = dict(made.data) | {"latent_avg": earlier.data["latent_avg"]}
    kept = {key: earlier.metadata[key] for key in ("random people",) if key in earlier.metadata}
    write_safetensors(target, tensors, dict(made.metadata) | kept)


def write_vectors(file: Path, out: Path) -> None:
    """The bundled photo model with the edit vectors of a file, which replace those of their names.

    All other numbers stay as they are stored; the metadata tell how the vectors were made.
    """
    model, found = read_file(_newest("photo.safetensors", out)), read_file(file)
    tensors, metadata = dict(model.data), dict(model.metadata)
    told = json.loads(metadata.get("directions", "{}"))
    shapes = {t.shape for k, t in tensors.items() if k.startswith(VECTOR_PREFIX)}
    for key, vector in found.data.items():
        if not key.startswith(VECTOR_PREFIX) or vector.shape not in shapes:
            raise StyleGANEXError(f"{file.name}: the photo model takes no {key} of this shape.")
        tensors[key] = vector
        told[key] = json.loads(found.metadata["training"])
    metadata["directions"] = json.dumps(told)
    write_safetensors(out / "photo.safetensors", tensors, metadata)


def write_changes(file: Path, out: Path) -> None:
    """The bundled photo model with the average changes of a file. All other numbers stay."""
    model, found = read_file(_newest("photo.safetensors", out)), read_file(file)
    tensors = {k: t for k, t in dict(model.data).items() if not k.startswith(AVERAGE_PREFIX)}
    tensors |= list_tensors_of(load_changes(file))
    metadata = {**model.metadata, "averages": found.metadata["averages"]}
    write_safetensors(out / "photo.safetensors", tensors, metadata)


def narrow_file(name: str, out: Path) -> None:
    """The new or bundled file of that name in 8 bit. What it tells of itself stays."""
    found = read_file(_newest(f"{name}.safetensors", out))
    tensors = {}
    for key, tensor in found.data.items():
        large = not key.startswith(VECTOR_PREFIX) and is_worth_levels(key, tensor)
        tensors |= quantise(key, tensor) if large else {key: tensor}
    write_safetensors(out / f"{name}.safetensors", tensors, dict(found.metadata))


def _newest(name: str, out: Path) -> Path:
    """A file of the new ones, else the bundled one."""
    return out / name if (out / name).is_file() else DEMO / name


def write_random_people(people: Path, out: Path, *, limit: int = PEOPLE) -> None:
    """The photo model and its domains with a mapping fitted to the styles of people who are not
    held out, one photo of each, at most `limit`. All other numbers stay as they are stored.
    """
    model = load_model(_newest("photo.safetensors", out))
    chosen = choose_people(read_index(people), limit)
    fit_random_people(model, *find_styles(model, chosen))
    fitted = model.state_dict()
    told = json.dumps({"people": len(chosen), "owners": tell_origin(people)})
    for name in ("photo", *DOMAINS):
        found = read_file(_newest(f"{name}.safetensors", out))
        keys = [k for k in found.data if k.startswith("generator.mapping.") or k == "latent_avg"]
        keys += [k for k in found.data if STYLE_BIAS.fullmatch(k)]
        tensors = dict(found.data) | {key: fitted[key].clone() for key in keys}
        write_safetensors(
            out / f"{name}.safetensors", tensors, dict(found.metadata) | {"random people": told}
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder of the new files")
    commands = parser.add_subparsers(dest="command", required=True)
    rendered = commands.add_parser("rendered")
    rendered.add_argument("generator", type=Path)
    rendered.add_argument("encoder", type=Path)
    domain = commands.add_parser("domain")
    domain.add_argument("name", choices=DOMAINS)
    domain.add_argument("run", type=Path)
    domain.add_argument("--wide", action="store_true", help="of the photo model that `real` wrote")
    domain.add_argument("--people", type=Path, help="the photos it learned from as well")
    domain.add_argument("--seed", type=int, default=0, help="that it was trained with")
    domain.add_argument("--effort", type=float, default=1.0, help="that it was trained with")
    commands.add_parser("keep")
    real = commands.add_parser("real")
    real.add_argument("source", type=Path, help="folder of a run, or a file of weights")
    real.add_argument("--people", type=Path, required=True, help="the photos it learned from")
    real.add_argument("--seed", type=int, default=0, help="that it was trained with")
    vector = commands.add_parser("vector")
    vector.add_argument("file", type=Path, help="edit vectors, from the direction command")
    averages = commands.add_parser("averages")
    averages.add_argument("file", type=Path, help="changes, from the averages command")
    strangers = commands.add_parser("random")
    strangers.add_argument("people", type=Path, help="folder of aligned portraits")
    strangers.add_argument("--limit", type=int, default=PEOPLE, help="most people to take")
    commands.add_parser("narrow").add_argument("name", choices=(*DOMAINS, *TASKS))
    commands.add_parser("start").add_argument("task", choices=TASKS)
    export = commands.add_parser("export")
    export.add_argument("task", choices=TASKS)
    export.add_argument("run", type=Path)
    export.add_argument("--seed", type=int, default=SEED, help="that the run was trained with")
    export.add_argument("--effort", type=float, default=1.0, help="that it was trained with")
    export.add_argument("--people", type=Path, help="folder whose photos it learned from as well")
    options = parser.parse_args()
    out = options.out
    out.mkdir(parents=True, exist_ok=True)
    if options.command == "rendered":
        bundle_model(
            out / RENDERED,
            generator=("photo-more", options.generator),
            encoder=("encoder-more", options.encoder),
            before=DEMO / RENDERED,
            seed=SEED,
        )
    elif options.command == "domain" and options.people:
        write_domain_with_people(
            options.name,
            options.run,
            out,
            options.people,
            seed=options.seed,
            effort=options.effort,
        )
    elif options.command == "domain":
        write_domain(options.name, options.run, out, wide=options.wide, effort=options.effort)
    elif options.command == "vector":
        write_vectors(options.file, out)
    elif options.command == "averages":
        write_changes(options.file, out)
    elif options.command == "random":
        write_random_people(options.people, out, limit=options.limit)
    elif options.command == "start":
        write_start(options.task, out)
    elif options.command == "narrow":
        narrow_file(options.name, out)
    elif options.command == "keep":
        keep_rendered(out)
    elif options.command == "real":
        write_real(options.source, out, options.people, seed=options.seed)
    else:
        origin = tell_origin(options.people) if options.people else ""
        start = Sources(start=out / "start" / f"{options.task}.safetensors", origin=origin)
        target, base = out / f"{options.task}.safetensors", out / RENDERED
        name = TASKS[options.task]
        if options.people:
            name = WITH_PEOPLE.get(options.task, name)
        recipe = RECIPES[name].with_effort(options.effort)
        export_task(recipe, options.run, target, start, seed=options.seed, base=base)


if __name__ == "__main__":
    main()
