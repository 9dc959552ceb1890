"""Tables of what `people_tasks` measured: medians, the worst tenth, how many are within reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import mean, median

from .people_tables import group_lines, known_ones, tell_likeness, worst_tenth
from .people_tasks import BICUBIC, TaskLine
from .tables import Cell, Table

IN_PLACE = 4.0  # % of the face width that points may lie off
STEADY = 1.2  # of the input's change from frame to frame
ENLARGED_COLUMNS = (
    "", "people", "gain over bicubic (dB)", "the worst tenth", "PSNR (dB)", "bicubic's", "likeness",
    "bicubic's", "nearer (%)", "ST-LPIPS", "bicubic's", "nearer (%)",
)  # fmt: skip
DRAWN_COLUMNS = (
    "", "people", "face found (%)", "points off (% of the face width)", "the worst tenth",
    f"within {IN_PLACE:g} % (%)", "the mesh's off", "likeness", "the worst tenth", "recognised (%)",
    "gain", "the asked way (%)",
)  # fmt: skip
CLIP_COLUMNS = (
    "", "clips", "face tracked (%)", "change of the input's", "the worst tenth", "in the face",
    "the worst tenth", f"both at most {STEADY:g} (%)", "likeness", "its worst frame", "its spread",
    "gain", "frames the asked way (%)",
)  # fmt: skip
ENLARGED_NOTE = (
    "Sharp portraits only, reduced and enlarged again: medians over people. Nearer: on how many "
    "the result is nearer to the photo than bicubic."
)
DRAWN_NOTE = (
    "Medians over people. Points are 68 of a bundled network, read in the photo and in the result "
    "around the face that is found in each; the mesh is another network's. Gain is the change of "
    "what a bundled network reads, from the result without the edit."
)
CLIP_NOTE = (
    "Each clip is made of a still: moved, turned, scaled and lit along smooth curves. Change is "
    "that from frame to frame, 1 for the input's; likeness that of a frame to the input's, the "
    "median and the worst of a clip and its standard deviation: medians over clips."
)


def tabulate_tasks(lines: Sequence[TaskLine]) -> list[Table]:
    """Super-resolution against bicubic, pictures that were drawn, clips; only what was measured."""
    groups = group_lines(lines, lambda line: line.row)
    enlarged = {name: group for name, group in groups.items() if name + BICUBIC in groups}
    clips = {name: group for name, group in groups.items() if group[0].change is not None}
    drawn = {
        name: group
        for name, group in groups.items()
        if name not in clips and name not in enlarged and not name.endswith(BICUBIC)
    }
    parts = (
        ("People: super-resolution", ENLARGED_COLUMNS, enlarged, ENLARGED_NOTE),
        ("People: drawn anew", DRAWN_COLUMNS, drawn, DRAWN_NOTE),
        ("People: clips", CLIP_COLUMNS, clips, CLIP_NOTE),
    )

    def tell(name: str) -> tuple[Cell, ...]:
        if name in enlarged:
            return _tell_enlarged(groups[name], groups[name + BICUBIC])
        return _tell_clips(groups[name]) if name in clips else _tell_drawn(groups[name])

    return [
        Table(
            title, columns, tuple((name, *tell(name)) for name in some), f"{note} {_models(some)}"
        )
        for title, columns, some, note in parts
        if some
    ]


def _models(groups: Mapping[str, Sequence[TaskLine]]) -> str:
    """Which models made the results, each of several weights of one name told by a hash."""
    made_by = {line.task: line.model for group in groups.values() for line in group}
    return "Models: " + "; ".join(f"{task} by {model}" for task, model in made_by.items()) + "."


def _tell_enlarged(made: Sequence[TaskLine], bicubic: Sequence[TaskLine]) -> tuple[Cell, ...]:
    plain = {line.name: line for line in bicubic}

    def both(field: str) -> tuple[list[float], list[float]]:
        pairs = [(getattr(line, field), getattr(plain[line.name], field)) for line in made]
        return [ours for ours, _ in pairs], [theirs for _, theirs in pairs]

    def tell(field: str) -> tuple[Cell, ...]:
        ours, theirs = both(field)
        nearer = 100 * mean(a < b for a, b in zip(ours, theirs, strict=True))
        return median(ours), median(theirs), nearer

    ours, theirs = both("psnr")
    gain = [a - b for a, b in zip(ours, theirs, strict=True)]
    return (
        len(made), median(gain), worst_tenth(gain, low=True), median(ours), median(theirs),
        *tell("likeness"), *tell("distance"),
    )  # fmt: skip


def _tell_drawn(group: Sequence[TaskLine]) -> tuple[Cell, ...]:
    points, mesh, found, likeness, gain, asked = (
        known_ones(getattr(line, field) for line in group)
        for field in ("points", "mesh", "found", "likeness", "gain", "asked")
    )
    return (
        len(group),
        100 * mean(found),
        median(points) if points else None,
        worst_tenth(points) if points else None,
        100 * sum(off <= IN_PLACE for off in points) / len(group),
        median(mesh) if mesh else None,
        *tell_likeness(likeness),
        median(gain) if gain else None,
        100 * mean(asked) if asked else None,
    )


def _tell_clips(group: Sequence[TaskLine]) -> tuple[Cell, ...]:
    found, whole, face, likeness, worst, spread, gain, asked = (
        known_ones(getattr(line, field) for line in group)
        for field in (
            "found", "change", "face_change", "likeness", "worst", "spread", "gain", "asked",
        )
    )  # fmt: skip
    steady = [max(pair) <= STEADY for pair in zip(whole, face, strict=True)]
    return (
        len(group), 100 * mean(found), median(whole), worst_tenth(whole), median(face),
        worst_tenth(face), 100 * mean(steady), median(likeness), median(worst), median(spread),
        median(gain) if gain else None, 100 * mean(asked) if asked else None,
    )  # fmt: skip
