"""From a recipe and what a user gives it to the parts of a run: networks, data, judges."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import torch
from torch import nn

from styleganex_core.checkpoints import load_trunk
from styleganex_core.demo import load_demo
from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import Model

from .data import Data, JointData
from .data.aligned import AlignedPortraits, RealData
from .data.batch import TaskData
from .data.beside import PhotosBesideRenders
from .data.changed import ChangedPhotos
from .data.domain import TwinData
from .data.folder import FolderSource, tell_origin
from .data.generated import GeneratedSource
from .data.people import PeopleData
from .data.scenes import SceneSource
from .files import FEATURE_NAMES, as_model, find_judges, load_generator, search_folder
from .objectives import Objective
from .objectives.domain import DomainObjective
from .objectives.encoder import EncoderObjective
from .objectives.generator import PortraitObjective
from .objectives.losses import find_late_styles
from .objectives.real import RealObjective
from .objectives.squeezenet import load_squeezenet
from .objectives.task import TaskObjective
from .recipes import Recipe
from .recipes.real import PAIRS, PHOTOS, RENDERS
from .recipes.settings import FROM_RENDERS
from .start.models import add_encoder, start_generator, start_model, start_real_model

HELD_OUT = 12  # pictures that the curve is measured on
RENDERED, GENERATED = "rendered", "generated"
PHOTO = "photo"  # the bundled model that domains of real people are drawn by
START = "rendered"  # the bundled model that tasks and `real` begin with
TOONS = ("toon", "toonify")  # bundled ones with a toon's generator, of `photo`'s sizes and START's
PAIRED_BY_GENERATORS = ("inversion", "edit", "toonify")  # tasks that have generated pairs
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sources:
    """What a run is given: files, folders, or models that are loaded already.

    `data`: "rendered", "generated" or a folder of pictures; `partners`: a folder with sketches,
    label maps or targets of the same names; `align`: whether faces are looked for. `start`: a model
    with an encoder, or a generator alone that gets a new one (the bundled "rendered" by default);
    for recipes that learn from renders a file, or the folder of a finished run. `encoder`:
    IR-SE-50, pSp or StyleGANEX, whose trunk the new encoder takes. `domain`: whose generator draws
    toonify's results, by default a bundled toon that fits the start. `perceptual`, `identity`:
    torchvision's AlexNet or VGG16 (for real people SqueezeNet 1.1), and ArcFace; also looked for
    in the folder `models`.

    For real people: `origin`: whose pictures `data` holds, if its README does not say; `compiled`:
    by torch.compile; `precision`: on a CPU, by default the one that is measured to be fast.
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
    origin: str = ""
    compiled: bool = False
    precision: Literal["measured", "bfloat16", "float32"] = "measured"


@dataclass(frozen=True)
class BuiltModel:
    """The `model` to train, the `first` that it starts from, and the one whose generator draws."""

    model: Model
    first: Model
    drawn_by: Model | None = None


def build_run(
    recipe: Recipe, sources: Sources, *, device: torch.device, seed: int = 0
) -> tuple[Objective, Data]:
    """What a recipe trains and on which pictures. The same seed gives the same first weights."""
    if recipe.task in FROM_RENDERS:
        return build_from_renders(recipe, sources, device=device, seed=seed)
    if recipe.task == "real":
        return build_real(recipe, sources, device=device, seed=seed)
    if recipe.task == "domain":
        return build_domain(recipe, sources, device=device, seed=seed)
    built = build_model(recipe, sources, seed=seed)
    built.model.to(device)
    data = find_data(recipe, sources, built, seed=seed)
    judges = find_judges(sources.perceptual, sources.identity, sources.models)
    return TaskObjective(recipe, built.model, judges, seed=seed), data


