"""The networks that a run is given as files: models to start from, and judges of pictures."""

from __future__ import annotations

import logging
from pathlib import Path

from torch import nn

from styleganex_core.checkpoints import load_identity, load_model, load_perceptual
from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import Generator, Model

from .objectives.losses import Judges
from .objectives.squeezenet import FeatureDistance, is_squeezenet, load_squeezenet
from .recipes import Recipe
from .run.loop import CHECKPOINT
from .run.state import fitting, read_state

# Files that `--models` is searched for, by what their names hold.
PERCEPTUAL_NAMES, IDENTITY_NAMES = ("alexnet-owt", "vgg16-"), ("model_ir_se50",)
FEATURE_NAMES = ("squeezenet11",)

_log = logging.getLogger(__name__)


def load_generator(start: Path | Model, recipe: Recipe) -> Generator:
    """The generator of a model or its file, or the averaged one of a run's checkpoint.

    Raises StyleGANEXError when there is none.
    """
    if isinstance(start, Model) or start.is_file():
        return as_model(start).generator
    path = start / CHECKPOINT
    if not path.is_file():
        raise StyleGANEXError(f"{path} does not exist; train a generator into {start} first.")
    assert recipe.networks.generator is not None
    generator = Generator(recipe.networks.generator)
    with fitting(path):
        generator.load_state_dict(read_state(path, "average")["average"])
    return generator


def find_judges(perceptual: Path | None, identity: Path | None, models: Path | None) -> Judges:
    """Frozen networks that judge pictures, where there are files; logs what replaces others."""
    perceptual = perceptual or search_folder(models, PERCEPTUAL_NAMES)
    identity = identity or search_folder(models, IDENTITY_NAMES)
    _log.info(
        "perceptual loss: %s; identity: %s",
        perceptual.name if perceptual else "multi-scale (no LPIPS backbone given)",
        identity.name if identity else "none (no network given)",
    )
    return Judges(
        _load_distance(perceptual) if perceptual else None,
        load_identity(identity) if identity else None,
    )


def _load_distance(path: Path) -> nn.Module:
    """LPIPS on a backbone's file, or SqueezeNet's features."""
    if is_squeezenet(path):
        return FeatureDistance(load_squeezenet(path))
    return load_perceptual(path)


def search_folder(folder: Path | None, names: tuple[str, ...]) -> Path | None:
    """The first file whose name holds one of `names`, the first of these first."""
    if folder is None:
        return None
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return next((path for name in names for path in files if name in path.name.lower()), None)


def as_model(source: Path | Model) -> Model:
    """A model, or the one in a file."""
    return source if isinstance(source, Model) else load_model(source)
