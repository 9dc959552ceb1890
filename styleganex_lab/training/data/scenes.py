"""Rendered scenes for the tasks: inputs, targets and the truth behind them, held in memory.

Convention: placements are (x, y, scale, roll) in px of the input picture, 8 px per cell of `f`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from styleganex_core.networks import Model

from ...portraits import ATTRIBUTES, Portraits, aligned_placement, render_portraits
from ...portraits.people import (
    CELL,
    FULL_SIDE,
    attributes_of,
    draw_placements,
    from_levels,
    sample_people,
    to_levels,
)
from ...portraits.sketch import draw_sketch
from ..recipes.settings import Recipe
from ..start.styles import DEVIATION, EDITS, styles_of_renders
from .batch import TaskBatch
from .people import warp_constant, weigh_labels

MOVED = 0.75  # share of scenes whose face is not aligned and centred
PLAIN_EDITS = 0.2  # share of edit pairs that change nothing
LARGEST_EDIT = 2.5  # standard deviations
RENDERED_AT_ONCE = 64
_COLOURS = (
    "age", "hair_light", "hair_red", "skin_tone", "eye_colour", "light_side", "light_warmth",
    "clothes_light", "clothes_warmth", "background_light", "background_warmth",
)  # fmt: skip
# What a drawing does not show, so that late styles must tell it.
LOOKS = {"sketch": _COLOURS, "mask": (*_COLOURS, "beard", "gaze_x", "gaze_y")}


@dataclass(frozen=True)
class Scenes:
    """N scenes; 8-bit but for the truth.

    `x` [N, 3, h, w], or a sketch [N, 1, h, w], or a label map [N, 1, h, w]; `y` [N, 3, H, W];
    `weight` [N, H, W], times 16; `w_true` [N, D]: the styles of `x`; `w_late` [N, D]: those that
    late slots hold where the task injects them; `placement` [N, 4]; `edit` [N]: which edit vector,
    `strength` [N] of it.
    """

    x: torch.Tensor
    y: torch.Tensor
    weight: torch.Tensor
    w_true: torch.Tensor
    w_late: torch.Tensor
    placement: torch.Tensor
    edit: torch.Tensor
    strength: torch.Tensor

    def __len__(self) -> int:
        return len(self.x)


@torch.no_grad()
def render_scenes(recipe: Recipe, model: Model, count: int, seed: int) -> Scenes:
    """The scenes of a recipe, the same for the same seed."""
    random = torch.Generator().manual_seed(seed)
    cells = (recipe.data.side // CELL, recipe.data.side // CELL)
    z = sample_people(count, model.style_dim, random)
    place = draw_placements(count, cells, MOVED, random)
    parts = [
        _render_part(recipe, model, people, where, cells, random)
        for people, where in zip(
            z.split(RENDERED_AT_ONCE), place.split(RENDERED_AT_ONCE), strict=True
        )
    ]
    return Scenes(*(torch.cat(column) for column in zip(*parts, strict=True)))


def _render_part(
    recipe: Recipe,
    model: Model,
    z: torch.Tensor,
    place: torch.Tensor,
    cells: tuple[int, int],
    random: torch.Generator,
) -> tuple[torch.Tensor, ...]:
    side = int(FULL_SIDE * model.ratio)
    count = len(z)
    which, strength = torch.zeros(count, dtype=torch.int64), torch.zeros(count)
    changed = z
    if recipe.task == "edit":
        changed, which, strength = _change_people(z, recipe.data.attributes, random)
    target = _render(changed, place, side, cells, "toon" if recipe.task == "toonify" else "photo")
    source = target
    if recipe.task in ("edit", "toonify"):
        source = _render(z, place, side, cells, "photo")
    w_true, w_late = (
        styles_of_renders(model.generator, noise.to(model.device)).cpu()
        for noise in (z, _keep_looks(z, recipe.task, random))
    )
    x = _make_input(recipe, source, model.ratio)
    weight = (weigh_labels(target.labels) * 16).round().to(torch.uint8)
    y = to_levels(target.image)
    return x, y, weight, w_true, w_late, place, which, strength


def _render(
    z: torch.Tensor, place: torch.Tensor, side: int, cells: tuple[int, int], style: str
) -> Portraits:
    """The people of noise `z`; `side`: px of the face square, `place` in px of the input."""
    shrink = side / FULL_SIDE
    placed = place.clone()
    placed[:, :2] = (placed[:, :2] + 0.5) * shrink - 0.5
    placed[:, 2] *= shrink
    size = (int(cells[0] * CELL * shrink), int(cells[1] * CELL * shrink))
    return render_portraits(attributes_of(z), size=size, style=style, placement=placed)


def _make_input(recipe: Recipe, source: Portraits, ratio: float) -> torch.Tensor:
    """What the encoder is given, 8-bit, at 1 / `ratio` of the picture's size."""
    image, labels = source.image, source.labels
    if ratio != 1:
        size = (round(image.shape[-2] / ratio), round(image.shape[-1] / ratio))
        image = F.adaptive_avg_pool2d(image, size)
        labels = F.interpolate(labels[:, None].float(), size)[:, 0].to(torch.uint8)
    if recipe.task == "mask":
        return labels[:, None]
    if recipe.task == "sketch":
        return (draw_sketch(image, labels) * 255).round().to(torch.uint8)
    return to_levels(image)


