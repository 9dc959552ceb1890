"""Figures kept as lines of a CSV file, written job by job, so that a run that stops goes on."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from styleganex_core.errors import FaceNotFoundError, StyleGANEXError
from styleganex_core.networks import Model

Line = TypeVar("Line")  # a frozen dataclass: its fields are texts, or numbers that may be None
Key = tuple[str, ...]  # what a job's lines are told by; the first part names who is measured
ReportSteps = Callable[[int, int], None]
Say = Callable[[str], None]


def measure_missing(
    path: Path,
    kind: type[Line],
    jobs: Mapping[Key, Callable[[], Iterable[Line]]],
    key_of: Callable[[Line], Key],
    *,
    progress: ReportSteps | None = None,
    say: Say = print,
) -> list[Line]:
    """The lines of all jobs; those that the file lacks are measured and added to it, job by job.

    Who shows no face is left out, which is said.
    """
    lines = read_lines(path, kind)
    done = {key_of(line) for line in lines}
    for number, (key, measure) in enumerate(jobs.items()):
        if key not in done:
            try:
                new = list(measure())
            except FaceNotFoundError as error:
                say(f"left out {' '.join(key)}: {error}")
                continue
            append_lines(path, new)
            lines += new
        if progress is not None:
            progress(number + 1, len(jobs))
    return [line for line in lines if key_of(line) in jobs]


def read_lines(path: Path, kind: type[Line]) -> list[Line]:
    """The lines of an earlier run; none without a file. Raises StyleGANEXError for another file."""
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if list(reader.fieldnames or ()) != _names(kind):
            raise StyleGANEXError(f"{path} belongs to another kind of run; choose another --out.")
        return [_parse(row, kind) for row in reader]


def append_lines(path: Path, lines: Sequence[Any]) -> None:
    """Add the lines of one job to the file at once."""
    if not lines:
        return
    names = _names(type(lines[0]))
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        if fresh:
            writer.writeheader()
        writer.writerows({name: getattr(line, name) for name in names} for line in lines)


def _names(kind: type) -> list[str]:
    return [field.name for field in fields(kind)]


def _parse(row: dict[str, str], kind: type[Line]) -> Line:
    values: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        text = row[field.name]
        values[field.name] = text if field.type == "str" else float(text) if text else None
    return kind(**values)


def hash_model(model: Model) -> str:
    """A short hash of a model's weights and edit vectors."""
    digest = hashlib.sha256()
    for key, tensor in sorted({**model.state_dict(), **model.edit_vectors}.items()):
        digest.update(key.encode())
        digest.update(tensor.detach().float().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:8]
