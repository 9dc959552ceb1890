"""Tables of what `people` measured: medians, the worst tenth, how many are recognised."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import mean, median
from typing import TypeVar

import torch

from styleganex_core.decode import decode_latents
from styleganex_core.latents import sample_latents
from styleganex_core.networks import Model
from styleganex_core.readers import load_face_readers
from styleganex_core.readers.identity import SAME_PERSON

from ..training.data.aligned import Portrait, one_of_each, read_squares
from .edit_readings import find_reader
from .people import AS_DRAWING, ON_PHOTO, Line
from .tables import Cell, Table

TENTH = 0.1  # of the people, that fare worst
SAMPLES, TOO_NEAR = 200, 0.5  # random people; a distance to somebody who was trained on
CHUNK = 16  # pictures at once
STEPS_COLUMNS = (
    "", "people", "face (dB)", "the worst tenth", "likeness", "the worst tenth", "recognised (%)",
)  # fmt: skip
EDIT_COLUMNS = (
    "", "read as", "people", "gain", "the asked way (%)", "likeness", "the worst tenth",
    "recognised (%)", "change outside (of 255)",
)  # fmt: skip
STEPS_NOTE = (
    "Medians over people who were never trained on, one photo each. Likeness is the bundled "
    "reader's distance under mirror, shifts, blur and turns: 0 is the same picture, below 0.6 the "
    "same person (recognised). The worst tenth: what one in ten is worse than."
)
EDIT_NOTE = (
    "Gain is the median change of what a bundled network reads; likeness is to the unedited photo. "
    "A reader that has nothing to say of an edit is left out."
)
ReportSteps = Callable[[int, int], None]
AnyLine = TypeVar("AnyLine")


def tabulate_people(lines: Sequence[Line]) -> list[Table]:
    """Reconstruction as a whole and by set, edits on the photo, edits as drawings."""
    steps = [line for line in lines if line.psnr is not None]
    tables = [Table("People: reconstruction", STEPS_COLUMNS, _step_rows(steps, _row), STEPS_NOTE)]
    if len({line.set for line in steps}) > 1:
        by_set = _step_rows(steps, lambda line: f"{line.row}: {line.set}")
        tables.append(Table("People: reconstruction by set", STEPS_COLUMNS, by_set))
    for where, title in ((ON_PHOTO, "on the photo"), (AS_DRAWING, "as drawings")):
        some = [line for line in lines if line.row.startswith(f"{where}: ")]
        if some:
            rows = tuple(_edit_row(name, group) for name, group in group_lines(some, _row).items())
            tables.append(Table(f"People: edits {title}", EDIT_COLUMNS, rows, EDIT_NOTE))
    return tables


def _row(line: Line) -> str:
    return line.row


def _step_rows(lines: Sequence[Line], name: Callable[[Line], str]) -> tuple[tuple[Cell, ...], ...]:
    rows = []
    for key, group in sorted(group_lines(lines, name).items()):
        signal = [line.psnr for line in group if line.psnr is not None]
        likeness = known_ones(line.likeness for line in group)
        rows.append((
            key, len(group), median(signal), worst_tenth(signal, low=True),
            *tell_likeness(likeness),
        ))  # fmt: skip
    return tuple(rows)


def _edit_row(name: str, group: Sequence[Line]) -> tuple[Cell, ...]:
    gain, asked, outside = (
        known_ones(getattr(line, field) for line in group) for field in ("gain", "asked", "outside")
    )
    edit = name.split(": ")[1]
    return (
        edit,
        find_reader(edit)[0] or "-",
        len(group),
        median(gain) if gain else None,
        100 * mean(asked) if asked else None,
        *tell_likeness(known_ones(line.likeness for line in group)),
        mean(outside) if outside else None,
    )


def tell_likeness(values: Sequence[float]) -> tuple[Cell, Cell, Cell]:
    """The median, what one in ten is worse than, and how many are recognised, in %."""
    recognised = 100 * mean(value < SAME_PERSON for value in values)
    return median(values), worst_tenth(values), recognised


def worst_tenth(values: Sequence[float], *, low: bool = False) -> float:
    """What one in ten is worse than; `low`: where small values are bad."""
    return float(torch.tensor(values).quantile(TENTH if low else 1 - TENTH))


def group_lines(
    lines: Iterable[AnyLine], name: Callable[[AnyLine], str]
) -> dict[str, list[AnyLine]]:
    """The lines under each name, in their order."""
    groups: dict[str, list[AnyLine]] = {}
    for line in lines:
        groups.setdefault(name(line), []).append(line)
    return groups


def known_ones(values: Iterable[float | None]) -> list[float]:
    """The values without those that are None."""
    return [value for value in values if value is not None]


@torch.no_grad()
def tabulate_strangers(
    model: Model,
    portraits: Sequence[Portrait],
    *,
    samples: int = SAMPLES,
    progress: ReportSteps | None = None,
) -> Table:
    """How near random people of the model come to those it was trained on, by the identity reader.

    `portraits`: of a folder. Real people who were held out, one portrait each, tell how near
    strangers come.
    """
    readers = load_face_readers()
    known = [portrait for portrait in portraits if not portrait.held_out]
    strangers = one_of_each(portraits, held_out=True)
    read = []
    for number, part in enumerate(_chunks([*known, *strangers]), start=1):
        read.append(readers.read_identity(read_squares(part)))
        if progress is not None:
            progress(min(number * CHUNK, len(known)), len(known) + samples)
    identities = torch.cat(read)
    theirs, others = identities[: len(known)], identities[len(known) :]
    ours = []
    for seed in range(samples):
        drawn = decode_latents(model, sample_latents(model, seed=seed), noise="zero")
        ours.append(readers.read_identity(drawn.clamp(-1, 1)))
        if progress is not None:
            progress(len(known) + seed + 1, len(known) + samples)
    rows = [_tell_nearest(f"{samples} random people", torch.cat(ours), theirs)]
    if len(others):
        rows.append(_tell_nearest(f"{len(others)} real people, held out", others, theirs))
    return Table(
        "People: random ones against those of the training",
        ("", "nearest of all", "95 % are farther than", "median", f"within {TOO_NEAR:g}"),
        tuple(rows),
        "The distance of each person to the nearest photo that was trained on.",
    )


def _chunks(portraits: Sequence[Portrait]) -> Iterator[Sequence[Portrait]]:
    for start in range(0, len(portraits), CHUNK):
        yield portraits[start : start + CHUNK]


def _tell_nearest(who: str, ours: torch.Tensor, theirs: torch.Tensor) -> tuple[Cell, ...]:
    """A row: how near identities [N, D] come to others [M, D]."""
    nearest = torch.cdist(ours, theirs).amin(dim=1)
    near = int((nearest <= TOO_NEAR).sum())
    smallest, early, middle = nearest.min(), nearest.quantile(0.05), nearest.median()
    return who, float(smallest), float(early), float(middle), near
