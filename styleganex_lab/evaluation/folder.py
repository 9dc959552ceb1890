"""The paper's tables for any model: Step I against Step II, style crop against whole picture,
how many skips, and what happens over time in clips.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import torch
import torch.nn.functional as F

from styleganex_core.crop import Face
from styleganex_core.datatypes import Latents
from styleganex_core.decode import decode_latents
from styleganex_core.encode import encode_face
from styleganex_core.encode.optimise import Distance
from styleganex_core.latents import apply_edit_vector
from styleganex_core.networks import Model
from styleganex_core.photo import PhotoSettings, edit_in_place, open_photo
from styleganex_core.pipeline import FlowSettings, refine_photo
from styleganex_core.readers import load_distance

from .edit_readings import PASTED, PASTED_NOTE, EditTable
from .identity import Identity, IdentityMeasure, follow_faces, mean_known
from .metrics import (
    mean_absolute_error,
    mean_squared_error,
    peak_signal_to_noise,
    structural_similarity,
    temporal_change,
)
from .real_faces import FaceTable
from .sources import Subject
from .tables import Table

PAPER_SKIPS = (0, 3, 7, 13)  # the paper's l; 2 k - 1 for k skip fusions
SEED = 0

ReportSteps = Callable[[int, int], None]

Edit = tuple[str, float]  # an edit vector's name and a strength


@dataclass(frozen=True)
class Instruments:
    """What results are measured with; `perceptual` is LPIPS where its weights are given.

    Without them the bundled ST-LPIPS takes its place, in the tables but not in Step II's loss.
    """

    identity: IdentityMeasure
    perceptual: Distance | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        lpips = "LPIPS" if self.perceptual else "ST-LPIPS"
        return ("MAE", "MSE", "PSNR", "SSIM", lpips, self.consistency, *self.found, "s")

    @cached_property
    def distance(self) -> Distance:
        """The learned distance of the tables."""
        return self.perceptual or load_distance()

    @property
    def consistency(self) -> str:
        return f"ID-c ({self.identity.unit})"

    @property
    def maintenance(self) -> str:
        return f"ID-m ({self.identity.unit})"

    @property
    def found(self) -> tuple[str, ...]:
        """Landmarks are only known where a face is found; a network looks where it must be."""
        return () if self.identity.embed else ("faces found (%)",)

    @torch.no_grad()
    def measure(self, result: torch.Tensor, subject: Subject) -> list[float | None]:
        """The first frame's figures, in the order of `columns` without the time."""
        target = subject.frames[:1]
        result = fit_to(result, target)
        values: list[float | None] = [
            mean_absolute_error(result, target).item(),
            mean_squared_error(result, target).item(),
            peak_signal_to_noise(result, target).item(),
            structural_similarity(result, target).item(),
            float(self.distance(result, target).mean()),
        ]
        identity = self.identity.compare(result, target, [subject.face])
        return [*values, identity.consistency, *_percent(identity)]


