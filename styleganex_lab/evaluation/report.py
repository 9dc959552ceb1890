"""The generated part of `docs/demo.md`: the table, the details, the pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .tables import Table, to_markdown

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
VERDICTS = {True: "reached", False: "**missed**"}


def write_report(
    path: Path, done: Mapping[str, Any], order: list[str], scenes: int, seed: int
) -> str:
    """Put the figures between the marks of the page at `path`, or at its end; returns the table."""
    rows = [name for name in order if name in done]
    table = summarise(done, rows)
    scenes = max([scenes, *(done[name].get("scenes", 0) for name in rows)])  # of earlier runs too
    parts = [
        f"On at most {scenes} held-out scenes (seed {seed}), the face anywhere, 256 px; the last "
        "column says how many were used. Means unless said otherwise.",
        "",
        table,
        *(_detail(name, done[name]) for name in rows if "reached" in done[name]),
        _readers(done.get("readers", {})),
    ]
    block = f"{BEGIN}\n" + "\n".join(parts).rstrip() + f"\n{END}"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if BEGIN in text and END in text:
        before, rest = text.split(BEGIN, 1)
        text = before + block + rest.split(END, 1)[1]
    else:
        text = f"{text.rstrip()}\n\n{block}\n".lstrip()
    path.write_text(text, encoding="utf-8")
    return table


def summarise(done: Mapping[str, Any], rows: list[str]) -> str:
    """The table of what was asked and what was reached."""
    cells = []
    for name in rows:
        row = done[name]
        if "reached" in row:
            verdict = VERDICTS[row["passed"]]
            cells.append((row["what"], row["target"], row["reached"], verdict, row["scenes"]))
        else:
            missing = ", ".join(f"`{model}`" for model in row["missing"])
            cells.append((row["what"], row["target"], f"{missing} not bundled yet", "-", "-"))
    columns = ("what", "at least", "reached", "", "scenes")
    return to_markdown(Table("Figures", columns, tuple(cells)))


def _detail(name: str, row: Mapping[str, Any]) -> str:
    lines = [f"### {row['what'][0].upper()}{row['what'][1:]}", ""]
    if row["scenes"] > 1:
        lines += ["Best, median and worst cases:", ""]
    lines += [f"![{name}](images/{row['picture']})", ""]
    if "edits" in row:
        lines.append(_edits(row["edits"]))
    if name == "edits-own":
        lines += ["One person under every edit:", "", f"![all](images/figures-{name}-all.jpg)", ""]
    return "\n".join(lines)


def _edits(edits: Mapping[str, Any]) -> str:
    cells = tuple(
        (
            name,
            row["scenes"],
            f"{100 * row['right_direction']:.0f} %",
            f"{100 * row['share']:.0f} %",
            f"{100 * row['drift']:.0f} %",
            f"{100 * row['most_drift']:.0f} % ({row['drifts_most']})",
            f"{100 * row['most_drift_of_renders']:.0f} %",
        )
        for name, row in edits.items()
    )
    columns = (
        "edit", "scenes", "right direction", "share", "drift", "most drift", "of true renders",
    )  # fmt: skip
    note = (
        "`share`: the median of what the edit moves its attribute, read back, relative to what "
        "truly moving it does; `drift`: the mean of the other attributes' median changes, "
        "relative to the amount asked for; `most drift`: the attribute that changes most; `of "
        "true renders`: the same where the attribute truly moves, which is what the reader itself "
        "mixes up."
    )
    text = to_markdown(Table("", columns, cells, note))
    return text.split("\n", 2)[2]  # without the title


def _readers(figures: Mapping[str, Any]) -> str:
    if not figures:
        return ""
    scenes = tuple(
        (
            name,
            row["landmark_px"],
            row["landmark_px_95"],
            f"{row['landmark_percent']} %",
            row["mean_iou"],
        )
        for name, row in figures["scenes"].items()
    )
    attributes = tuple(
        (name, row["r2"], row["error"], row["r2_soft"], row["error_soft"])
        for name, row in figures["attributes"].items()
    )
    columns = ("pictures", "landmarks, px", "95 %, px", "of the face width", "labels, mean IoU")
    return "\n".join([
        f"## The readers\n\nOn {figures['count']} held-out renders with the face anywhere. Half "
        "resolution: the same pictures halved and enlarged again, as soft as a network's.\n",
        to_markdown(Table("Landmarks and labels", columns, scenes)),
        to_markdown(
            Table(
                "Attributes, in units of -1..1",
                ("attribute", "R2", "mean error", "R2, half resolution", "mean error"),
                attributes,
                "What does not show cannot be read: attributes count over the range in which they "
                "are drawn (a beard from 0 on), and whatever lies outside the picture is a guess.",
            )
        ),
    ])  # fmt: skip
