"""From a task's recipe to a trained model in a folder, and to a file of it."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Callable
from pathlib import Path

import torch

from styleganex_core.checkpoints import (
    load_identity,
    load_model,
    load_perceptual,
    load_trunk,
    save_model,
)
from styleganex_core.demo import load_demo
from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import Model

from .bundle import add_run, thin_curve, told_runs
from .distributed import Ranks
from .folder_data import FolderTask
from .generated_data import GeneratedTask
from .tame import tame_norms
from .task_data import RenderedTask
from .task_loop import CHECKPOINT, train_task
from .task_objective import Judges
from .task_plan import TaskData
from .task_recipes import find_task_recipe
from .task_settings import TaskRecipe
from .task_start import add_encoder, start_generator, start_model

MODEL = "model.safetensors"
HELD_OUT = 12  # pictures that the curve is measured on
RENDERED, GENERATED = "rendered", "generated"
# Files that `--models` is searched for, by what their names hold.
PERCEPTUAL_NAMES, IDENTITY_NAMES = ("alexnet-owt", "vgg16-"), ("model_ir_se50",)

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Sources:
    """What a run is given: files, folders, or models that are loaded already.

    `data`: "rendered", "generated" or a folder of pictures; `partners`: a folder with sketches,
    label maps or targets of the same names; `align`: whether faces are looked for. `start`: a model
    with an encoder, or a generator alone that gets a new one; the bundled photo model by default.
    `encoder`: IR-SE-50, pSp or StyleGANEX, whose trunk the new encoder takes. `domain`: whose
    generator draws toonify's results, the bundled toon by default. `perceptual`, `identity`:
    torchvision's AlexNet or VGG16, and ArcFace; also looked for in the folder `models`.
    """

    data: str | Path = RENDERED
    partners: Path | None = None
    align: bool = True
    start: Path | Model | None = None
    encoder: Path | None = None
    domain: Path | Model | None = None
    perceptual: Path | None = None
    identity: Path | None = None
    models: Path | None = None


def run_task_recipe(
    recipe: str | TaskRecipe,
    out: Path,
    sources: Sources | None = None,
    *,
    ranks: Ranks | None = None,
    seed: int = 0,
    progress: Callable[[int, int, str], None] | None = None,
    stop_at: int | None = None,
) -> Model:
    """Train a task into the folder `out`, going on from its checkpoint; the averaged model.

    The finished model is also written to `out`/model.safetensors.
    """
    chosen, sources = find_task_recipe(recipe), sources or Sources()
    ranks = ranks or Ranks(torch.device("cpu"))
    if ranks.count > 1:
        chosen = dataclasses.replace(chosen, half=False)  # its gradients are not averaged
    model, first, drawn_by = build_task(chosen, sources, seed=seed)
    model.to(ranks.device)
    data, held_out = find_data(chosen, sources, model, first, drawn_by, seed)
    trained = train_task(
        chosen,
        model,
        data,
        held_out,
        Path(out),
        judges=find_judges(sources),
        ranks=ranks,
        seed=seed,
        progress=progress,
        stop_at=stop_at,
    )
    if stop_at is None and ranks.main:
        target, data = out / MODEL, str(sources.data)
        save_task(chosen, trained, out, target, data=data, seed=seed, start=sources.start)
    return trained


def build_task(
    recipe: TaskRecipe, sources: Sources, *, seed: int = 0
) -> tuple[Model, Model, Model | None]:
    """The model to train, the one that it starts from, and the one whose generator draws."""
    if recipe.task == "generator":
        first = None if sources.start is None else _as_model(sources.start, "photo")
        model = start_generator(recipe, first, seed=seed)
        return model, first or model, None
    first = _as_model(sources.start, "photo")
    if first.encoder is None:
        trunk = load_trunk(sources.encoder) if sources.encoder else {}
        first = add_encoder(first, trunk, seed=seed)
    missing = [name for name in recipe.attributes if name not in first.edit_vectors]
    if missing:
        raise StyleGANEXError(
            f"{first.name} has no edit vector {', '.join(missing)}; choose with --attributes among "
            f"{', '.join(first.edit_vectors) or 'none: start from a model that has some'}."
        )
    drawn_by = _as_model(sources.domain, "toon") if recipe.task == "toonify" else None
    return start_model(recipe, first, drawn_by, seed=seed), first, drawn_by


def find_data(
    recipe: TaskRecipe,
    sources: Sources,
    model: Model,
    first: Model,
    drawn_by: Model | None,
    seed: int,
) -> tuple[TaskData, TaskData]:
    """The pictures to train on, and those to measure on."""
    seeds = (seed * 100, seed * 100 + 50)
    if str(sources.data) == RENDERED:
        train, held_out = (
            RenderedTask(recipe, model, count, number)
            for count, number in zip((recipe.pictures, HELD_OUT), seeds, strict=True)
        )
        return train, held_out
    if str(sources.data) == GENERATED:
        if recipe.task not in ("inversion", "edit", "toonify"):
            raise StyleGANEXError(
                f"{recipe.task} has no generated pairs; pass --data rendered or a folder."
            )
        target = None if drawn_by is None else drawn_by.generator
        train, held_out = (
            GeneratedTask(recipe, first, target, seed=number, **count)
            for number, count in zip(seeds, ({}, {"count": HELD_OUT}), strict=True)
        )
        return train, held_out
    train, held_out = (
        FolderTask(
            recipe,
            model,
            Path(sources.data),
            partners=sources.partners,
            align=sources.align,
            held_out=count,
        )
        for count in (0, HELD_OUT)
    )
    return train, held_out


def find_judges(sources: Sources) -> Judges:
    """The frozen networks that judge pictures, as far as there are files; says what stands in."""
    perceptual = sources.perceptual or _search(sources.models, PERCEPTUAL_NAMES)
    identity = sources.identity or _search(sources.models, IDENTITY_NAMES)
    _log.info(
        "perceptual loss: %s; identity: %s",
        f"LPIPS ({perceptual.name})" if perceptual else "multi-scale (no LPIPS backbone given)",
        identity.name if identity else "none (no network given)",
    )
    return Judges(
        load_perceptual(perceptual) if perceptual else None,
        load_identity(identity) if identity else None,
    )


def _search(folder: Path | None, names: tuple[str, ...]) -> Path | None:
    if folder is None:
        return None
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return next((path for name in names for path in files if name in path.name.lower()), None)


def export_task(
    recipe: str | TaskRecipe,
    run: Path,
    target: Path,
    sources: Sources | None = None,
    *,
    seed: int = 0,
    base: Path | None = None,
) -> None:
    """Write the present average of a run as a model file; `sources` and `seed` as they were given.

    `base`: a model file beside `target`, whose tensors need not be written again (`save_model`).
    """
    chosen, sources = find_task_recipe(recipe), sources or Sources()
    path = run / CHECKPOINT
    if not path.is_file():
        raise StyleGANEXError(f"{path} does not exist; train into {run} first.")
    model, _, _ = build_task(chosen, sources)
    model.load_state_dict(torch.load(path, weights_only=True)["average"])
    save_task(chosen, model, run, target, seed=seed, start=sources.start, base=base)


def save_task(
    recipe: TaskRecipe,
    model: Model,
    run: Path,
    target: Path,
    *,
    data: str = RENDERED,
    seed: int = 0,
    start: Path | Model | None = None,
    base: Path | None = None,
) -> None:
    """Write a trained model with its recipe, seed, data and curve in the metadata, float16; and
    with what the metadata of `start`, where that is a file, tell of the training before.
    """
    rendered = data == RENDERED
    runs = told_runs(start) if isinstance(start, Path) else {}
    described = {**dataclasses.asdict(recipe), "seed": seed, "curve": thin_curve(run)}
    add_run(runs, recipe.name, described)
    metadata = {
        "source": "styleganex_lab training",
        "task": recipe.task,
        "data": "portraits rendered by styleganex_lab.portraits; no photographs"
        if rendered
        else "a folder of pictures",
        "training": json.dumps(runs),
    }
    if rendered:
        metadata["licence"] = "Apache-2.0"
    if recipe.attributes:
        kept = {n: v for n, v in model.edit_vectors.items() if n in recipe.attributes}
        model.edit_vectors = kept
    if model.encoder is not None:
        tame_norms(model.encoder)
    save_model(model, target, metadata=metadata, base=base)


def _as_model(source: Path | Model | None, demo: str) -> Model:
    if isinstance(source, Model):
        return source
    return load_demo(demo) if source is None else load_model(source)
