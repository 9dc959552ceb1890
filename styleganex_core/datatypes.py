"""The data that travels between the stages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from .errors import ShapeError


@dataclass(frozen=True)
class Latents:
    """A picture in the joint space: where things are (`f`) and what they look like (`w_plus`).

    Shapes: `f` [B, C, h, w], one cell per 8 px of the input crop (1/32 of a 1024 px generator's
    output); `w_plus` [B, L, D], one style per slot. A batch axis of 1 stands for the whole batch,
    so one `w_plus` serves every frame of a clip.

    `skips`: the encoder features the model's fusions need, one per fusion, each
    [B, C_k, h_k, w_k], or None. `optional_skips`: styles and `f` draw the same face without them,
    only less exactly, so what changes the face may leave them out (`Model.skips_are_optional`).
    `edit`: the sum of all applied edit vectors, [B, L, D]; it gates attention fusions, or None.
    `noise`: noise maps that belong to this picture, one [B, 1, h_i, w_i] per layer, or None.
    `size`: height and width in px of the decoded picture, or None for all that `f` yields.

    Raises ShapeError when the parts do not fit together. Source: StyleGANEX, section 4.
    """

    f: torch.Tensor
    w_plus: torch.Tensor
    skips: tuple[torch.Tensor, ...] | None = None
    edit: torch.Tensor | None = None
    noise: tuple[torch.Tensor, ...] | None = None
    size: tuple[int, int] | None = None
    optional_skips: bool = False

    def __post_init__(self) -> None:
        if self.f.ndim != 4 or self.w_plus.ndim != 3:
            raise ShapeError(
                "latents need f as [B, C, h, w] and w_plus as [B, L, D]; "
                f"got {list(self.f.shape)} and {list(self.w_plus.shape)}."
            )
        if self.edit is not None and self.edit.shape[1:] != self.w_plus.shape[1:]:
            raise ShapeError(
                f"the applied edit is {list(self.edit.shape)} but w_plus is "
                f"{list(self.w_plus.shape)}; both need the same slots and widths."
            )
        self.batch  # noqa: B018  (raises when the batch axes disagree)

    @property
    def batch(self) -> int:
        """The number of pictures."""
        sizes = {tensor.shape[0] for tensor in self.tensors} - {1}
        if len(sizes) > 1:
            raise ShapeError(
                f"latents hold batches of {sorted(sizes)} pictures at once; "
                "every part needs the same number, or 1 for all."
            )
        return sizes.pop() if sizes else 1

    @property
    def tensors(self) -> list[torch.Tensor]:
        """All parts that there are, always in the same order."""
        edit = () if self.edit is None else (self.edit,)
        return [self.f, self.w_plus, *edit, *(self.skips or ()), *(self.noise or ())]

    def with_tensors(self, tensors: Sequence[torch.Tensor]) -> Latents:
        """The same latents with other tensors for `tensors`, in their order."""
        rest = iter(tensors)
        return replace(
            self,
            f=next(rest),
            w_plus=next(rest),
            edit=None if self.edit is None else next(rest),
            skips=None if self.skips is None else tuple(next(rest) for _ in self.skips),
            noise=None if self.noise is None else tuple(next(rest) for _ in self.noise),
        )

    def to(
        self, device: torch.device | str | None = None, dtype: torch.dtype | None = None
    ) -> Latents:
        """The same latents on a device, in a dtype."""
        return self.with_tensors([tensor.to(device, dtype) for tensor in self.tensors])

    def without_optional_skips(self) -> Latents:
        """The same latents without optional skips; these themselves where skips are needed."""
        return replace(self, skips=None, optional_skips=False) if self.optional_skips else self

    def __getitem__(self, index: int | slice) -> Latents:
        """The latents of one picture (or a run of them); a batch axis of 1 is kept."""
        rows = slice(index, index + 1 or None) if isinstance(index, int) else index
        if not range(self.batch)[rows]:
            raise ShapeError(f"latents hold {self.batch} pictures; there is no picture {index}.")
        return self.with_tensors([t if t.shape[0] == 1 else t[rows] for t in self.tensors])


@dataclass(frozen=True)
class FaceCrop:
    """Where a crop lies in its picture, so that it can be pasted back.

    `matrix` [2, 3] maps (x, y) px of the crop to px of the original picture, both counted from
    the centre of the top-left px; it is a similarity: turn, scale, shift. `size` and
    `original_size` are (height, width) in px. `picture` is the original's place in its batch.
    """

    matrix: tuple[tuple[float, float, float], tuple[float, float, float]]
    size: tuple[int, int]
    original_size: tuple[int, int]
    picture: int = 0

    @property
    def scale(self) -> float:
        """Crop px per px of the original: above 1 the crop is an enlargement."""
        (a, _, _), (c, _, _) = self.matrix
        return 1 / math.hypot(a, c)

    @property
    def roll(self) -> float:
        """Degrees by which the crop is turned counter-clockwise in the original."""
        (a, _, _), (c, _, _) = self.matrix
        return -math.degrees(math.atan2(c, a))


def join_latents(parts: list[Latents]) -> Latents:
    """One batch of all the latents, in order.

    Raises ShapeError when they differ in size or when only some have skips, edits or noise.
    """
    if not parts:
        raise ShapeError("cannot join latents: the list is empty.")
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    for part in parts[1:]:
        same = (
            part.f.shape[1:] == first.f.shape[1:]
            and part.w_plus.shape[1:] == first.w_plus.shape[1:]
            and part.size == first.size
            and part.optional_skips == first.optional_skips
            and all(
                (getattr(part, name) is None) == (getattr(first, name) is None)
                for name in ("skips", "edit", "noise")
            )
        )
        if not same:
            raise ShapeError(
                f"cannot join latents of f {list(first.f.shape)}, size {first.size} with f "
                f"{list(part.f.shape)}, size {part.size}; all need one size and the same parts."
            )

    whole = [[t.expand(part.batch, *t.shape[1:]) for t in part.tensors] for part in parts]
    return first.with_tensors([torch.cat(same) for same in zip(*whole, strict=True)])


@dataclass(frozen=True)
class AverageChange:
    """What one unit of an edit's strength changes in faces on average, in a photo's own px.

    `places` [N, 2]: where the mesh's points of the mean face lie, px of the aligned face of 256 px;
    `shape` [N, 2]: px by which they move. Maps cover the aligned face, whatever their side S:
    `colour` [3, S, S], of the 2 from -1 to 1, and `detail` [1, S, S], the logarithm of the factor
    by which fine detail grows. `one_way`: strengths below 0 change nothing, as with a beard, which
    nobody knows how to take off. `bare`: how far glasses come off, and `shut`: how far lips close,
    from 1 on entirely; strengths that do so draw nothing, unless the change is `drawn`, as a smile
    that goes (one that comes does not part lips that another edit closes). Raises ShapeError for
    parts that do not fit together.
    """

    places: torch.Tensor
    shape: torch.Tensor
    colour: torch.Tensor
    detail: torch.Tensor
    one_way: bool = False
    bare: float = 0.0
    shut: float = 0.0
    drawn: bool = False

    def __post_init__(self) -> None:
        side = self.colour.shape[-1]
        points, shape = list(self.places.shape), list(self.shape.shape)
        maps = [list(self.colour.shape), list(self.detail.shape)]
        if points != [len(self.places), 2] or shape != points:
            raise ShapeError(f"the points of a change are [N, 2] twice; got {points} and {shape}.")
        if not side or maps != [[3, side, side], [1, side, side]]:
            raise ShapeError(
                f"the maps of a change are [3, S, S] and [1, S, S]; got {maps[0]} and {maps[1]}."
            )

    def holds(self, strength: float) -> bool:
        """Whether nothing is drawn of such a strength of the edit."""
        return not self.drawn and max(self.bare * strength, self.shut * strength) > 0

    @property
    def is_averaged(self) -> bool:
        """Whether it changes shape, colour or detail, and not only glasses or lips."""
        return any(bool(part.any()) for part in (self.shape, self.colour, self.detail))

    def __mul__(self, strength: float) -> AverageChange:
        if self.one_way:
            strength = max(strength, 0.0)
        shape, colour, detail = (strength * part for part in (self.shape, self.colour, self.detail))
        bare, shut = strength * self.bare, strength * self.shut
        if self.drawn:
            shut = max(shut, 0.0)
        return replace(self, shape=shape, colour=colour, detail=detail, bare=bare, shut=shut)

    def __add__(self, other: AverageChange) -> AverageChange:
        return AverageChange(
            self.places,
            self.shape + other.shape,
            self.colour + other.colour,
            self.detail + other.detail,
            bare=self.bare + other.bare,
            shut=self.shut + other.shut,
        )
