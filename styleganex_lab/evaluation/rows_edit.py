"""Rows of the edit vectors and of moving the first-layer feature."""

from __future__ import annotations

import math

import torch
from PIL import Image

from styleganex_core.contact_sheet import PAPER
from styleganex_core.datatypes import Latents
from styleganex_core.latents import apply_edit_vector, transform_features

from ..portraits import ATTRIBUTES, aligned_placement, render_portraits
from ..portraits.people import sample_people
from ..training.data.people import warp_constant
from ..training.start.styles import DEVIATION, EDITS
from .bench import (
    CELL,
    CELLS,
    SIDE,
    Bench,
    Scenes,
    decode,
    encode,
    generate,
    move_attribute,
    styles_of,
)
from .grids import draw_cases
from .render_readers import read_attributes, read_scene, visible_part
from .rows import Case, Pictures, Row, Values, Verdict, scene_numbers, spread

STRENGTH = 1.5  # standard deviations
TURNS = 3  # every scene takes each third edit, so that many scenes are seen
LEAST_ROOM = 0.5  # of the step, or of the range over which the attribute shows, that must be left
TURN = 15.0  # degrees
FARTHEST = 5  # cells
MARGIN = 4  # px from the rim within which a landmark is not looked for
OVERVIEW = (-2.0, -1.0, 0.0, 1.0, 2.0)  # strengths
OVERVIEW_SEED, OVERVIEW_SIDE = 20_005, 112  # px


