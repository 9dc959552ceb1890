"""`python -m styleganex_lab evaluate --demo`: every figure of the demo models, with pictures.

Rows are kept in `images/figures.json` as they are done; a row whose models, scenes and seed have
not changed is not measured again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from styleganex_core.contact_sheet import draw_contact_sheet
from styleganex_core.errors import StyleGANEXError

from .bench import Bench, HeldOut, fingerprint, has_model
from .grids import choose_cases, draw_cases
from .report import write_report
from .rows import Row, Values
from .rows_edit import EditRow, MoveRow
from .rows_photo import DomainRow, GeneratorRow, StepOneRow, StepTwoRow
from .rows_real import AstronautRow
from .rows_task import ClipRow, StructureRow, SuperResolutionRow

QUALITY = 85  # of the JPEG grids
SINGLE_HEIGHT = 192  # px of the pictures of a row with one case

ReportSteps = Callable[[int, int], None]


def list_rows() -> list[Row]:
    """The rows in the order of the table."""
    return [
        GeneratorRow(),
        StepOneRow(),
        StepTwoRow(),
        EditRow(own=False),
        EditRow(own=True),
        MoveRow(turn=False),
        MoveRow(turn=True),
        DomainRow("toon"),
        DomainRow(_first_bundled("ink", "painting")),
        SuperResolutionRow(4, 2.0, _first_bundled("super_resolution_4x", "super_resolution")),
        SuperResolutionRow(8, 1.5, _first_bundled("super_resolution_8x", "super_resolution")),
        StructureRow("sketch"),
        StructureRow("mask"),
        ClipRow(toon=False),
        ClipRow(toon=True),
        AstronautRow(),
    ]


@torch.no_grad()
def evaluate_demo(
    docs: Path,
    *,
    scenes: int,
    seed: int,
    names: list[str] | None = None,
    progress: Callable[[str], ReportSteps],
    say: Callable[[str], None],
) -> str:
    """Measure the bundled models' rows, or only those of `names`, on `scenes` held-out scenes.

    Writes `images/figures.json`, `images/figures-ROW.jpg` and the generated part of `demo.md`
    under `docs`; returns the table.
    """
    rows = _choose(names)
    images = docs / "images"
    try:
        images.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StyleGANEXError(f"cannot write to {images}: {error.strerror}.") from error
    state = images / "figures.json"
    done = _read_state(state)
    bench = Bench()
    for row in rows:
        mark = f"{fingerprint(row.models)}, {scenes} scenes of seed {seed}"
        missing = [name for name in row.models if not has_model(name)]
        if missing:
            done[row.name] = {"what": row.what, "target": row.target, "missing": missing}
            say(f"{row.name}: {', '.join(missing)} not bundled yet")
        elif done.get(row.name, {}).get("made_from") == mark:
            say(f"{row.name}: done before")
        else:
            done[row.name] = {
                **run_row(row, bench, HeldOut(scenes, seed), images, progress(row.name)),
                "made_from": mark,
            }
            entry = done[row.name]
            say(
                f"{row.name}: {entry['reached']} | {entry['scenes']} scenes, "
                f"{entry['seconds']:.0f} s, {entry['seconds'] / entry['scenes']:.2f} s each"
            )
        done["readers"] = bench.readers.figures
        ordered = {
            name: done[name] for name in [*(r.name for r in list_rows()), "readers"] if name in done
        }
        state.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    return write_report(docs / "demo.md", done, [row.name for row in list_rows()], scenes, seed)


def run_row(
    row: Row, bench: Bench, held_out: HeldOut, images: Path, progress: ReportSteps
) -> dict[str, Any]:
    """Measure one row and draw its cases; what `figures.json` holds of it."""
    count = max(1, round(row.share * held_out.count))
    started = time.monotonic()
    parts: list[Values] = []
    seen = 0
    for scenes in held_out.chunks(count):
        values = row.measure(bench, scenes)
        seen += len(scenes)
        if values:
            parts.append(values)
        progress(seen, count)
    if not parts:
        raise StyleGANEXError(f"none of {count} scenes has a case of {row.name}; take more scenes.")
    values = {key: torch.cat([part[key] for part in parts]) for key in parts[0]}
    verdict = row.judge(values)
    seconds = time.monotonic() - started
    picture = images / f"figures-{row.name}.jpg"
    _draw(row, bench, held_out, values).save(picture, quality=QUALITY, optimize=True)
    overview = row.draw_overview(bench)
    if overview is not None:
        overview.save(images / f"figures-{row.name}-all.jpg", quality=QUALITY, optimize=True)
    return {
        "what": row.what,
        "target": row.target,
        "reached": verdict.reached,
        "passed": verdict.passed,
        "scenes": count,
        "seconds": round(seconds, 1),
        "picture": picture.name,
        **verdict.figures,
    }


def _draw(row: Row, bench: Bench, held_out: HeldOut, values: Values):
    cases = []
    for heading, index in choose_cases(values["score"]):
        case = {key: value[index].item() for key, value in values.items() if value.ndim == 1}
        scene = held_out.pick([int(case["scene"])])
        title = f"{heading} {row.name_case(case)}".rstrip()
        cases.append((title, row.show(bench, scene, case)))
    if len(cases) == 1:
        pictures = cases[0][1]
        return draw_contact_sheet(pictures, columns=len(pictures), height=SINGLE_HEIGHT)
    return draw_cases(cases)


def _first_bundled(*names: str) -> str:
    """The first of these demo models that there is, else the first name."""
    return next((name for name in names if has_model(name)), names[0])


def _choose(names: list[str] | None) -> list[Row]:
    rows = list_rows()
    unknown = set(names or ()) - {row.name for row in rows}
    if unknown:
        raise StyleGANEXError(
            f"no row {', '.join(sorted(unknown))}; rows are {', '.join(r.name for r in rows)}."
        )
    return [row for row in rows if names is None or row.name in names]


def _read_state(path: Path) -> dict[str, Any]:
    """What is done already; a file of another form counts as nothing."""
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return (
        {k: v for k, v in state.items() if isinstance(v, dict)} if isinstance(state, dict) else {}
    )