def fit_to(result: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """A decoded picture clipped and averaged down to the size of what was encoded."""
    result = result.float().clamp(-1, 1)
    size = (target.shape[-2], target.shape[-1])
    if result.shape[-2:] == target.shape[-2:]:
        return result
    if result.shape[-2] >= size[0]:
        return F.interpolate(result, size, mode="area")
    return F.interpolate(result, size, mode="bicubic", antialias=True).clamp(-1, 1)


def refine_latents(
    model: Model,
    latents: Latents,
    image: torch.Tensor,
    steps: int,
    perceptual: Distance | None = None,
    progress: ReportSteps | None = None,
) -> Latents:
    """Step II as the `edit` command does it."""
    settings = FlowSettings.with_steps(steps, seed=SEED)
    return refine_photo(model, latents, image, settings, perceptual=perceptual, progress=progress)


def tabulate_photos(
    model: Model,
    subjects: list[Subject],
    instruments: Instruments,
    *,
    steps: int,
    edits: Sequence[Edit] = (),
    progress: ReportSteps | None = None,
) -> list[Table]:
    """The tables over the first frames of all subjects; `steps` of Step II, 0 for none.

    `edits`: names of the model's edit vectors with strengths, drawn from the last step's latents.
    """
    with torch.no_grad():  # the first pass is slow and shall not count
        decode_latents(model, encode_face(model, subjects[0].frames[:1]))
    rows: dict[str, list[list[float | None]]] = {}
    faces = FaceTable("Faces of photos")
    edited, pasted = EditTable(), EditTable(PASTED, PASTED_NOTE)
    last = "refined" if steps else "crop"
    step_names = {"crop": "Step I", "refined": f"Step II, {steps} steps"}
    for index, subject in enumerate(subjects):
        for name, make in _ways(model, subject, steps, instruments.perceptual).items():
            started = time.perf_counter()
            with torch.no_grad():
                latents = make()
                picture = decode_latents(model, latents)
            spent = time.perf_counter() - started
            rows.setdefault(name, []).append([*instruments.measure(picture, subject), spent])
            if name in step_names:
                frame = subject.frames[:1]
                faces.note(step_names[name], fit_to(picture, frame), frame, [subject.face])
            for edit, strength in edits if name == last else ():
                after = _draw_edit(model, latents, edit, strength, subject)
                before = fit_to(picture, subject.frames[:1])
                edited.note(edit, strength, subject.frames[:1], subject.face, before, after)
        frame = subject.frames[:1]
        for (edit, strength), after in _put_back(model, subject, edits):
            pasted.note(edit, strength, frame, subject.face, frame, after)
        if progress is not None:
            progress(index + 1, len(subjects))
    columns = ("", *instruments.columns)
    means = {name: _means(values) for name, values in rows.items()}
    step_two = [(f"Step II, {steps} steps", *means["refined"])] if steps else []
    levels = _skips(model)
    lacking = ", ".join(f"l = {level}" for level in PAPER_SKIPS if level not in levels)
    note = f"{model.name} with its later skip fusions left out; the paper trained a model for each."
    if lacking:
        note = f"{model.name} has {model.active_fusions} skip fusions: no {lacking}."
    return [
        Table(
            "Inversion: Step I against Step II",
            columns,
            (("Step I", *means["crop"]), *step_two),
        ),
        Table(
            "Styles from the aligned crop against the whole picture",
            columns,
            (("style crop", *means["crop"]), ("whole picture", *means["whole"])),
        ),
        Table(
            "Skip connections",
            columns,
            tuple((f"l = {level}", *means[f"l = {level}"]) for level in levels),
            note,
        ),
        faces.tabulate(),
        *([edited.tabulate(), pasted.tabulate()] if edits else []),
    ]


@torch.no_grad()
def _draw_edit(
    model: Model, latents: Latents, edit: str, strength: float, subject: Subject
) -> torch.Tensor:
    """The first frame drawn with an edit, in its own size."""
    moved = apply_edit_vector(latents, model.edit_vectors[edit], strength)
    return fit_to(decode_latents(model, moved), subject.frames[:1])


def _put_back(
    model: Model, subject: Subject, edits: Sequence[Edit]
) -> Iterator[tuple[Edit, torch.Tensor]]:
    """The first frame with each edit in place, in one pass, as users get it."""
    if not edits:
        return
    settings = PhotoSettings(which="whole picture", region="crop")
    opened = open_photo(model, subject.frames[:1], settings, styles=subject.style_image)
    for edit, strength in edits:
        yield (edit, strength), edit_in_place(model, opened, {edit: strength}, settings)


def _skips(model: Model) -> dict[int, int]:
    """The paper's l that the model has, with how many fusions each is."""
    fusions = {level: (level + 1) // 2 for level in PAPER_SKIPS}
    return {level: count for level, count in fusions.items() if count <= model.active_fusions}


def _ways(
    model: Model, subject: Subject, steps: int, perceptual: Distance | None
) -> dict[str, Callable[[], Latents]]:
    """What the tables compare: each way to the latents of a subject, from its picture on."""
    image, style = subject.frames[:1], subject.style_image

    def encode(skip_layers: int | None = None) -> Latents:
        return encode_face(model, image, style, skip_layers=skip_layers)

    ways: dict[str, Callable[[], Latents]] = {
        "crop": encode,
        "whole": lambda: encode_face(model, image),
    }
    ways |= {f"l = {level}": partial(encode, count) for level, count in _skips(model).items()}
    if steps:
        ways["refined"] = lambda: refine_latents(model, encode(), image, steps, perceptual)
    return ways


def _means(values: list[list[float | None]]) -> tuple[float | None, ...]:
    return tuple(mean_known(list(column)) for column in zip(*values, strict=True))


def _percent(identity: Identity) -> tuple[float, ...]:
    return () if identity.found is None else (100 * identity.found,)


@torch.no_grad()
def tabulate_clips(
    model: Model,
    clips: list[Subject],
    instruments: Instruments,
    edits: Sequence[Edit],
    progress: ReportSteps | None = None,
) -> list[Table]:
    """Temporal rows: styles once from the first frame, `f` and skips per frame, no noise.

    `edits`: names of the model's edit vectors with strengths, a row each.
    """
    rows: dict[str, list[list[float | None]]] = {}
    read = FaceTable("Faces of clips")
    for index, clip in enumerate(clips):
        faces = follow_faces(clip.frames, clip.face)
        styles = encode_face(model, clip.frames[:1], clip.style_image).w_plus
        frames = [encode_face(model, frame, w_plus=styles) for frame in clip.frames.split(1)]
        rows.setdefault("input", []).append(_over_time(clip.frames, clip, faces, instruments))
        variants = {"reconstructed": frames}
        for name, strength in edits:
            vector = model.edit_vectors[name]
            vector = vector[0] if vector.ndim == 3 else vector
            variants[f"{name} {strength:+g}"] = [
                apply_edit_vector(frame, vector, strength) for frame in frames
            ]
        for label, latents in variants.items():
            made = torch.cat([fit_to(decode_latents(model, x), clip.frames[:1]) for x in latents])
            rows.setdefault(label, []).append(_over_time(made, clip, faces, instruments))
            read.note(label, made, clip.frames, faces)
        if progress is not None:
            progress(index + 1, len(clips))
    measures = ("PSNR", "change per frame", "beyond the input's")
    identity = (instruments.consistency, instruments.maintenance, *instruments.found)
    table = tuple((name, *_means(values)) for name, values in rows.items())
    return [Table("Clips", ("", *measures, *identity), table), read.tabulate()]


def _over_time(
    made: torch.Tensor, clip: Subject, faces: list[Face], instruments: Instruments
) -> list[float | None]:
    """The figures of one clip, in the order of the clips' columns."""
    change, own = temporal_change(made), temporal_change(clip.frames)
    identity = instruments.identity.compare(made, clip.frames, faces)
    signal = peak_signal_to_noise(made, clip.frames).mean().item()
    beyond = change / own - 1 if own else None
    kept = (identity.consistency, identity.maintenance, *_percent(identity))
    return [signal, change, beyond, *kept]
