"""Label maps of faces in their forms: class numbers, one-hot, colours, separate masks.

Convention: a label map is uint8 [B, H, W] with CelebAMask-HQ's classes 0 to 18; left and right are
the subject's, so the left eye lies on the picture's right. Source: docs/networks.md, "Tasks".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import torch
import torch.nn.functional as F

from ..errors import ShapeError, StyleGANEXError, echo
from ..grammar import check_length
from ..images import HALF_LEVEL, to_levels
from . import schemes
from .palettes import FACE_CLASSES, NAMED, class_colours, guess_cause, locate, read_colours
from .schemes import Scheme

LabelForm = Literal["detect", "label image", "palette image", "nearest palette colour"]
FORMS = ("detect", "label image", "palette image", "nearest palette colour")
Pictures = torch.Tensor | Sequence[torch.Tensor]  # [B, 3, H, W], or B of [1, 3, H, W]

LEFT_EYE, RIGHT_EYE = FACE_CLASSES.index("l_eye"), FACE_CLASSES.index("r_eye")


def read_labels(
    picture: torch.Tensor, form: LabelForm = "detect", scheme: Scheme = "BiSeNet"
) -> torch.Tensor:
    """The label map in a picture [B, 3, H, W] in -1..1.

    "label image": grey, the 8-bit level is the class. "palette image": the classes' colours as in
    `class_colours`. "detect" takes grey pictures for label images and others for palette images;
    "nearest palette colour" takes any colour for the nearest one. `scheme`: whose numbers and
    colours they are, "BiSeNet"'s, which are ours, or "CelebAMask-HQ"'s own; "auto" looks which of
    the two makes a head, and takes ours in doubt. The result has our numbers.

    Raises StyleGANEXError naming the classes or colours that do not exist, where, and how many, and
    for a map that smoothing has spoilt.
    """
    return read_label_map(picture, form, scheme)[0]


def read_label_map(
    picture: Pictures, form: LabelForm = "detect", scheme: Scheme = "auto"
) -> tuple[torch.Tensor, Scheme]:
    """The label map as in `read_labels`, and whose numbers and colours the picture had.

    A batch may also be a sequence of single pictures, each made when it is asked for: what is kept
    of all of them takes less than they would.
    """
    if form not in FORMS:
        raise StyleGANEXError(f"labels are read as one of {', '.join(FORMS)}; got {form!r}.")
    if scheme not in schemes.SCHEMES:
        listed = ", ".join(schemes.SCHEMES)
        raise StyleGANEXError(f"the scheme of labels is one of {listed}; got {scheme!r}.")
    levels = _levels_of(picture)
    loose = form == "nearest palette colour"
    if loose or form == "palette image" or (form == "detect" and _looks_coloured(levels)):
        return read_colours(levels, scheme, loose)
    labels = check_labels(levels[..., 0].contiguous())
    ramps = schemes.find_ramps(labels)
    if ramps is not None:
        raise StyleGANEXError(
            f"the label map was resized or turned with smoothing: its classes lie between those "
            f"beside them {locate(ramps)}. Resize label maps with 'nearest' (nearest-exact)."
        )
    if scheme == "CelebAMask-HQ" or (scheme == "auto" and schemes.looks_like_celeba(labels)):
        return schemes.renumber(labels), "CelebAMask-HQ"
    return labels, "BiSeNet"


def check_labels(labels: torch.Tensor) -> torch.Tensor:
    """The label map, uint8; StyleGANEXError when it holds classes that do not exist."""
    if labels.ndim != 3 or 0 in labels.shape:
        raise ShapeError(f"a label map needs the shape [B, H, W]; got {list(labels.shape)}.")
    wrong: set[int] = set()
    for one in labels:
        wrong.update(one[(one < 0) | (one >= len(FACE_CLASSES))].unique().tolist())
    if wrong:
        found = [f"class {number} {locate(labels == number)}" for number in sorted(wrong)[:NAMED]]
        more = f" and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
        raise StyleGANEXError(
            f"the label map holds {'; '.join(found)}{more}. Classes run from 0 (background) to "
            f"{len(FACE_CLASSES) - 1} ({FACE_CLASSES[-1]}): repaint these px with one of them "
            f"({_list_classes()}). {guess_cause(len(wrong))}"
        )
    return labels.to(torch.uint8)


def encode_labels(labels: torch.Tensor) -> torch.Tensor:
    """The mask model's input: one plane per class, [B, 19, H, W] of 0 and 1."""
    planes = F.one_hot(check_labels(labels).long(), len(FACE_CLASSES))
    return planes.permute(0, 3, 1, 2).float().contiguous()


def colour_labels(labels: torch.Tensor) -> torch.Tensor:
    """A picture [B, 3, H, W] in -1..1 of the label map in its palette's colours."""
    colours = _to_picture(class_colours().to(labels.device))
    return colours[check_labels(labels).long()].permute(0, 3, 1, 2).contiguous()


def show_planes(planes: torch.Tensor) -> torch.Tensor:
    """One plane per class [B, 19, H, W] as a picture [B, 3, H, W] in -1..1 in palette colours."""
    return colour_labels(planes.argmax(dim=1))


def grey_labels(labels: torch.Tensor) -> torch.Tensor:
    """The label map as a label image [B, 3, H, W] in -1..1: nearly black, level = class."""
    grey = _to_picture(check_labels(labels)[:, None])
    return grey.expand(-1, 3, -1, -1).contiguous()


