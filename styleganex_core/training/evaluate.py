"""Figures and picture grids of the bundled models, measured against the renderer's truth.

python -m styleganex_core.training.evaluate docs/images
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

from ..demo import demo_names, load_demo
from ..images import to_pil
from ..networks import Model
from ..portraits import ATTRIBUTES, render_portraits
from .data import attributes_of, draw_noise, draw_placements, render_pictures, warp_constant
from .directions import DEVIATION, EDITS
from .objectives import psnr

COUNT = 48  # held-out people
EDITED = 24  # of them, for the edits
SEED = 20_001  # not one that training uses
CELLS = (32, 32)
STRENGTH = 1.5  # of the edits that are measured
SHOWN = 6  # columns of a grid
SHOWN_SIDE = 160  # px of a picture in a grid
SHOWN_EDITS = (
    "smile", "mouth_open", "eyes_open", "gaze_right", "age", "turn_right", "look_up", "hair_light",
    "hair_length", "beard", "glasses", "light_right",
)  # fmt: skip

_log = logging.getLogger(__name__)


@torch.no_grad()
def evaluate_demo(folder: Path) -> dict[str, float | dict]:
    """Measure the bundled models and write `figures.json` and the grids into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    photo = load_demo("photo")
    noise = torch.Generator().manual_seed(SEED)
    z = draw_noise(COUNT, photo.style_dim, noise)
    figures: dict[str, float | dict] = {}
    for name, moved in (("aligned", 0.0), ("moved", 1.0)):
        place = draw_placements(COUNT, CELLS, moved, noise)
        truth = render_pictures(z, place, side=256, cells=CELLS, style="photo").floats()[0]
        made = _generate(photo, z, place)
        found = _reconstruct(photo, truth)
        figures[f"generator, {name}"] = psnr(made, truth)
        figures[f"encoder, {name}"] = psnr(found, truth)
        rows = [truth, made, found]
        if "toon" in demo_names():
            toon = load_demo("toon")
            toon_truth = render_pictures(z, place, side=256, cells=CELLS, style="toon").floats()[0]
            toon_made = _generate(toon, z, place)
            figures[f"toon, {name}"] = psnr(toon_made, toon_truth)
            rows += [toon_truth, toon_made]
        save_grid(torch.cat([row[:SHOWN] for row in rows]), SHOWN, folder / f"demo-{name}.jpg")
    figures["edits"] = measure_edits(photo, z[:EDITED])
    _show_edits(photo, z[3:4], folder / "demo-edits.jpg")
    (folder / "figures.json").write_text(json.dumps(figures, indent=2) + "\n")
    return figures


def measure_edits(model: Model, z: torch.Tensor) -> dict[str, dict[str, float]]:
    """How well each edit vector does what it says, per name.

    The change that the edit makes to a picture is compared with the change of the render when the
    attribute truly moves: `share` is the median length of the first along the second (1: exactly
    as asked), `likeness` the median cosine between them.
    """
    home = draw_placements(len(z), CELLS, 0.0, torch.Generator())
    attributes = attributes_of(z)
    before = _generate(model, z, home)
    base = render_portraits(attributes, size=256).image
    result = {}
    for name, (attribute, sign) in EDITS.items():
        column = ATTRIBUTES.index(attribute)
        asked = attributes.clone()
        asked[:, column] = (asked[:, column] + sign * STRENGTH * DEVIATION).clamp(-1, 1)
        room = (asked - attributes)[:, column].abs() > STRENGTH * DEVIATION / 2
        wanted = (render_portraits(asked, size=256).image - base)[room].flatten(1)
        after = _generate(model, z, home, STRENGTH * model.edit_vectors[name])
        change = (after - before)[room].flatten(1)
        along = (change * wanted).sum(1)
        result[name] = {
            "share": (along / wanted.square().sum(1).clamp_min(1e-6)).median().item(),
            "likeness": F.cosine_similarity(change, wanted).median().item(),
        }
    return result


def _generate(
    model: Model, z: torch.Tensor, place: torch.Tensor, edit: torch.Tensor | None = None
) -> torch.Tensor:
    parts = []
    for noise, where in zip(z.split(8), place.split(8), strict=True):
        w_plus = model.generator.mapping(noise)[:, None].expand(-1, model.num_slots, -1)
        if edit is not None:
            w_plus = w_plus + edit
        f = warp_constant(model.generator.dense_constant(), where, CELLS)
        parts.append(model.generator(f, w_plus).clamp(-1, 1))
    return torch.cat(parts)


def _reconstruct(model: Model, image: torch.Tensor) -> torch.Tensor:
    """Pictures encoded and decoded, styles and feature from the whole picture."""
    encoder, parts = model.require_encoder(), []
    for part in image.split(8):
        taps = encoder.extract_taps(part)
        w_plus = model.latent_avg + encoder.style_offsets(taps)
        parts.append(model.generator(encoder.first_layer_feature(taps), w_plus).clamp(-1, 1))
    return torch.cat(parts)


def _show_edits(model: Model, z: torch.Tensor, path: Path) -> None:
    """One person under each edit of strength -2 to 2; two edits per row."""
    home = draw_placements(5, CELLS, 0.0, torch.Generator())
    strengths = torch.tensor([-2.0, -1.0, 0.0, 1.0, 2.0])[:, None, None]
    rows = [
        _generate(model, z.expand(5, -1), home, strengths * model.edit_vectors[name])
        for name in SHOWN_EDITS
    ]
    save_grid(torch.cat(rows), 10, path, side=112)


def save_grid(images: torch.Tensor, columns: int, path: Path, side: int = SHOWN_SIDE) -> None:
    """Write pictures [B, 3, H, W] in -1..1 side by side."""
    small = F.interpolate(images, size=(side, side), mode="area")
    rows = [torch.cat(list(row), dim=2) for row in small.split(columns)]
    to_pil(torch.cat(rows, dim=1)[None]).save(path, quality=90)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    _log.info(json.dumps(evaluate_demo(Path(sys.argv[1])), indent=2))