def build_from_renders(
    recipe: Recipe, sources: Sources, *, device: torch.device, seed: int = 0
) -> tuple[Objective, Data]:
    """A generator or an encoder that learns from the truth of renders."""
    start = sources.start
    if recipe.needs_start and start is None:
        raise StyleGANEXError(
            f'recipe "{recipe.name}" builds on a trained generator; pass --start with a model file '
            'or the folder of one (train it with the recipe "photo").'
        )
    generator = None if start is None else load_generator(start, recipe)
    data = PeopleData(recipe, seed=seed)
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(seed)  # first weights; forked, so the caller's state is untouched
        if recipe.task == "portraits":
            return PortraitObjective(recipe, generator, device), data
        assert generator is not None and start is not None
        objective = EncoderObjective(recipe, generator, device)
        if recipe.goes_on:
            if isinstance(start, Path) and not start.is_file():
                raise StyleGANEXError(
                    f'recipe "{recipe.name}" goes on from a finished encoder; pass --start with a '
                    f"model file that has one, not the folder {start}."
                )
            objective.go_on_from(as_model(start).require_encoder())
        return objective, data


def build_real(
    recipe: Recipe, sources: Sources, *, device: torch.device, seed: int = 0
) -> tuple[Objective, Data]:
    """A whole model that learns from photos of real people and from renders.

    Raises StyleGANEXError where photos, their owners or the feature network are missing.
    """
    if recipe.needs_start and sources.start is None:
        raise StyleGANEXError(
            f'recipe "{recipe.name}" goes on from a model that knows real people; pass --start '
            'with its file, or train one with the recipe "real".'
        )
    photos, network = _find_people(recipe, sources)
    model = build_model(recipe, sources, seed=seed).model.to(device)
    half = {"measured": None, "bfloat16": True, "float32": False}[sources.precision]
    data = RealData(
        {PHOTOS: photos, PAIRS: PeopleData(recipe, seed=seed)}, half if recipe.half else False
    )
    return RealObjective(recipe, model, network, seed=seed, compiled=sources.compiled), data


def build_domain(
    recipe: Recipe, sources: Sources, *, device: torch.device, seed: int = 0
) -> tuple[Objective, Data]:
    """A domain's generator that learns real people, by the encoder and the skips of a photo model.

    `sources.start`: the domain, or the folder of its run; `sources.domain`: the photo model, the
    bundled one by default. Raises StyleGANEXError where photos, their owners, the feature network
    or either model are missing or do not fit each other.
    """
    if sources.start is None:
        raise StyleGANEXError(
            f'recipe "{recipe.name}" goes on from a domain of renders; pass --start with its file '
            f'or the folder of its run (train it with the recipe "real-{recipe.data.style}").'
        )
    photo = as_model(sources.domain or load_demo(PHOTO))
    generator = load_generator(sources.start, recipe)
    if generator.config != photo.config.generator or not photo.skips_are_optional:
        raise StyleGANEXError(
            f"{photo.name} is not a photo model with skips whose generator has the sizes of the "
            'domain; pass --domain with the one that the domain was made of (recipe "real").'
        )
    photos, network = _find_people(recipe, sources)
    data = JointData({PHOTOS: photos, RENDERS: TwinData(recipe, seed=seed)})
    return DomainObjective(recipe, photo, generator, network, device, seed=seed), data


def _find_people(recipe: Recipe, sources: Sources) -> tuple[AlignedPortraits, nn.Module]:
    """The photos of real people and the network whose features are compared."""
    if str(sources.data) in (RENDERED, GENERATED):
        raise StyleGANEXError(
            f'recipe "{recipe.name}" learns from photos beside renders; pass --data with a folder '
            "of aligned portraits (docs/training.md says what it holds)."
        )
    folder = Path(sources.data)
    photos = AlignedPortraits(folder, recipe.data)
    tell_origin(folder, sources.origin)  # before hours of training, not after
    features = sources.perceptual or search_folder(sources.models, FEATURE_NAMES)
    return photos, load_squeezenet(features)