def choose_classes(labels: torch.Tensor, classes: str) -> torch.Tensor:
    """Where the chosen classes are, [B, H, W] of 0 and 1.

    `classes`: names, numbers and ranges such as "skin, nose, 2-5". Raises StyleGANEXError for
    anything else.
    """
    chosen = torch.zeros(len(FACE_CLASSES), device=labels.device)
    chosen[parse_classes(classes)] = 1
    return chosen[check_labels(labels).long()]


def parse_classes(classes: str) -> list[int]:
    """The numbers of the chosen classes; errors as for `choose_classes`.

    >>> parse_classes("hair, 1-3")
    [17, 1, 2, 3]
    """
    check_length(classes, 1000, "classes")
    chosen: list[int] = []
    for part in classes.lower().split(","):
        first, _, last = part.strip().partition("-")
        if part.strip() in FACE_CLASSES:
            chosen.append(FACE_CLASSES.index(part.strip()))
        elif first.isdecimal() and (last or first).isdecimal() and _fits(first, last or first):
            chosen += range(int(first), int(last or first) + 1)
        else:
            raise StyleGANEXError(
                f'classes "{echo(classes)}": cannot read "{echo(part.strip())}"; write names, '
                f'numbers and ranges such as "skin, nose, 2-5" of {_list_classes()}.'
            )
    return chosen


def paint_masks(
    masks: Mapping[str, torch.Tensor], labels: torch.Tensor | None = None
) -> torch.Tensor:
    """The label map [B, H, W] of one mask [B or 1, H, W] (0..1) per class, by its name.

    Masks are painted over `labels`, or over background; where they overlap, the class that comes
    later in `FACE_CLASSES` lies on top, so hair covers skin. A mask counts from 0.5 on.

    Raises StyleGANEXError for unknown names, ShapeError for masks of different sizes.
    """
    unknown = [name for name in masks if name not in FACE_CLASSES]
    if unknown:
        raise StyleGANEXError(
            f"there is no class called {', '.join(unknown)}; classes are {_list_classes()}."
        )
    parts = {**({} if labels is None else {"labels": check_labels(labels)}), **masks}
    if not parts:
        raise StyleGANEXError("there is no mask: connect at least one class, or a label map.")
    sizes = {name: list(part.shape[-2:]) for name, part in parts.items()}
    if len({tuple(size) for size in sizes.values()}) > 1 or any(
        part.ndim != 3 for part in parts.values()
    ):
        listed = ", ".join(f"{name} {list(part.shape)}" for name, part in parts.items())
        raise ShapeError(f"masks need one size and the shape [B, H, W]; got {listed}.")
    counts = {len(part) for part in parts.values()} - {1}
    if len(counts) > 1:
        raise ShapeError(
            f"masks come in batches of {sorted(counts)} at once; every class needs as many "
            "pictures, or 1 for all."
        )
    first = next(iter(parts.values()))
    count, (height, width) = max(counts, default=1), first.shape[-2:]
    painted = torch.zeros(count, height, width, dtype=torch.uint8, device=first.device)
    if labels is not None:
        painted = parts["labels"].expand(count, -1, -1).clone()
    for number, name in enumerate(FACE_CLASSES):
        if name in masks:
            painted = torch.where(masks[name].to(painted.device) >= 0.5, number, painted)
    return painted.to(torch.uint8)


def eye_distance(labels: torch.Tensor) -> float | None:
    """Px between the middles of the two eyes of a label map [H, W], or None without both."""
    middles = []
    for number in (LEFT_EYE, RIGHT_EYE):
        places = (labels == number).nonzero().float()
        if not len(places):
            return None
        middles.append(places.mean(dim=0))
    return float((middles[0] - middles[1]).norm())


def _to_picture(levels: torch.Tensor) -> torch.Tensor:
    """8-bit levels in -1..1, a little above them: whoever saves pictures may round down."""
    return (levels.float() + 0.25) / 127.5 - 1


def _levels_of(pictures: Pictures) -> torch.Tensor:
    """The 8-bit levels [B, H, W, 3] of pictures."""
    whole = torch.empty(0)
    for number, one in enumerate(
        pictures.split(1) if isinstance(pictures, torch.Tensor) else pictures
    ):
        if one.ndim != 4 or one.shape[1] != 3 or 0 in one.shape:
            raise ShapeError(
                f"a picture of labels needs the shape [B, 3, H, W]; got {list(one.shape)}."
            )
        levels = to_levels(one + HALF_LEVEL).permute(0, 2, 3, 1)
        if number == 0:
            whole = levels.new_empty(len(pictures), *levels.shape[1:])
        whole[number : number + 1] = levels
    return whole


def _looks_coloured(levels: torch.Tensor) -> bool:
    if not all(bool((one == one[..., :1]).all()) for one in levels):
        return True
    # The palette's only greys are the background's 0 and the left ear's 128.
    greys = levels[..., 0]
    only = all(bool(((one == 128) | (one == 0)).all()) for one in greys)
    return only and bool(greys.any())


def _fits(first: str, last: str) -> bool:
    return int(first) <= int(last) < len(FACE_CLASSES)


def _list_classes() -> str:
    return ", ".join(f"{number} {name}" for number, name in enumerate(FACE_CLASSES))
