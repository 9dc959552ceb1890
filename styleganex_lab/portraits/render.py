"""From attribute vectors to aligned or placed portraits of one person each."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from styleganex_core.errors import ShapeError, StyleGANEXError

from .attributes import describe_people
from .canvas import Canvas
from .figure import View, locate_landmarks, paint_figure
from .geometry import Units, coverage
from .styles import STYLES, Style, finish

EYES_APART = 0.84  # units; a quarter of the width of an aligned picture
EYE_LINE = 0.48  # of the height of an aligned picture
# px of the pictures drawn at once: few enough that their planes stay in a CPU's cache, many enough
# to keep a GPU busy.
CHUNK_PIXELS = {"cpu": 1 << 16, "other": 1 << 22}


@dataclass(frozen=True)
class Portraits:
    """Rendered pictures with their truth.

    `image` [B, 3, H, W] in -1..1; `labels` [B, H, W] uint8, CelebAMask-HQ classes; `landmarks`
    [B, 5, 2] in pixels (x, y), the origin at the centre of the top-left pixel: eye centres
    (picture's left first), tip of the nose, corners of the mouth.
    """

    image: torch.Tensor
    labels: torch.Tensor
    landmarks: torch.Tensor


def aligned_placement(count: int, height: int, width: int) -> torch.Tensor:
    """The placements [count, 4] of FFHQ-aligned portraits, see `render_portraits`."""
    side = min(height, width)
    place = torch.tensor(
        [(width - 1) / 2, (height - 1) / 2 + (EYE_LINE - 0.5) * side, side / 256, 0.0]
    )
    return place.expand(count, 4)


def render_portraits(
    attributes: torch.Tensor,
    *,
    size: int | tuple[int, int] = 256,
    style: str = "photo",
    placement: torch.Tensor | None = None,
) -> Portraits:
    """Pictures, label maps and landmarks of attribute vectors [B, A], drawn in `style`.

    `size` is a side or (height, width) in pixels. `placement` [B, 4] says per picture where the
    face is: x and y of the point between the eyes in pixels, scale (1: eyes 64 px apart when seen
    from the front) and roll in degrees, counter-clockwise; without it the portraits are aligned
    as in FFHQ. Everything is drawn on the device of `attributes`.
    """
    height, width = (size, size) if isinstance(size, int) else size
    drawn = find_style(style)
    if placement is None:
        placement = aligned_placement(len(attributes), height, width)
    if placement.shape != (len(attributes), 4):
        raise ShapeError(f"placement must be [{len(attributes)}, 4]; got {list(placement.shape)}.")
    chunk = chunk_size(height, width, attributes.device)
    parts = [
        _render_chunk(people, place, (height, width), drawn)
        for people, place in zip(
            attributes.split(chunk), placement.to(attributes).split(chunk), strict=True
        )
    ]
    return Portraits(
        torch.cat([part.image for part in parts]),
        torch.cat([part.labels for part in parts]),
        torch.cat([part.landmarks for part in parts]),
    )


def find_style(name: str) -> Style:
    """The style of that name; raises StyleGANEXError for an unknown one."""
    if name not in STYLES:
        raise StyleGANEXError(f"style must be one of {', '.join(STYLES)}; got {name!r}.")
    return STYLES[name]


def chunk_size(height: int, width: int, device: torch.device) -> int:
    """How many pictures to draw at once."""
    pixels = CHUNK_PIXELS.get(device.type, CHUNK_PIXELS["other"])
    return max(1, pixels // (height * width))


def place_units(placement: torch.Tensor, size: tuple[int, int]) -> Units:
    """The units of people at `placement` [B, 4] in a picture of `size` (height, width)."""
    x, y, scale, roll = placement.float()[:, :, None, None].unbind(1)
    return Units.from_placement(x, y, EYES_APART / (64 * scale), torch.deg2rad(roll), size)


def _render_chunk(
    attributes: torch.Tensor, placement: torch.Tensor, size: tuple[int, int], style: Style
) -> Portraits:
    units = place_units(placement, size)
    view = View.from_person(describe_people(attributes), units, style)
    scene = _paint_glow(view)
    paint_figure(scene, view)
    image = finish(scene.image * view.palette.light, style, units)
    marks = locate_landmarks(view, placement[:, :2].float())
    return Portraits(image * 2 - 1, scene.labels, marks)


def _paint_glow(view: View) -> Canvas:
    """A wall, a little brighter around the head (so that the glow moves with the person)."""
    reach = view.x * view.x + (view.y - 0.2) ** 2
    if view.style.flat:
        glow = 0.97 + 0.09 * coverage(reach.sqrt() - 1.62, view.pixel)
    else:
        glow = 0.84 + 0.26 / (1 + 0.16 * reach * reach)
    image = (view.palette.background * glow[:, None]).clamp(0, 1)
    return Canvas(image, torch.zeros_like(view.x, dtype=torch.uint8))