def build_model(recipe: Recipe, sources: Sources, *, seed: int = 0) -> BuiltModel:
    """The whole model that a task trains."""
    if recipe.task == "generator":
        first = None if sources.start is None else as_model(sources.start)
        model = start_generator(recipe, first, seed=seed)
        return BuiltModel(model, first or model)
    first = as_model(sources.start or load_demo(START))
    if recipe.task == "real":
        return BuiltModel(start_real_model(recipe, first, seed=seed), first)
    if first.encoder is None:
        trunk = load_trunk(sources.encoder) if sources.encoder else {}
        first = add_encoder(first, trunk, seed=seed)
    elif sources.encoder is not None:
        raise StyleGANEXError(
            f"{first.name} has an encoder already, so --encoder would not be used; leave it out, "
            "or start from a generator alone."
        )
    absent = [name for name in recipe.data.attributes if name not in first.edit_vectors]
    if absent:
        raise StyleGANEXError(
            f"{first.name} has no edit vector {', '.join(absent)}; choose with --attributes among "
            f"{', '.join(first.edit_vectors) or 'none: start from a model that has some'}."
        )
    drawn_by = _find_domain(sources, first) if recipe.task == "toonify" else None
    return BuiltModel(start_model(recipe, first, drawn_by, seed=seed), first, drawn_by)


def find_data(recipe: Recipe, sources: Sources, built: BuiltModel, *, seed: int = 0) -> TaskData:
    """The pictures to train on, and those to measure on."""
    seeds, model = (seed * 100, seed * 100 + 50), built.model
    if recipe.data.beside and str(sources.data) in (RENDERED, GENERATED):
        raise StyleGANEXError(
            f'recipe "{recipe.name}" learns from photos beside renders; pass --data with a folder.'
        )
    if recipe.makes_targets and sources.partners is not None:
        raise StyleGANEXError(
            f'recipe "{recipe.name}" makes its targets of the photos; leave out --partners, or '
            f'train "{recipe.task}" with it.'
        )
    if str(sources.data) == RENDERED:
        train, held_out = (
            SceneSource(recipe, model, count, number)
            for count, number in zip((recipe.data.count, HELD_OUT), seeds, strict=True)
        )
    elif str(sources.data) == GENERATED:
        if recipe.task not in PAIRED_BY_GENERATORS:
            raise StyleGANEXError(
                f"{recipe.task} has no generated pairs; pass --data rendered or a folder."
            )
        target = None if built.drawn_by is None else built.drawn_by.generator
        train, held_out = (
            GeneratedSource(recipe, built.first, target, seed=number, **count)
            for number, count in zip(seeds, ({}, {"count": HELD_OUT}), strict=True)
        )
    else:
        train, held_out = (
            FolderSource(
                recipe,
                model,
                Path(sources.data),
                partners=sources.partners,
                align=sources.align,
                held_out=count,
            )
            for count in (0, HELD_OUT)
        )
        if recipe.data.beside:
            train, held_out = (
                _beside_renders(recipe, model, photos, count, number)
                for photos, count, number in zip(
                    (train, held_out), (recipe.data.count, HELD_OUT), seeds, strict=True
                )
            )
    return TaskData(recipe, train, held_out, model.ratio)


def _beside_renders(
    recipe: Recipe, model: Model, photos: FolderSource, count: int, seed: int
) -> PhotosBesideRenders:
    """Photos beside `count` renders."""
    scenes = SceneSource(recipe, model, count, seed)
    if not recipe.makes_targets:
        return PhotosBesideRenders(photos, scenes, partial(find_late_styles, model))
    edited_by = load_demo(PHOTO) if recipe.task == "edit" else None
    changed = ChangedPhotos(recipe, model, photos, edited_by=edited_by, seed=seed)
    return PhotosBesideRenders(changed, scenes)


def _find_domain(sources: Sources, first: Model) -> Model:
    if sources.domain is not None:
        return as_model(sources.domain)
    toons = [load_demo(name) for name in TOONS]
    fitting = (toon for toon in toons if toon.config.generator == first.config.generator)
    return next(fitting, toons[0])
