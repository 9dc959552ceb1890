"""From finished (or running) training folders to the bundled demo models."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import torch

from styleganex_core.checkpoints import save_model
from styleganex_core.checkpoints.read import read_file
from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import Model, ModelConfig

from .directions import find_directions, mean_style
from .loop import CHECKPOINT, CURVE
from .normed_heads import fold_heads, normed_heads
from .recipes import Recipe, find_recipe
from .tame import tame_norms

CURVE_POINTS = 24  # of the training curve, kept in the file's metadata


def bundle_model(
    target: Path,
    *,
    generator: tuple[str | Recipe, Path],
    encoder: tuple[str | Recipe, Path] | None = None,
    before: Path | None = None,
    seed: int = 0,
) -> None:
    """Write a demo model: pairs of a recipe's name and its training folder; the photo model has
    the encoder.

    `before`: the model file that the runs went on from; its own training is told as well. `seed`:
    that of the runs.

    The model with an encoder also gets the edit vectors, which fit every domain that shares its
    mapping network.
    """
    recipe, folder = find_recipe(generator[0]), Path(generator[1])
    config = ModelConfig(recipe.generator, recipe.encoder if encoder else None)
    model = Model(config, name=target.stem)
    model.generator.load_state_dict(_averaged_weights(folder))
    model.latent_avg.copy_(mean_style(model.generator))
    runs = {} if before is None else told_runs(before)
    add_run(runs, recipe.name, _describe_run(recipe, folder, seed))
    if encoder:
        encoder_recipe, encoder_folder = find_recipe(encoder[0]), Path(encoder[1])
        assert model.encoder is not None
        weights = _averaged_weights(encoder_folder)
        model.encoder.load_state_dict(_part("encoder", weights))
        heads = normed_heads(encoder_recipe.encoder)
        heads.load_state_dict(_part("heads", weights))
        fold_heads(model.encoder.style_heads, heads)
        tame_norms(model.encoder)
        model.edit_vectors = find_directions(model.generator)
        add_run(runs, encoder_recipe.name, _describe_run(encoder_recipe, encoder_folder, seed))
    metadata = {
        "source": "styleganex_lab training, from scratch",
        "licence": "Apache-2.0",
        "data": "portraits rendered by styleganex_lab.portraits; no photographs",
        "training": json.dumps(runs),
    }
    save_model(model.eval(), target, metadata=metadata)


def _averaged_weights(folder: Path) -> dict[str, torch.Tensor]:
    path = folder / CHECKPOINT
    if not path.is_file():
        raise StyleGANEXError(f"{path} does not exist; train into {folder} first.")
    return torch.load(path, weights_only=True)["average"]


def _part(name: str, state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The weights of one part of a module, without the part's name."""
    start = name + "."
    return {key[len(start) :]: value for key, value in state.items() if key.startswith(start)}


def told_runs(file: Path) -> dict:
    """What a model file says of its training, by recipe; {} where it says nothing of ours."""
    try:
        told = json.loads(read_file(file).metadata.get("training", "{}"))
    except json.JSONDecodeError:  # another program's word; a finished run is not lost for it
        return {}
    return told if isinstance(told, dict) else {}


def add_run(runs: dict, name: str, run: dict) -> None:
    """Tell of one more run of a recipe; an earlier one of the same name is kept by its seed."""
    if name in runs:
        earlier = runs.pop(name)
        seed = earlier.get("seed", 0) if isinstance(earlier, dict) else "unknown"
        runs[f"{name}, seed {seed}"] = earlier
    runs[name] = run


def _describe_run(recipe: Recipe, folder: Path, seed: int) -> dict:
    """The recipe's stages and a thinned curve."""
    return {
        "style": recipe.style,
        "stages": [dataclasses.asdict(stage) for stage in recipe.stages],
        "seed": seed,
        "curve": thin_curve(folder),
    }


def thin_curve(folder: Path) -> list[str]:
    """Some lines of a run's curve, the head line and the last among them."""
    table = folder / CURVE
    lines = table.read_text().splitlines() if table.is_file() else []
    thin = lines[:1] + lines[1 :: max(1, len(lines) // CURVE_POINTS)]
    return thin if thin[-1:] == lines[-1:] else [*thin, lines[-1]]
