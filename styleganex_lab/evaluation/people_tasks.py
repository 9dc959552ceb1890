"""How the models of the tasks do on real people: enlarged, drawn from their lines and labels, as
toons, and edited in a clip.

The people are those of `people`, in the same order. Every figure is a line of a CSV file that is
written person by person and task by task, and says which model made it: a run that stops goes on
where it was, and another model's lines are added beside those that are there.

Convention: pictures are [1, 3, H, W] in -1..1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from pathlib import Path

import torch

from styleganex_core.checkpoints import load_face_parser, load_model
from styleganex_core.crop.landmarks import face_from_points
from styleganex_core.decode import decode_latents
from styleganex_core.demo import load_demo
from styleganex_core.encode import encode_face
from styleganex_core.errors import StyleGANEXError
from styleganex_core.networks import Model
from styleganex_core.networks.swap import swap_domain
from styleganex_core.photo import open_photo
from styleganex_core.readers import FaceReaders, load_distance, load_face_readers
from styleganex_core.readers.metric import ShiftTolerantDistance
from styleganex_core.tasks import parse_face, read_sketch, show_sketch, sketch_photo
from styleganex_core.video import edit_crops

from ..portraits.film import film_still
from ..training.data.aligned import MARGIN, Portrait, read_index, read_portrait
from .folder import Edit, fit_to
from .landmarks import PhotoPoints
from .lines import ReportSteps, Say, hash_model, measure_missing
from .metrics import peak_signal_to_noise
from .people import WHOLE, Person, spread_people
from .real_clips import FilmJudge, edit_film
from .rows_task import draw_structure, enlarge_again

LINES = "people_tasks.csv"
BICUBIC = ": bicubic"  # behind the row's name
SHARP = 1.0  # px of the source per px of the cut: from here on a portrait is sharp
FRAMES, CLIPS_EVERY = 24, 10  # of a clip; who gets one
EDITED = 2.0  # units, either way
CLIP_EDITS: tuple[Edit, ...] = (("smile", 2.0), ("age", 2.0))


@dataclass(frozen=True)
class TaskLine:
    """One figure of a person and what `model` made of them.

    `psnr` in dB and `distance` (ST-LPIPS) over the central 256 px, `likeness` as in `people.Line`.
    `found`: 1 where the detector finds a face in the result (of clips: the share of frames).
    `points` and `mesh`: how far its 68 points and those of the mesh lie from the photo's, in % of
    the face width. `gain` and `asked` as in `people.Line`, of clips and the rest as in
    `ClipFigures`.
    """

    name: str
    set: str
    task: str
    row: str
    model: str
    psnr: float | None = None
    likeness: float | None = None
    distance: float | None = None
    found: float | None = None
    points: float | None = None
    mesh: float | None = None
    change: float | None = None
    face_change: float | None = None
    worst: float | None = None
    spread: float | None = None
    gain: float | None = None
    asked: float | None = None


@dataclass(frozen=True)
class Tools:
    """What all people share: networks that measure, and how many `frames` a clip has."""

    readers: FaceReaders
    frames: int = FRAMES

    @cached_property
    def distance(self) -> ShiftTolerantDistance:
        return load_distance()

    @cached_property
    def parser(self) -> torch.nn.Module:
        return load_face_parser()


class Sitter(Person):
    """Somebody whose photo is compared with what the tasks make of it."""

    @cached_property
    def points(self) -> PhotoPoints:
        return PhotoPoints(self.photo, self.face, self.readers)

    def judge(self, made: torch.Tensor, tools: Tools) -> Figures:
        """The figures of a picture that was made of the photo."""
        made = fit_to(made, self.photo)
        moved = self.points.compare(made)
        return {
            "psnr": float(peak_signal_to_noise(made, self.photo)),
            "likeness": self.likeness.judge(made),
            "distance": float(tools.distance(made, self.photo)),
            "found": 0.0 if moved is None else 1.0,
            "points": moved and moved.points,
            "mesh": moved and moved.mesh,
        }


Figures = dict[str, float | None]
Rows = Iterator[tuple[str, Figures]]  # what comes behind the task's name, and figures by field
Measure = Callable[[Sitter, Model, Tools, int], Rows]


@dataclass(frozen=True)
class Task:
    """`file`: the bundled model, "" for that of the photos; `with_photo`: whether it serves too.

    `sharp`: only sharp portraits count; `every`: who gets it, among those who are measured.
    """

    measure: Measure
    file: str = ""
    with_photo: bool = False
    sharp: bool = False
    every: int = 1


def _enlarge(factor: int) -> Measure:
    def measure(person: Sitter, model: Model, tools: Tools, seed: int) -> Rows:
        small, made = enlarge_again(model, person.photo, factor)
        yield "", person.judge(made, tools)
        yield BICUBIC, person.judge(small, tools)

    return measure


def _from_sketch(person: Sitter, model: Model, tools: Tools, seed: int) -> Rows:
    # As users do it: the filter's picture goes into the node that reads drawings.
    sketch = read_sketch(show_sketch(sketch_photo(person.photo)))
    yield "", person.judge(draw_structure(model, sketch, seed), tools)


def _from_labels(person: Sitter, model: Model, tools: Tools, seed: int) -> Rows:
    labels = parse_face(tools.parser, person.photo)  # type: ignore[arg-type]
    yield "", person.judge(draw_structure(model, labels, seed), tools)


def _swap(person: Sitter, model: Model, tools: Tools, seed: int) -> Rows:
    opened = open_photo(person.model, person.photo, WHOLE)
    assert opened.exact is not None
    made = decode_latents(swap_domain(person.model, model), opened.exact)
    yield "", person.judge(made, tools)


def _toonify(person: Sitter, model: Model, tools: Tools, seed: int) -> Rows:
    styles = encode_face(model, person.photo).w_plus
    yield "", person.judge(edit_crops(model, person.photo, styles), tools)


def _edit(person: Sitter, model: Model, tools: Tools, seed: int) -> Rows:
    styles = encode_face(model, person.photo).w_plus

    def draw(vector: torch.Tensor, strength: float) -> torch.Tensor:
        return edit_crops(model, person.photo, styles, [(vector, [strength], "all")])

    # An edit of nothing: without any, gates would stand open, as no edit finds them.
    plain = draw(next(iter(model.edit_vectors.values())), 0.0)
    before = person.read(plain)
    yield ": as it is", person.judge(plain, tools)
    for name, vector in model.edit_vectors.items():
        for strength in (EDITED, -EDITED):
            made = draw(vector, strength)
            gain, asked = person.read_gain((name, strength), before, made)
            figures = person.judge(made, tools) | {"gain": gain, "asked": asked}
            yield f": {name} {strength:+g}", figures


def _film(person: Sitter, model: Model, tools: Tools, seed: int) -> Rows:
    still = read_portrait(person.portrait)[None]
    face = face_from_points([(x + MARGIN, y + MARGIN) for x, y in person.face.points])
    film = film_still(still, face, tools.frames, seed)
    known = FilmJudge(film, person.readers)
    for edit in CLIP_EDITS:
        if edit[0] in model.edit_vectors:
            made = edit_film(model, film, edit)
            yield f": {edit[0]} {edit[1]:+g}", dict(vars(known.compare(made, edit)))


TASKS: dict[str, Task] = {
    "super-resolution-4x": Task(_enlarge(4), "super_resolution_4x", sharp=True),
    "super-resolution-8x": Task(_enlarge(8), "super_resolution_8x", sharp=True),
    "sketch": Task(_from_sketch, "sketch"),
    "mask": Task(_from_labels, "mask"),
    "toon": Task(_swap, "toon", with_photo=True),
    "ink": Task(_swap, "ink", with_photo=True),
    "toonify": Task(_toonify, "toonify"),
    "edit": Task(_edit, "edit"),
    "clip": Task(_film, every=CLIPS_EVERY),
    "clip-edit": Task(_film, "edit", every=CLIPS_EVERY),
}


@dataclass(frozen=True)
class TaskPlan:
    """Which tasks, by name; the file of a model in the place of the bundled one, by task; how many
    `frames` a clip has.
    """

    tasks: Sequence[str] = tuple(TASKS)
    files: Mapping[str, Path] = field(default_factory=dict)
    frames: int = FRAMES

    def __post_init__(self) -> None:
        for name in (*self.tasks, *self.files):
            if name not in TASKS:
                raise StyleGANEXError(
                    f'there is no task "{name}"; choose among {", ".join(TASKS)}.'
                )


def measure_tasks(
    photo: Model,
    folder: Path,
    out: Path,
    plan: TaskPlan | None = None,
    *,
    limit: int | None = None,
    progress: ReportSteps | None = None,
    say: Say = print,
) -> list[TaskLine]:
    """The lines of all people and tasks, those of an earlier run with the same models among them.

    Where only sharp portraits count, `limit` is the number of these.
    """
    plan = plan or TaskPlan()
    people = spread_people(read_index(folder))
    models = {name: _load(name, plan, photo) for name in plan.tasks}
    made_by = {name: _describe(name, plan, models[name], photo) for name in plan.tasks}
    tools = Tools(load_face_readers(), plan.frames)

    @lru_cache(maxsize=1)
    def open_person(number: int) -> Sitter:
        return Sitter(photo, people[number], folder, tools.readers)

    @torch.no_grad()
    def measure(number: int, name: str) -> Iterator[TaskLine]:
        person = open_person(number)
        about = (person.portrait.file.stem, person.portrait.kind, name)
        for row, figures in TASKS[name].measure(person, models[name], tools, number):
            yield TaskLine(*about, f"{name}{row}", made_by[name], **figures)

    chosen = {name: choose_people(people, TASKS[name], limit) for name in plan.tasks}
    return measure_missing(
        out / LINES,
        TaskLine,
        {
            (one.file.stem, name, made_by[name]): partial(measure, number, name)
            for number, one in enumerate(people)
            for name in plan.tasks
            if number in chosen[name]
        },
        lambda line: (line.name, line.task, line.model),
        progress=progress,
        say=say,
    )


def choose_people(people: Sequence[Portrait], task: Task, limit: int | None) -> set[int]:
    """The places of those who get a task."""
    fit = [number for number, one in enumerate(people) if not task.sharp or one.sharpness >= SHARP]
    return set(fit[:limit][:: task.every])


def _load(name: str, plan: TaskPlan, photo: Model) -> Model:
    if name in plan.files:
        return load_model(plan.files[name])
    return load_demo(TASKS[name].file) if TASKS[name].file else photo


def _describe(name: str, plan: TaskPlan, model: Model, photo: Model) -> str:
    """What makes the results of a task: other weights have another name here."""
    models = [model, photo] if TASKS[name].with_photo else [model]
    told = " + ".join(f"{one.name} {hash_model(one)}" for one in models)
    return f"{told}, {plan.frames} frames" if TASKS[name].measure is _film else told
