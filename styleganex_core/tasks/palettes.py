"""The classes' colours, and label maps read from pictures in them. Convention: as in `labels`."""

from __future__ import annotations

import torch

from ..errors import StyleGANEXError
from .schemes import CELEBA_COLOURS, Scheme, renumber

FACE_CLASSES = (
    "background", "skin", "l_brow", "r_brow", "l_eye", "r_eye", "eye_g", "l_ear", "r_ear", "ear_r",
    "nose", "mouth", "u_lip", "l_lip", "neck", "neck_l", "cloth", "hair", "hat",
)  # fmt: skip
COLOUR_TOLERANCE = 24  # levels per channel that a file's compression may add; colours are 64 apart
NAMED = 5  # how many wrong classes or colours a message lists
PHOTO = 64  # wrong classes or colours from which on a picture is taken for a photo

# How far a colour may lie from all of a palette's, in levels of its worst channel; and which share
# of a picture one such colour, or all that are further off than compression puts them, may cover.
FAR, ONE_SHARE, ALL_SHARE = 48, 0.01, 0.25


def class_colours() -> torch.Tensor:
    """The colour of each class, uint8 [19, 3].

    The bits of the class number, three at a time, are the colour's bits from the highest down:
    the palette of the PASCAL VOC segmentation files.
    """
    rows = [
        [
            sum((number >> (3 * k + channel) & 1) << (7 - k) for k in range(3))
            for channel in (0, 1, 2)
        ]
        for number in range(len(FACE_CLASSES))
    ]
    return torch.tensor(rows, dtype=torch.uint8)


def read_colours(levels: torch.Tensor, scheme: Scheme, loose: bool) -> tuple[torch.Tensor, Scheme]:
    """The map that colours mean, and whose they are; `loose` takes each for the nearest one."""
    palettes: dict[Scheme, torch.Tensor] = {
        "BiSeNet": class_colours(),
        "CelebAMask-HQ": torch.tensor(CELEBA_COLOURS, dtype=torch.uint8),
    }
    tried = {
        name: _nearest(levels, palette)
        for name, palette in palettes.items()
        if scheme in ("auto", name)
    }
    errors = {name: int(distance.sum()) for name, (_, distance) in tried.items()}
    scheme = (
        "BiSeNet"
        if "BiSeNet" in tried and errors["BiSeNet"] <= min(errors.values())
        else ("CelebAMask-HQ")
    )
    labels, distance = tried[scheme]
    far = distance > COLOUR_TOLERANCE
    wrong = far & _too_far(levels, distance) if loose else far
    if scheme == "CelebAMask-HQ":
        labels = renumber(labels)
    if wrong.any():
        raise _refuse_colours(levels, wrong, labels, scheme)
    return labels, scheme


def _too_far(levels: torch.Tensor, distance: torch.Tensor) -> torch.Tensor:
    """The px that even the nearest colour is no mending of: another palette's, or a photo's."""
    far = distance > FAR
    if (distance > COLOUR_TOLERANCE).sum() > ALL_SHARE * far.numel():
        return torch.ones_like(far)
    wrong = torch.zeros_like(far)
    if far.any():
        colours, counts = _count_colours(levels, far)
        for colour in colours[counts > ONE_SHARE * far.numel()]:
            wrong |= far & (levels == colour).all(dim=-1)
    return wrong


def _refuse_colours(
    levels: torch.Tensor, wrong: torch.Tensor, labels: torch.Tensor, scheme: Scheme
) -> StyleGANEXError:
    colours, counts = _count_colours(levels, wrong)
    order = counts.argsort(descending=True).tolist()
    found = []
    for index in order[:NAMED]:
        at = wrong & (levels == colours[index]).all(dim=-1)
        number = int(labels[at][0])
        found.append(
            f"{tuple(colours[index].tolist())} {locate(at)} (nearest: {number} "
            f"{FACE_CLASSES[number]})"
        )
    more = f" and {len(order) - NAMED} more" if len(order) > NAMED else ""
    return StyleGANEXError(
        f"the palette image, read with {scheme}'s colours, holds some that belong to no class: "
        f"{'; '.join(found)}{more}. Repaint them without soft edges, or, where they are soft edges "
        "only, read the picture as 'nearest palette colour'. BiSeNet's colours are those of PASCAL "
        "VOC for the classes 0 to 18, CelebAMask-HQ's those of its g_color.py. "
        f"{guess_cause(len(order))}"
    )


def _count_colours(levels: torch.Tensor, chosen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The colours [N, 3] of the chosen px of [B, H, W, 3], and how many px have each, [N]."""
    shifts = torch.tensor((16, 8, 0), device=levels.device)
    codes = counts = torch.empty(0, dtype=torch.long, device=levels.device)
    for one, here in zip(levels, chosen, strict=True):
        found, times = (one[here].long() << shifts).sum(dim=-1).unique(return_counts=True)
        codes, places = torch.cat([codes, found]).unique(return_inverse=True)
        both = torch.cat([counts, times])
        counts = torch.zeros_like(codes).index_add_(0, places, both)
    return (codes[:, None] >> shifts & 255).to(torch.uint8), counts


def _nearest(levels: torch.Tensor, palette: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The place in the palette [19, 3] that is nearest to colours [B, H, W, 3], [B, H, W], and how
    far off its worst channel is; both of 8 bits.
    """
    palette = palette.to(levels.device)
    labels = levels.new_empty(levels.shape[:-1])
    worst = torch.empty_like(labels)
    for number, one in enumerate(levels):
        labels[number], worst[number] = _nearest_of_one(one.int(), palette)
    return labels, worst


def _nearest_of_one(
    levels: torch.Tensor, palette: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """As `_nearest`, of one picture [H, W, 3]."""
    least = torch.full_like(levels[..., 0], torch.iinfo(torch.int32).max)
    labels = torch.zeros_like(least, dtype=torch.uint8)
    for number, colour in enumerate(palette):
        distance = (levels - colour).square().sum(dim=-1, dtype=torch.int32)
        labels = torch.where(distance < least, number, labels).to(torch.uint8)
        least = torch.minimum(least, distance)
    worst = (levels - palette[labels.long()]).abs().amax(dim=-1)
    return labels, worst.to(torch.uint8)


def locate(mask: torch.Tensor) -> str:
    """How many px, and the first of them."""
    _, height, width = mask.shape
    first = int(mask.flatten().view(torch.uint8).argmax())
    picture, y, x = first // (height * width), first // width % height, first % width
    where = f"at x {x}, y {y}" + (f" of picture {picture}" if len(mask) > 1 else "")
    count = int(mask.sum())
    return f"in 1 px {where}" if count == 1 else f"in {count} px, the first {where}"


def guess_cause(wrong: int) -> str:
    if wrong >= PHOTO:
        return "It looks like a photo: Parse Face makes a label map of one."
    return "Resizing with smoothing and saving as JPEG spoil label maps."