def _keep_looks(z: torch.Tensor, task: str, random: torch.Generator) -> torch.Tensor:
    """Other people with the looks that a sketch or a mask leaves open; the same people elsewhere.

    Styles of late slots that told the expression too would be read instead of the drawing.
    """
    if task not in LOOKS:
        return z
    other = torch.randn(z.shape, generator=random)
    kept = [ATTRIBUTES.index(name) for name in LOOKS[task]]
    other[:, kept] = z[:, kept]
    return other


def _change_people(
    z: torch.Tensor, attributes: tuple[str, ...], random: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Other noise whose people differ in one attribute; which of `attributes`, and the strength."""
    count = len(z)
    which = torch.randint(len(attributes), (count,), generator=random)
    wanted = torch.rand(count, generator=random) * 2 - 1
    plain = torch.rand(count, generator=random) < PLAIN_EDITS
    columns = torch.tensor([ATTRIBUTES.index(EDITS[name][0]) for name in attributes])[which]
    signs = torch.tensor([EDITS[name][1] for name in attributes])[which]
    rows = torch.arange(count)
    had = attributes_of(z)[rows, columns]
    reach = LARGEST_EDIT * DEVIATION
    wanted = torch.where(plain, had, wanted.clamp(had - reach, had + reach).clamp(-0.98, 0.98))
    normal = z * (z.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()
    normal[rows, columns] = torch.erfinv(wanted) * 2**0.5
    # The noise is normalised when it is read; entries that mean nothing keep its length.
    used, free = normal[:, : len(ATTRIBUTES)], normal[:, len(ATTRIBUTES) :]
    left = (normal.shape[1] - used.square().sum(dim=1)).clamp_min(0)
    free.mul_((left / free.square().sum(dim=1)).sqrt()[:, None])
    return normal, which, signs * (wanted - had) / DEVIATION


class SceneSource:
    """Batches of rendered scenes."""

    def __init__(self, recipe: Recipe, model: Model, count: int, seed: int) -> None:
        self.recipe = recipe
        self.scenes = render_scenes(recipe, model, count, seed)
        self.dense = model.generator.dense_constant().detach().cpu()
        self.vectors = None
        if recipe.task == "edit":
            names = recipe.data.attributes
            self.vectors = torch.stack([model.edit_vectors[name] for name in names])
        self.w_plus: torch.Tensor | None = None  # styles found once, [N, L, D]

    def __len__(self) -> int:
        return len(self.scenes)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in px of the inputs."""
        return self.recipe.data.side, self.recipe.data.side

    def pick(self, index: torch.Tensor) -> TaskBatch:
        """Whole pictures, nothing cropped or moved."""
        scenes = self.scenes
        y = from_levels(scenes.y[index])
        x = scenes.x[index]
        edit = None
        if self.vectors is not None:
            edit = self.vectors[scenes.edit[index]] * scenes.strength[index][:, None, None]
        x = self._decode_input(x)
        return TaskBatch(
            x=x,
            y=y,
            weight=scenes.weight[index].float() / 16,
            w_plus=None if self.w_plus is None else self.w_plus[index],
            w_true=scenes.w_true[index],
            w_late=scenes.w_late[index],
            edit=edit,
        )

    def true_feature(
        self, index: torch.Tensor, corner: torch.Tensor, size: tuple[int, int]
    ) -> torch.Tensor:
        """The true `f` of crops of `size` (height, width) px whose corners [B, 2] are (x, y)."""
        placement = self.scenes.placement[index].clone()
        placement[:, :2] -= corner
        return warp_constant(self.dense, placement, (size[0] // CELL, size[1] // CELL))

    def style_picture(self, index: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """The aligned faces [B, 3, 256, 256] of whole inputs; sketches and masks themselves."""
        if self.recipe.label_channels:
            return x
        return align_faces(x, self.scenes.placement[index])

    def _decode_input(self, x: torch.Tensor) -> torch.Tensor:
        if self.recipe.task == "sketch":
            return x.float() / 255
        if self.recipe.task == "mask":
            return F.one_hot(x[:, 0].long(), 19).permute(0, 3, 1, 2).float()
        return from_levels(x)


def align_faces(x: torch.Tensor, placement: torch.Tensor) -> torch.Tensor:
    """The aligned square [B, 3, 256, 256] around each face of pictures [B, 3, h, w]."""
    home = aligned_placement(1, FULL_SIDE, FULL_SIDE)[0]
    centre_x, centre_y, scale, roll = placement[:, :, None, None].unbind(1)
    angle = torch.deg2rad(roll)
    across = torch.arange(FULL_SIDE) - home[0]
    down = (torch.arange(FULL_SIDE) - home[1])[:, None]
    source_x = centre_x + scale * (across * angle.cos() + down * angle.sin())
    source_y = centre_y + scale * (down * angle.cos() - across * angle.sin())
    grid = torch.stack([
        (source_x + 0.5) * 2 / x.shape[-1] - 1, (source_y + 0.5) * 2 / x.shape[-2] - 1
    ], dim=-1)  # fmt: skip
    return F.grid_sample(x, grid, padding_mode="reflection", align_corners=False)
