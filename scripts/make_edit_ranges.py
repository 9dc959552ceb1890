"""Say where the bundled edits work on real people, from what `evaluate PEOPLE --people` measured.

    python scripts/make_edit_ranges.py evaluation/people.csv --faint age

writes styleganex_core/demo/photo.edits.json, which the sliders and the command `edit` tell, and the
tables of docs/edit-vectors.md and docs/demo.md. `--faint` names edits that are right and hardly
visible: look at the pictures. Texts around the tables that name a figure are yours to mend.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from styleganex_core import demo  # noqa: E402  (a script knows its repository)
from styleganex_core.checkpoints.shared_tensors import checksum  # noqa: E402
from styleganex_core.edit_ranges import ENDING, describe_range, read_edit_ranges  # noqa: E402
from styleganex_lab.evaluation.lines import read_lines  # noqa: E402
from styleganex_lab.evaluation.people import ON_PHOTO, Line  # noqa: E402

MODEL = demo.FOLDER / "photo.safetensors"
WHAT = (
    "Of {people} people held out from training, the share in % on whom an edit of their photo "
    "changed, the asked way, what its name says; by strength, in the vector's units."
)
LISTED = r"\| edit \| works on real people from \|\n\| --- \| --- \|"
REPORTED = r"\| edit \| \+ \| likeness \| - \| likeness \|\n\| --- \| --- \| --- \| --- \| --- \|"
Edits = dict[str, dict[float, list[Line]]]  # lines by name and strength


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv", type=Path, help="people.csv of `evaluate PEOPLE --people`")
    parser.add_argument("--faint", nargs="*", default=[], help="edits that hardly show")
    parser.add_argument(
        "--keep", action="store_true",
        help="what is told of edits that were not measured now, which the new weights draw alike",
    )  # fmt: skip
    options = parser.parse_args()
    edits = sort_lines(read_lines(options.csv, Line))
    if not edits:
        raise SystemExit(f"{options.csv} has no edits on photos that a reader has read")
    figures = tell(edits, options.faint, checksum(MODEL))
    reports = {name: report(name, strengths) for name, strengths in edits.items()}
    if options.keep:
        told = json.loads(MODEL.with_name(MODEL.stem + ENDING).read_text())
        figures["right"] = told["right"] | figures["right"]
        kept = read_rows(ROOT / "docs" / "demo.md", REPORTED)
        reports = {row.split("|")[1].strip().replace(" ", "_"): row for row in kept} | reports
    MODEL.with_name(MODEL.stem + ENDING).write_text(write_json(figures))
    known = read_edit_ranges(MODEL)
    listed = [f"| {name} | {describe_range(known.get(name))} |" for name in demo.demo_edit_names()]
    replace_rows(ROOT / "docs" / "edit-vectors.md", LISTED, listed)
    replace_rows(ROOT / "docs" / "demo.md", REPORTED, list(reports.values()))
    print("\n".join(listed))


def sort_lines(lines: Sequence[Line]) -> Edits:
    """The lines of edits on photos that were read, in the file's order."""
    edits: Edits = {}
    for line in lines:
        found = re.fullmatch(rf"{ON_PHOTO}: (\w+) ([-+][\d.]+)", line.row)
        if found and line.asked is not None:
            edits.setdefault(found[1], {}).setdefault(float(found[2]), []).append(line)
    return edits


def share(lines: Sequence[Line]) -> int:
    """On how many % of the people the edit went the asked way."""
    return round(100 * mean(line.asked for line in lines if line.asked is not None))


def tell(edits: Edits, faint: Sequence[str], weights: str) -> dict[str, Any]:
    """What the file beside the model says; `weights`: the model's checksum."""
    people = max(len(lines) for strengths in edits.values() for lines in strengths.values())
    right = {
        name: {f"{strength:g}": share(strengths[strength]) for strength in sorted(strengths)}
        for name, strengths in edits.items()
    }
    what = WHAT.format(people=people)
    return {"what": what, "weights": weights, "right": right, "faint": list(faint)}


def write_json(figures: dict[str, Any]) -> str:
    """An edit a line."""
    text = json.dumps(figures, indent=2)
    return (
        re.sub(r"\{\s+(\"-?[\d.]+\": \d+)(?:,\s+(\"[\d.]+\": \d+))?\s+\}", _on_one_line, text)
        + "\n"
    )


def _on_one_line(found: re.Match[str]) -> str:
    return "{" + ", ".join(part for part in found.groups() if part) + "}"


def report(name: str, strengths: dict[float, list[Line]]) -> str:
    """The row of docs/demo.md: shares and median likeness, upwards and downwards."""
    cells = [name.replace("_", " ")]
    for sign in (1, -1):
        lines = [
            line for strength, some in strengths.items() if strength * sign > 0 for line in some
        ]
        likeness = [line.likeness for line in lines if line.likeness is not None]
        cells.append(f"{share(lines)} %" if lines else "-")
        cells.append(f"{median(likeness):.2f}" if likeness else "-")
    return f"| {' | '.join(cells)} |"


def read_rows(page: Path, head: str) -> list[str]:
    """The rows below the table's head."""
    return find_table(page, head)[2].splitlines()


def find_table(page: Path, head: str) -> re.Match[str]:
    """A table of a page: its head, and its rows."""
    found = re.search(rf"({head}\n)((?:\|.*\n)+)", page.read_text(encoding="utf-8"))
    if found is None:
        raise SystemExit(f"{page.name} has no such table any more: {head}")
    return found


def replace_rows(page: Path, head: str, rows: Sequence[str]) -> None:
    """Put these rows below the table's head."""
    text, found = page.read_text(encoding="utf-8"), find_table(page, head)
    table = found[1] + "".join(f"{row}\n" for row in rows)
    page.write_text(text[: found.start()] + table + text[found.end() :], encoding="utf-8")


if __name__ == "__main__":
    main()
