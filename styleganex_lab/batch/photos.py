"""The plain core over a folder: edit, toonify or super-resolve, each worker with one warm model."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from PIL import Image

import styleganex_core as core
from styleganex_core.errors import StyleGANEXError
from styleganex_core.writing import written_whole

from .items import Item
from .orders import Order, Result, ResultFolder, Worker, judge_write

KINDS = {"edit": "photo", "toonify": "toonify", "super-resolve": "super_resolution_4x"}
"""What can be done with a folder of photos, and the bundled model that does it by default."""


@dataclass(frozen=True)
class PhotoWork:
    """What is done with a photo: `strengths` for "edit", `factor` for "super-resolve"; the model's
    file, or a bundled one's name where `model` is empty."""

    kind: str
    model: str = ""
    strengths: dict[str, float] = field(default_factory=dict)
    settings: core.PhotoSettings = field(default_factory=core.PhotoSettings)
    factor: int = 4


@dataclass(frozen=True)
class PhotoJob:
    """The same work on every photo, by workers that compute on this machine or on others.

    A worker takes the first GPU it sees; those of this machine share its GPUs out by their number.
    """

    work: PhotoWork
    out: ResultFolder
    workers: int = 1
    depth: int = 1

    @property
    def in_processes(self) -> bool:
        return True

    @property
    def places(self) -> Sequence[str]:
        return [f"worker {number}" for number in range(self.workers)]

    def hire(self, number: int | None) -> Retoucher:
        return Retoucher(self, number or 0)


class Retoucher(Worker):
    """Does the work with a model that it loads once."""

    def __init__(self, job: PhotoJob, number: int) -> None:
        super().__init__(job.out, f"worker {number}")
        self._job = job
        self._model: core.Model | None = None
        gpus = torch.cuda.device_count()
        self._device = torch.device("cuda", number % gpus) if gpus else torch.device("cpu")

    def greet(self) -> Result:
        """Whether the model could be loaded and has what the work needs."""
        try:
            self._load()
        except StyleGANEXError as error:
            return self._end("unfit", str(error))
        return self._end("ready")

    def do(self, order: Order) -> Result:
        if self._over.is_set():
            return self._end("lost")
        try:
            result = self._draw(self._load(), self._read(order))
        except (StyleGANEXError, MemoryError, torch.OutOfMemoryError) as error:
            return self._end("failed", str(error) or type(error).__name__)
        name = name_result(order.item, self._job.work.kind)
        folder = self._job.out.path if self._here else None
        with tempfile.TemporaryDirectory() as aside:
            path = folder / name if folder else Path(aside) / "result.png"
            try:
                with written_whole(path) as part:
                    result.save(part, format="PNG")
            except OSError as error:
                return self._end(*judge_write(error, path.parent))
            content = None if self._here else path.read_bytes()
        return self._end("done", files=((name, content),))

    def _load(self) -> core.Model:
        work = self._job.work
        if self._model is None:
            if work.model:
                model = core.load_model(work.model, device=self._device)
            else:
                model = core.load_demo(KINDS[work.kind], device=self._device)
            if missing := sorted(set(work.strengths) - set(model.edit_vectors)):
                names = ", ".join(sorted(model.edit_vectors)) or "none"
                raise StyleGANEXError(f"{model.name} has no edit '{missing[0]}'; it has {names}.")
            self._model = model
        return self._model

    def _read(self, order: Order) -> torch.Tensor:
        """The photo [1, H, W, C] in 0..1, with its transparency."""
        picture = order.item.picture
        assert picture is not None and order.content is not None
        with tempfile.TemporaryDirectory() as aside:
            path = Path(aside) / f"{picture.stem[:40]}{picture.path.suffix}"
            path.write_bytes(order.content)
            return core.images.read_picture(path)

    def _draw(self, model: core.Model, original: torch.Tensor) -> Image.Image:
        work, photo = self._job.work, core.to_bchw(original).to(self._device)
        if work.kind == "super-resolve":
            seed = work.settings.seed
            task = core.super_resolve(model, photo, work.factor, seed=seed)
            return core.to_pil(core.decode_latents(model, task.latents))
        edited = core.edit_photo(photo, work.strengths, model=model, settings=work.settings)
        return core.alpha.to_pil_with_alpha(original, edited)


def name_result(item: Item, kind: str) -> str:
    """What a photo's result is called."""
    return f"{item.stem}_{kind}.png"


def describe_work(work: PhotoWork) -> list[object]:
    """All that decides what a result looks like, for the journal's fingerprint."""
    return [work.kind, work.model, work.strengths, asdict(work.settings), work.factor]


def add_photo_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of edit, toonify and super-resolve."""
    photos = parser.add_argument_group(f"for {', '.join(KINDS)} in place of a graph")
    photos.add_argument("--model", metavar="FILE", help="a model (a bundled one by default)")
    photos.add_argument("--edit", metavar="NAMES", help="strengths, such as smile=1.5,age=-1")
    photos.add_argument("--paste", choices=["change", "drawing"], help="what edit puts back")
    photos.add_argument("--which", choices=["largest", "all"], help="which faces (the largest)")
    photos.add_argument("--steps", type=int, metavar="N", help="optimisation steps (none)")
    photos.add_argument("--factor", type=int, metavar="N", help="of super-resolve (4)")


def read_work(kind: str, options: argparse.Namespace) -> PhotoWork:
    """The work that the command line describes; refuses what does not belong to it."""
    belongs = {
        "edit": {"model", "edit", "paste", "which", "steps"},
        "toonify": {"model", "which"},
        "super-resolve": {"model", "factor"},
    }[kind]
    check_unused(kind, options, {"model", "edit", "paste", "which", "steps", "factor"} - belongs)
    if kind == "edit" and not options.edit:
        raise StyleGANEXError("give the strengths: --edit smile=1.5,age=-1.")
    strengths = core.parse_strengths(options.edit.replace("=", ":")) if options.edit else {}
    settings = core.PhotoSettings(
        which=options.which or "largest",
        paste=options.paste or ("drawing" if kind == "toonify" else "change"),
        steps=options.steps or 0,
    )
    model = str(Path(options.model).resolve()) if options.model else ""
    return PhotoWork(kind, model, dict(strengths), settings, options.factor or 4)


def check_unused(kind: str, options: argparse.Namespace, names: set[str]) -> None:
    """Refuse options that were given and say nothing to this kind of work."""
    for name in sorted(names):
        if getattr(options, name) not in (None, [], False):
            raise StyleGANEXError(f"--{name.replace('_', '-')} is not for {kind}; leave it out.")
