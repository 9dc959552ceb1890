"""The paper's tables for any model: Step I against Step II, style crop against whole picture,
how many skips, and what happens over time in clips.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from ..crop import Face
from ..datatypes import Latents
from ..decode import decode_latents
from ..encode import encode_face, optimize_latents
from ..encode.optimise import Distance
from ..latents import apply_edit_vector
from ..networks import Model
from .identity import IdentityMeasure, follow_faces, mean_known
from .metrics import (
    mean_absolute_error,
    mean_squared_error,
    peak_signal_to_noise,
    structural_similarity,
    temporal_change,
)
from .sources import Subject
from .tables import Cell, Table

PAPER_SKIPS = (0, 3, 7, 13)  # the paper's l; 2 k - 1 for k skip fusions
SEED = 0

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Instruments:
    """What results are measured with; `perceptual` is LPIPS where its weights are given."""

    identity: IdentityMeasure
    perceptual: Distance | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        lpips = ("LPIPS",) if self.perceptual else ()
        return ("MAE", "MSE", "PSNR", "SSIM", *lpips, f"ID-c ({self.identity.unit})", "s")

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
        ]
        if self.perceptual is not None:
            values.append(float(self.perceptual(result, target).mean()))
        values.append(self.identity.compare(result, target, [subject.face])[0])
        return values


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
    progress: Progress | None = None,
) -> Latents:
    """Step II as the `edit` command does it: a third of the steps refine the styles alone."""
    first = (steps + 1) // 3

    def tick(done: int, before: int) -> None:
        if progress is not None:
            progress(before + done, steps)

    if first:
        latents = optimize_latents(
            model, latents, image, steps=first, optimize_f=False, perceptual=perceptual,
            seed=SEED, progress=lambda done, _: tick(done, 0),
        )  # fmt: skip
    if steps > first:
        latents = optimize_latents(
            model, latents, image, steps=steps - first, learning_rate=0.03,
            perceptual=perceptual, seed=SEED, progress=lambda done, _: tick(done, first),
        )  # fmt: skip
    return latents


def tabulate_photos(
    model: Model,
    subjects: list[Subject],
    instruments: Instruments,
    *,
    steps: int,
    progress: Progress | None = None,
) -> list[Table]:
    """The tables over the first frames of all subjects; `steps` of Step II, 0 for none."""
    skips = {
        level: (level + 1) // 2 for level in PAPER_SKIPS if (level + 1) // 2 <= model.active_fusions
    }
    rows: dict[str, list[list[float | None]]] = {}

    def note(name: str, subject: Subject, make: Callable[[], Latents]) -> Latents:
        started = time.perf_counter()
        with torch.no_grad():
            picture = decode_latents(model, latents := make())
        spent = time.perf_counter() - started
        rows.setdefault(name, []).append([*instruments.measure(picture, subject), spent])
        return latents

    for index, subject in enumerate(subjects):
        image, style = subject.frames[:1], subject.style_image
        cropped = note("crop", subject, lambda: encode_face(model, image, style))  # noqa: B023
        note("whole", subject, lambda: encode_face(model, image))  # noqa: B023
        for level, count in skips.items():
            note(
                f"l{level}", subject,
                lambda: encode_face(model, image, style, skip_layers=count),  # noqa: B023
            )  # fmt: skip
        if steps:
            note(
                "refined", subject,
                lambda: refine_latents(model, cropped, image, steps, instruments.perceptual),  # noqa: B023
            )  # fmt: skip
        if progress is not None:
            progress(index + 1, len(subjects))

    def row(label: str, key: str) -> tuple[Cell, ...]:
        means = [mean_known(list(column)) for column in zip(*rows[key], strict=True)]
        return (label, *means)

    columns = ("", *instruments.columns)
    inversion = [row("Step I", "crop")]
    if steps:
        inversion.append(row(f"Step II, {steps} steps", "refined"))
    missing = [f"l = {level}" for level in PAPER_SKIPS if level not in skips]
    lacking = f"{model.name} has {model.active_fusions} skip fusions: no {', '.join(missing)}."
    return [
        Table("Inversion: Step I against Step II", columns, tuple(inversion)),
        Table(
            "Styles from the aligned crop against the whole picture",
            columns,
            (row("style crop", "crop"), row("whole picture", "whole")),
        ),
        Table(
            "Skip connections",
            columns,
            tuple(row(f"l = {level}", f"l{level}") for level in skips),
            lacking if missing else "",
        ),
    ]


@torch.no_grad()
def tabulate_clips(
    model: Model,
    clips: list[Subject],
    instruments: Instruments,
    edits: dict[str, float],
    progress: Progress | None = None,
) -> Table:
    """Temporal rows: styles once from the first frame, `f` and skips per frame, no noise.

    `edits`: names of the model's edit vectors with strengths, a row each.
    """
    rows: dict[str, list[list[float | None]]] = {}
    for index, clip in enumerate(clips):
        faces = follow_faces(clip.frames, clip.face)
        styles = encode_face(model, clip.frames[:1], clip.style_image).w_plus
        frames = [encode_face(model, frame, w_plus=styles) for frame in clip.frames.split(1)]
        rows.setdefault("input", []).append(_over_time(clip.frames, clip, faces, instruments))
        variants = {"reconstructed": frames}
        for name, strength in edits.items():
            vector = model.edit_vectors[name]
            vector = vector[0] if vector.ndim == 3 else vector
            variants[f"{name} {strength:+g}"] = [
                apply_edit_vector(frame, vector, strength) for frame in frames
            ]
        for label, latents in variants.items():
            made = torch.cat([fit_to(decode_latents(model, x), clip.frames[:1]) for x in latents])
            rows.setdefault(label, []).append(_over_time(made, clip, faces, instruments))
        if progress is not None:
            progress(index + 1, len(clips))
    unit = instruments.identity.unit
    table = tuple(
        (name, *(mean_known(list(column)) for column in zip(*values, strict=True)))
        for name, values in rows.items()
    )
    measures = ("PSNR", "change per frame", "beyond the input's")
    columns = ("", *measures, f"ID-c ({unit})", f"ID-m ({unit})")
    return Table("Clips", columns, table)


def _over_time(
    made: torch.Tensor, clip: Subject, faces: list[Face], instruments: Instruments
) -> list[float | None]:
    """The figures of one clip, in the order of the clips' columns."""
    change, own = temporal_change(made), temporal_change(clip.frames)
    consistency, maintenance = instruments.identity.compare(made, clip.frames, faces)
    signal = peak_signal_to_noise(made, clip.frames).mean().item()
    return [signal, change, change / own - 1 if own else None, consistency, maintenance]
