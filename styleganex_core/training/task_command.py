"""From a task's recipe to a trained model in a folder, and to a file of it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import torch

from ..checkpoints import load_model, save_model
from ..demo import load_demo
from ..errors import StyleGANEXError
from ..networks import Model
from .bundle import thin_curve
from .task_data import RenderedTask
from .task_loop import CHECKPOINT, train_task
from .task_plan import TaskData
from .task_recipes import TaskRecipe, find_task_recipe
from .task_start import start_model

MODEL = "model.safetensors"
HELD_OUT = 12  # pictures that the curve is measured on
RENDERED = "rendered"


def run_task_recipe(
    recipe: str | TaskRecipe,
    out: Path,
    *,
    data: str | Path = RENDERED,
    start: Path | Model | None = None,
    domain: Path | Model | None = None,
    seed: int = 0,
    progress: Callable[[int, int, str], None] | None = None,
    stop_at: int | None = None,
) -> Model:
    """Train a task into the folder `out`, going on from its checkpoint; the averaged model.

    The finished model is also written to `out`/model.safetensors. `data`: "rendered" or a folder
    of pictures. `start`: a model with an encoder, the bundled photo model by default. `domain`: the
    model whose generator draws the result of toonify, the bundled toon by default.
    """
    chosen = find_task_recipe(recipe)
    first = _as_model(start, "photo")
    drawn_by = _as_model(domain, "toon") if chosen.task == "toonify" else None
    model = start_model(chosen, first, drawn_by, seed=seed)
    pictures, held_out = (
        _find_data(chosen, model, data, count, seed * 100 + offset)
        for count, offset in ((chosen.pictures, 0), (HELD_OUT, 50))
    )
    trained = train_task(
        chosen, model, pictures, held_out, out, seed=seed, progress=progress, stop_at=stop_at
    )
    if stop_at is None:
        save_task(chosen, trained, out, out / MODEL, data=str(data), seed=seed)
    return trained


def export_task(recipe: str | TaskRecipe, run: Path, target: Path, **first: Path | Model) -> None:
    """Write the present average of a run's checkpoint as a model file.

    `first`: `start` and `domain` of the run, where they were not the bundled ones.
    """
    chosen = find_task_recipe(recipe)
    path = run / CHECKPOINT
    if not path.is_file():
        raise StyleGANEXError(f"{path} does not exist; train into {run} first.")
    domain = _as_model(first.get("domain"), "toon") if chosen.task == "toonify" else None
    model = start_model(chosen, _as_model(first.get("start"), "photo"), domain)
    model.load_state_dict(torch.load(path, weights_only=True)["average"])
    save_task(chosen, model, run, target)


def save_task(
    recipe: TaskRecipe,
    model: Model,
    run: Path,
    target: Path,
    *,
    data: str = RENDERED,
    seed: int = 0,
) -> None:
    """Write a trained model with its recipe, seed, data and curve in the metadata, float16."""
    rendered = data == RENDERED
    metadata = {
        "source": "styleganex_core training",
        "task": recipe.task,
        "data": "portraits rendered by styleganex_core.portraits; no photographs"
        if rendered
        else "a folder of pictures",
        "training": json.dumps({
            recipe.name: {
                **dataclasses.asdict(recipe), "seed": seed, "curve": thin_curve(run)
            }
        }),
    }  # fmt: skip
    if rendered:
        metadata["licence"] = "Apache-2.0"
    if recipe.attributes:
        model.edit_vectors = {name: model.edit_vectors[name] for name in recipe.attributes}
    save_model(model, target, metadata=metadata)


def _as_model(source: Path | Model | None, demo: str) -> Model:
    if isinstance(source, Model):
        return source
    return load_demo(demo) if source is None else load_model(source)


def _find_data(
    recipe: TaskRecipe, model: Model, data: str | Path, count: int, seed: int
) -> TaskData:
    if str(data) == RENDERED:
        return RenderedTask(recipe, model, count, seed)
    raise StyleGANEXError(f"{data}: folders are not read yet.")