class EditRow(Row):
    """Every edit vector on every third scene, where that has room for it.

    `share` is the amount that the attribute moved as read, as a share of what truly moving it
    moves what is read of the render; `drift` the change of every other attribute as a share of the
    amount asked for. Readings are taken of the picture before and after the edit.
    """

    target = (
        "the right direction on 95 % of scenes, 60 % of the asked amount in the median, other "
        "attributes drift less than 25 % of it"
    )

    def __init__(self, own: bool) -> None:
        self.own = own
        self.name = "edits-own" if own else "edits"
        kind = "the generator's own latents" if own else "Step I of uncropped scenes"
        self.what = f"edit by +{STRENGTH} units, {kind}"
        self.share = 0.2 if own else 1.0

    def _latents(self, bench: Bench, scenes: Scenes) -> Latents:
        photo = bench.model("photo")
        if not self.own:
            return encode(photo, scenes)
        w_plus = styles_of(photo, scenes.z)
        f = warp_constant(photo.generator.dense_constant(), scenes.placement, CELLS)
        return Latents(f=f, w_plus=w_plus)

    def measure(self, bench: Bench, scenes: Scenes) -> Values:
        photo = bench.model("photo")
        latents = self._latents(bench, scenes)
        before = read_attributes(bench.readers, decode(photo, latents), scenes.placement)
        truth_before = self._read_render(bench, scenes.attributes)
        rows: dict[str, list[torch.Tensor]] = {}
        for number, name in enumerate(EDITS):
            asked, column, _ = move_attribute(scenes.attributes, name, STRENGTH)
            step = (visible_part(asked) - visible_part(scenes.attributes))[:, column]
            room = step.abs() >= LEAST_ROOM * min(STRENGTH * DEVIATION, _shown_range(column))
            turn = (torch.tensor(scenes.numbers) + number) % TURNS == 0
            index = (room & turn).nonzero()[:, 0]
            if name not in photo.edit_vectors or not len(index):
                continue
            parts = [
                decode(photo, apply_edit_vector(latents[i], photo.edit_vectors[name], STRENGTH))
                for i in index.tolist()
            ]
            read = read_attributes(bench.readers, torch.cat(parts), scenes.placement[index])
            change = read - before[index]
            true_change = self._read_render(bench, asked[index]) - truth_before[index]
            wanted = true_change[:, column]
            amount = change[:, column] / torch.where(wanted.abs() < 0.05, step[index], wanted)
            values = {
                "scene": torch.tensor(scenes.numbers)[index],
                "edit": torch.full((len(index),), number),
                "amount": amount,
                "score": -(amount - 1).abs(),
            }
            for other, attribute in enumerate(ATTRIBUTES):
                asked_for = step[index].abs()
                values[f"drift {attribute}"] = change[:, other].abs() / asked_for
                values[f"floor {attribute}"] = true_change[:, other].abs() / asked_for
            for key, value in values.items():
                rows.setdefault(key, []).append(value)
        return {key: torch.cat(parts) for key, parts in rows.items()}

    @staticmethod
    def _read_render(bench: Bench, attributes: torch.Tensor) -> torch.Tensor:
        home = aligned_placement(len(attributes), SIDE, SIDE)
        image = render_portraits(attributes, size=SIDE).image
        return read_attributes(bench.readers, image, home)

    def judge(self, values: Values) -> Verdict:
        table = {}
        for number, (name, (attribute, _)) in enumerate(EDITS.items()):
            own = values["edit"] == number
            if not own.any():
                continue
            amount = values["amount"][own]
            others = [a for a in ATTRIBUTES if a != attribute]
            drift = {a: values[f"drift {a}"][own].median().item() for a in others}
            floor = {a: values[f"floor {a}"][own].median().item() for a in others}
            most = max(others, key=drift.__getitem__)
            table[name] = {
                "scenes": int(own.sum()),
                "right_direction": round((amount > 0).float().mean().item(), 3),
                "share": round(amount.median().item(), 3),
                "drift": round(sum(drift.values()) / len(drift), 3),
                "most_drift": round(drift[most], 3),
                "drifts_most": most,
                "most_drift_of_renders": round(max(floor.values()), 3),
            }
        good = [
            name
            for name, row in table.items()
            if row["right_direction"] >= 0.95 and row["share"] >= 0.6 and row["most_drift"] < 0.25
        ]
        right = (values["amount"] > 0).float().mean().item()
        share = values["amount"].median().item()
        drift = sum(row["drift"] for row in table.values()) / max(1, len(table))
        return Verdict(
            f"{len(good)} of {len(table)} edits meet all three; over all: right direction on "
            f"{100 * right:.0f} %, {100 * share:.0f} % of the amount, mean drift "
            f"{100 * drift:.0f} %",
            len(good) == len(table) > 0,
            {"edits": table, "right_direction": round(right, 4), "share": round(share, 4)},
        )

    def show(self, bench: Bench, scenes: Scenes, case: Case) -> Pictures:
        photo = bench.model("photo")
        name = list(EDITS)[int(case["edit"])]
        latents = self._latents(bench, scenes)
        asked = move_attribute(scenes.attributes, name, STRENGTH)[0]
        moved = render_portraits(asked, size=SIDE, placement=scenes.placement).image
        edited = apply_edit_vector(latents, photo.edit_vectors[name], STRENGTH)
        return {
            "scene": scenes.image,
            "truth": moved,
            "before": decode(photo, latents),
            "after": decode(photo, edited),
        }

    def name_case(self, case: Case) -> str:
        return list(EDITS)[int(case["edit"])]

    def draw_overview(self, bench: Bench) -> Image.Image | None:
        """One person under every edit, a column each, from the weakest to the strongest."""
        if not self.own:
            return None
        photo = bench.model("photo")
        home = aligned_placement(1, SIDE, SIDE)
        z = sample_people(1, photo.style_dim, torch.Generator().manual_seed(OVERVIEW_SEED))
        columns = [
            (
                name,
                {
                    f"{strength:+g}": generate(photo, z, home, strength * photo.edit_vectors[name])
                    for strength in OVERVIEW
                },
            )
            for name in EDITS
            if name in photo.edit_vectors
        ]
        half = (len(columns) + 1) // 2
        sheets = [draw_cases(part, side=OVERVIEW_SIDE) for part in (columns[:half], columns[half:])]
        whole = Image.new("RGB", (sheets[0].width, sum(sheet.height for sheet in sheets)), PAPER)
        whole.paste(sheets[0], (0, 0))
        whole.paste(sheets[1], (0, sheets[0].height))
        return whole


