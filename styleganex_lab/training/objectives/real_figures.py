"""How well a model knows people it has never seen: figures and a sheet to look at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch
import torch.nn.functional as F

from styleganex_core.images import to_pil
from styleganex_core.networks import Model
from styleganex_core.readers import judge_identity, load_face_readers

from ...portraits import aligned_placement
from ...portraits.people import FULL_SIDE
from ..data.aligned import FACE, SIDE, AlignedPortraits, RealData, read_portrait, weigh_face_regions
from ..data.people import CELL, warp_constant
from ..recipes.real import PHOTOS
from .one_pass import Codes, OnePass

MEASURED, SHOWN = 24, 8  # people
CHUNK = 6  # pictures at once
SHEET_SIDE = 160  # px of a picture on the sheet
EDITS = (
    ("smile", 2.0), ("smile", -2.0), ("age", 2.0), ("glasses", 2.0), ("hair_light", 2.0),
    ("mouth_open", 2.0), ("turn_right", 1.5),
)  # fmt: skip


@torch.no_grad()
def measure_real(model: Model, data: RealData, side: int, sheet: Path) -> dict[str, float]:
    """PSNR in dB, of whole pictures and of their faces: of the one pass, of its `f` and styles
    without skips, and of styles alone; the median likeness of the one pass.

    Pictures are the central `side` px. The sheet shows a person a row: the photo, styles alone,
    with `f`, with skips, then edits.
    """
    source = data.sources[PHOTOS]
    assert isinstance(source, AlignedPortraits)
    photos = held_out_pictures(source, side)
    one_pass = OnePass(model)
    rows = [_draw_all(model, one_pass, part) for part in photos.split(CHUNK)]
    drawn = [torch.cat(column) for column in zip(*rows, strict=True)]
    ways = dict(zip(("styles_", "f_", ""), drawn, strict=False))
    face = _cut(weigh_face_regions(SIDE), side).to(photos) > FACE
    if not face.any():  # pictures that are smaller than any face
        face = torch.ones_like(face)
    with torch.autocast("cpu", enabled=False):  # the judge is as precise as ever
        likeness = judge_identity(ways[""], photos, readers=load_face_readers(photos.device))
    _save_sheet([photos, *drawn], sheet)
    figures = {}
    for way, made in ways.items():
        figures[f"{way}psnr"] = _psnr(made, photos)
        figures[f"{way}face_psnr"] = _psnr(made, photos, face)
    return {**figures, "likeness": float(likeness.quantile(0.5))}


def held_out_pictures(source: AlignedPortraits, side: int) -> torch.Tensor:
    """Some of the people who are not trained on, spread over the list, [N, 3, side, side]."""
    by_person = {portrait.person: portrait for portrait in source.held_out}
    people = list(by_person.values())
    some = people[:: max(1, len(people) // MEASURED)][:MEASURED]
    return torch.stack([_cut(read_portrait(portrait), side) for portrait in some])


def _draw_all(model: Model, one_pass: OnePass, photos: torch.Tensor) -> list[torch.Tensor]:
    photos = photos.to(model.device)
    found = one_pass.encode(photos)
    cells = (photos.shape[-2] // CELL, photos.shape[-1] // CELL)
    place = aligned_placement(len(photos), FULL_SIDE, FULL_SIDE).clone()
    place[:, :2] += (photos.shape[-1] - FULL_SIDE) / 2
    home = warp_constant(model.generator.dense_constant(), place.to(photos), cells)
    off = replace(found, skips=~found.skips)
    plans: list[Codes] = [replace(off, f=home), off, found]
    for name, strength in EDITS:
        if name in model.edit_vectors:
            edit = strength * model.edit_vectors[name].to(found.w_plus)
            edit = edit.expand_as(found.w_plus)
            changed = found.w_plus + edit
            gated = torch.ones_like(found.gated)
            plans.append(replace(found, w_plus=changed, edit=edit, gated=gated))
    return [one_pass.draw(plan).clamp(-1, 1).cpu() for plan in plans]


def _psnr(made: torch.Tensor, wanted: torch.Tensor, where: torch.Tensor | None = None) -> float:
    """Mean over the pictures in dB, for values in -1..1, of the px that count."""
    error = (made - wanted).square().mean(dim=1)
    error = error.flatten(1) if where is None else error[:, where]
    return float((10 * torch.log10(4 / error.mean(dim=1).clamp_min(1e-10))).mean())


def _cut(picture: torch.Tensor, side: int) -> torch.Tensor:
    first = (SIDE - side) // 2
    return picture[..., first : first + side, first : first + side]


def _save_sheet(columns: list[torch.Tensor], sheet: Path) -> None:
    rows = [
        torch.cat(list(F.adaptive_avg_pool2d(column[:SHOWN], SHEET_SIDE)), dim=1)
        for column in columns
    ]
    to_pil(torch.cat(rows, dim=2)[None]).save(sheet)
