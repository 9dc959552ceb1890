"""From finished (or running) training folders to model files that tell how they were trained."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import nn

from styleganex_core.checkpoints import save_model
from styleganex_core.checkpoints.read import read_file
from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import Encoder, Model, ModelConfig

from .build import GENERATED, RENDERED, Sources, build_model
from .data.folder import tell_origin
from .recipes import Recipe, find_recipe
from .run.loop import CHECKPOINT
from .run.report import CURVE
from .run.state import read_state
from .start.style_heads import fold_heads, make_training_heads
from .start.styles import find_directions, mean_style

CURVE_POINTS = 24  # of the training curve, kept in the file's metadata
RENDERED_PEOPLE = "portraits rendered by styleganex_lab.portraits"
RENDERS = f"{RENDERED_PEOPLE}; no photographs"
PHOTOGRAPHS = ", and photographs: "  # before their sets and owners
LARGEST_VARIANCE = 1024.0  # from which on a channel is scaled down; float16 ends at 65,504


@dataclass(frozen=True)
class Learned:
    """What a model learned from, for its file: a run's `seed`, its `data`, and what it began as.

    `start`: a file, whose metadata tell of the training and data before, or a model. `origin`: of
    photos that were learned from beside renders, with their owners.
    """

    seed: int = 0
    data: str = RENDERED
    start: Path | Model | None = None
    origin: str = ""


def bundle_model(
    target: Path,
    *,
    generator: tuple[str | Recipe, Path],
    encoder: tuple[str | Recipe, Path] | None = None,
    before: Path | None = None,
    seed: int = 0,
    origin: str = "",
) -> None:
    """Write a demo model: pairs of a recipe's name and its training folder; the photo model has
    the encoder.

    `before`: the model file that the runs went on from; its own training is told as well, and
    whose photographs it learned from. `seed`: that of the runs. `origin`: of photos that these
    learned from beside renders, with their owners.

    The model with an encoder also gets the edit vectors, which fit every domain that shares its
    mapping network.
    """
    recipe, folder = find_recipe(generator[0]), Path(generator[1])
    networks = recipe.networks
    assert networks.generator is not None
    config = ModelConfig(networks.generator, networks.encoder if encoder else None)
    model = Model(config, name=target.stem)
    model.generator.load_state_dict(_averaged_weights(folder))
    model.latent_avg.copy_(mean_style(model.generator))
    model.takes_skips = recipe.task == "domain"
    runs = {} if before is None else told_runs(before)
    add_run(runs, recipe.name, _describe_run(recipe, folder, seed))
    if encoder:
        encoder_recipe, encoder_folder = find_recipe(encoder[0]), Path(encoder[1])
        assert model.encoder is not None
        weights = _averaged_weights(encoder_folder)
        model.encoder.load_state_dict(_part("encoder", weights))
        assert encoder_recipe.networks.encoder is not None
        heads = make_training_heads(encoder_recipe.networks.encoder)
        heads.load_state_dict(_part("heads", weights))
        fold_heads(model.encoder.style_heads, heads)
        fit_norms_into_float16(model.encoder)
        model.edit_vectors = find_directions(model.generator)
        add_run(runs, encoder_recipe.name, _describe_run(encoder_recipe, encoder_folder, seed))
    metadata = {
        "source": "styleganex_lab training, from scratch",
        **_tell_data(RENDERS, before, origin),
        "training": json.dumps(runs),
    }
    save_model(model.eval(), target, metadata=metadata)


def export_task(
    recipe: str | Recipe,
    run: Path,
    target: Path,
    sources: Sources | None = None,
    *,
    seed: int = 0,
    base: Path | None = None,
    dtype: torch.dtype = torch.float16,
) -> None:
    """Write the present average of a run as a model file; `sources` and `seed` as they were given.

    `sources.origin`: of photos that it learned from beside renders, with their owners. `base`: a
    model file beside `target`, whose tensors need not be written again; `dtype`: see `save_model`,
    torch.uint8 for 8 bit.
    """
    chosen, sources = find_recipe(recipe), sources or Sources()
    model = build_model(chosen, sources).model
    model.load_state_dict(_averaged_weights(run))
    origin = sources.origin
    if chosen.task == "real":
        origin = tell_origin(Path(sources.data), origin)
    learned = Learned(seed, start=sources.start, origin=origin)
    save_task(chosen, model, run, target, learned, base=base, dtype=dtype)


def save_task(
    recipe: Recipe,
    model: Model,
    run: Path,
    target: Path,
    learned: Learned | None = None,
    *,
    base: Path | None = None,
    dtype: torch.dtype = torch.float16,
) -> None:
    """Write a trained model with its recipe, seed, data and curve in the metadata, in `dtype`."""
    learned = learned or Learned()
    start = learned.start
    runs = told_runs(start) if isinstance(start, Path) else {}
    add_run(runs, recipe.name, _describe_run(recipe, run, learned.seed))
    kinds = {RENDERED: RENDERS, GENERATED: "pairs drawn by generators"}
    metadata = {
        "source": "styleganex_lab training",
        "task": recipe.task,
        **_tell_data(kinds.get(learned.data, "a folder of pictures"), start, learned.origin),
        "training": json.dumps(runs),
    }
    if recipe.data.attributes:
        kept = {n: v for n, v in model.edit_vectors.items() if n in recipe.data.attributes}
        model.edit_vectors = kept
    if model.encoder is not None:
        fit_norms_into_float16(model.encoder)
    save_model(model, target, metadata=metadata, base=base, dtype=dtype)


def _averaged_weights(folder: Path) -> dict[str, torch.Tensor]:
    path = folder / CHECKPOINT
    if not path.is_file():
        raise StyleGANEXError(f"{path} does not exist; train into {folder} first.")
    return read_state(path, "average")["average"]


def _part(name: str, state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The weights of one part of a module, without the part's name."""
    start = name + "."
    return {key[len(start) :]: value for key, value in state.items() if key.startswith(start)}