class MoveRow(Row):
    """`f` moved by whole cells toward the far side, or turned about the picture's centre."""

    target = "landmarks follow within 2 px at 256"
    share = 0.5

    def __init__(self, turn: bool) -> None:
        self.turn = turn
        self.name = "turn" if turn else "move"
        self.what = (
            f"rotating f by {TURN:g} degrees" if turn else f"moving f by 1 to {FARTHEST} cells"
        )

    def _plan(self, scenes: Scenes) -> tuple[tuple[int, int, float], torch.Tensor]:
        """What is done to one scene, cells to the right and down and degrees, and the matrix
        [2, 3] from old to new px.
        """
        place = scenes.placement[0]
        number = scenes.numbers[0]
        centre = (SIDE - 1) / 2
        if self.turn:
            degrees = -TURN if place[3] > 0 else TURN
            cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
            linear = torch.tensor([[cos, sin], [-sin, cos]])  # counter-clockwise as seen
            shift = centre - linear @ torch.tensor([centre, centre])
            return (0, 0, degrees), torch.cat([linear, shift[:, None]], dim=1)
        cells = [
            (1 + (number + axis) % FARTHEST) * (1 if place[axis] < centre else -1)
            for axis in (0, 1)
        ]
        shift = CELL * torch.tensor([[float(c)] for c in cells])
        return (cells[0], cells[1], 0.0), torch.cat([torch.eye(2), shift], dim=1)

    def measure(self, bench: Bench, scenes: Scenes) -> Values:
        photo = bench.model("photo")
        latents = encode(photo, scenes)
        before = read_scene(bench.readers, decode(photo, latents))[0]
        rendered = read_scene(bench.readers, scenes.image)[0]
        away, floor = [], []
        for index in range(len(scenes)):
            one = scenes.only(index)
            (dx, dy, degrees), matrix = self._plan(one)
            changed = transform_features(latents[index], dx=dx, dy=dy, rotation=degrees)
            away.append(self._follow(bench, decode(photo, changed), before[index], matrix))
            place = one.placement.clone()
            place[:, :2] = place[:, :2] @ matrix[:, :2].T + matrix[:, 2]
            place[:, 3] += degrees
            again = render_portraits(one.attributes, size=SIDE, placement=place).image
            floor.append(self._follow(bench, again, rendered[index], matrix))
        values = {"away": torch.stack(away), "floor": torch.stack(floor)}
        score = -values["away"].nan_to_num(0.0)
        return {"scene": scene_numbers(scenes), "score": score, **values}

    @staticmethod
    def _follow(
        bench: Bench, picture: torch.Tensor, before: torch.Tensor, matrix: torch.Tensor
    ) -> torch.Tensor:
        """px between the landmarks read in a picture and where those before [5, 2] should be;
        NaN when none of them is in the picture.
        """
        wanted = before @ matrix[:, :2].T + matrix[:, 2]
        inside = ((wanted > MARGIN) & (wanted < SIDE - 1 - MARGIN)).all(dim=1)
        away = (read_scene(bench.readers, picture)[0][0] - wanted).norm(dim=1)
        return away[inside].mean()  # of nothing: NaN

    def judge(self, values: Values) -> Verdict:
        away, floor = spread(values["away"]), spread(values["floor"])
        return Verdict(
            f"{away['mean']:.2f} px off (median {away['median']:.2f}, 95 % of scenes: "
            f"{away['95 %']:.2f}); the reader on renders moved alike: {floor['mean']:.2f} px",
            away["mean"] <= 2,
            {"px": away, "px_of_renders": floor},
        )

    def show(self, bench: Bench, scenes: Scenes, case: Case) -> Pictures:
        photo = bench.model("photo")
        latents = encode(photo, scenes)
        (dx, dy, degrees), _ = self._plan(scenes)
        moved = decode(photo, transform_features(latents, dx=dx, dy=dy, rotation=degrees))
        return {"Step I": decode(photo, latents), "turned" if self.turn else "moved": moved}


def _shown_range(column: int) -> float:
    """How far apart the ends of an attribute's visible range are."""
    ends = torch.zeros(2, len(ATTRIBUTES))
    ends[0], ends[1] = -1, 1
    low, high = visible_part(ends)[:, column].tolist()
    return high - low