def told_runs(file: Path) -> dict:
    """The training runs that a model file records, by recipe; {} where it records none."""
    try:
        told = json.loads(read_file(file).metadata.get("training", "{}"))
    except json.JSONDecodeError:  # from another program; no reason to lose a finished run
        return {}
    return told if isinstance(told, dict) else {}


def _tell_data(data: str, start: Path | Model | None, origin: str = "") -> dict[str, str]:
    """What a model learned from, and the licence of one that learned from renders alone.

    `origin`: of photographs beside renders, with their owners; to them come those that the file
    `start` tells of.
    """
    told = read_file(start).metadata if isinstance(start, Path) and start.is_file() else {}
    _, _, before = told.get("data", "").partition(PHOTOGRAPHS)
    owners = " ".join(dict.fromkeys(text for text in (before, origin) if text))
    if owners:
        seen = RENDERED_PEOPLE if origin or data == RENDERS else data
        return {"data": seen + PHOTOGRAPHS + owners}
    return {"data": data} | ({"licence": "Apache-2.0"} if data == RENDERS else {})


def add_run(runs: dict, name: str, run: dict) -> None:
    """Tell of one more run of a recipe; an earlier one of the same name is kept by its seed."""
    if name in runs:
        earlier = runs.pop(name)
        seed = earlier.get("seed", 0) if isinstance(earlier, dict) else "unknown"
        runs[f"{name}, seed {seed}"] = earlier
    runs[name] = run


def _describe_run(recipe: Recipe, folder: Path, seed: int) -> dict:
    """The recipe and a thinned curve."""
    return {**asdict(recipe), "seed": seed, "curve": thin_curve(folder)}


def thin_curve(folder: Path) -> list[str]:
    """Some lines of a run's curve, the head line and the last among them."""
    table = folder / CURVE
    lines = table.read_text().splitlines() if table.is_file() else []
    thin = lines[:1] + lines[1 :: max(1, len(lines) // CURVE_POINTS)]
    return thin if thin[-1:] == lines[-1:] else [*thin, lines[-1]]


@torch.no_grad()
def fit_norms_into_float16(encoder: Encoder) -> None:
    """Scale channels down whose batch norm has gathered a large variance, without changing what
    the encoder computes.

    A norm divides its channel's scale out again, so the convolution before it may have any. The
    factors are powers of two, exact in every precision.
    """
    for block in encoder.blocks:
        conv, norm = block.conv_out, block.norm_out
        assert isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d)
        assert norm.running_mean is not None and norm.running_var is not None
        excess = (norm.running_var / LARGEST_VARIANCE).clamp_min(1.0)
        scale = 2.0 ** -(excess.log2() / 2).ceil()
        conv.weight.mul_(scale[:, None, None, None])
        norm.running_mean.mul_(scale)
        norm.running_var.mul_(scale.square())
