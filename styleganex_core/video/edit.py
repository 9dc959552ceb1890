"""One edit over all frames of a clip: crop, encode, edit, decode and paste, a few at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Literal

import torch

from ..composite import paste_face
from ..composite.paste import FEATHER
from ..crop import cut_crop
from ..crop.align import MULTIPLE, REACH
from ..crop.masks import face_mask
from ..datatypes import FaceCrop
from ..encode import encode_face
from ..errors import StyleGANEXError
from ..latents import apply_edit_vector
from ..networks import Model
from ..networks.generator import DENSE_SIDE
from ..networks.window import Window
from ..patience import Halving
from ..ranges import check_number
from .average import PersonChanges, find_changes
from .clip import Frame
from .drawing import Paste, draw_crops, side_of
from .expression import PersonMotion
from .keyframes import Keyframes
from .part import find_part, join_parts
from .path import FacePath, WhenUnseen, plan_path
from .people import Track

Region = Literal["face", "crop"]


@dataclass(frozen=True)
class ClipEdit:
    """An edit vector over a clip, for one person or (None) for everybody.

    `vector` and `layers` as in `apply_edit_vector`, with a strength for every frame.
    """

    vector: torch.Tensor
    strength: Keyframes
    layers: str = "all"
    person: int | None = None


@dataclass(frozen=True)
class ClipSettings:
    """How faces are cut out of a clip and put back.

    `people`: "all" or numbers. `region`: what is put back, a soft oval over "face" and hair or the
    whole "crop"; where several crops overlap, ovals keep each edit to its person. `paste`: the
    frame itself with the "change" that the edits make in the model's drawing of it, as
    `transfer_edit` carries it over, its own px moved with the face, or that "drawing"; where there
    are no edits, as for toonify, it is always the drawing. `feather` and `match_colour` as in
    `paste_face`, the rest as in `plan_path`. `half`: frames and drawings are of half the size.
    """

    people: str = "all"
    region: Region = "face"
    paste: Paste = "change"
    feather: float = FEATHER
    match_colour: bool = False
    missing: WhenUnseen = "pass through"
    smoothing: float = 0.2
    upright: bool = False
    reach: int = REACH
    half: bool = False


@dataclass(frozen=True)
class _Part:
    """A person to edit: where they are, their styles and their edits."""

    number: int
    path: FacePath
    w_plus: torch.Tensor
    edits: tuple[ClipEdit, ...]
    changes: PersonChanges
    motion: PersonMotion


@torch.no_grad()
def edit_frames(
    model: Model,
    frames: Iterable[Frame],
    track: Track,
    edits: Sequence[ClipEdit] = (),
    *,
    settings: ClipSettings | None = None,
    chunk: int = 4,
) -> Iterator[Frame]:
    """The frames with their people edited, in order; `chunk` of them are in memory at a time.

    Without `edits` every face is only drawn anew, which is what a toonify model is for. Frames
    outside the track, and people outside their share of it, come back as they were.
    """
    settings = settings or ClipSettings()
    parts = _plan(model, track, edits, settings)
    stream = iter(frames)
    halving = Halving(chunk, "editing a clip")

    def edit_batch(batch: list[Frame]) -> list[torch.Tensor | None]:
        pictures = [frame.to_picture(model.device) for frame in batch]
        results: list[torch.Tensor | None] = [None] * len(batch)
        for part in parts:
            _edit_person(model, part, track, batch, pictures, results, settings)
        return [None if result is None else result.cpu() for result in results]

    while batch := list(islice(stream, halving.size)):
        for frame in batch:
            track.check_frame(frame)
        edited = halving.run(lambda rows, batch=batch: edit_batch(batch[rows]), len(batch))
        for frame, result in zip(batch, chain.from_iterable(edited), strict=True):
            yield frame if result is None else Frame.of(frame, result)


def _plan(
    model: Model, track: Track, edits: Sequence[ClipEdit], settings: ClipSettings
) -> list[_Part]:
    """The people to edit, the smallest face first: who is nearer is pasted on top."""
    if settings.region not in ("face", "crop"):
        raise StyleGANEXError(f'the region is "face" or "crop"; got {settings.region!r}.')
    check_number(settings.feather, "feather", 0)
    for edit in edits:
        for key in edit.strength.keys:
            check_number(key.strength, "a strength")
        if edit.person is not None and not 0 <= edit.person < len(track.people):
            raise StyleGANEXError(
                f"an edit is for person {edit.person}, but the clip has {len(track.people)} "
                "people, counted from 0."
            )
    if settings.paste not in ("drawing", "change"):
        raise StyleGANEXError(f'what is pasted is "drawing" or "change"; got {settings.paste!r}.')
    chosen = track.choose(settings.people)
    if edits and all(edit.person is not None for edit in edits):
        # Edits that all name someone leave everybody else alone.
        chosen = tuple(number for number in chosen if any(e.person == number for e in edits))
    parts = []
    for number in chosen:
        path = plan_path(
            track,
            number,
            missing=settings.missing,
            smoothing=settings.smoothing,
            upright=settings.upright,
            reach=settings.reach,
        )
        still = encode_face(model, track.people[number].style.to(model.device))
        own = tuple(edit for edit in edits if edit.person in (None, number))
        for edit in own:  # a vector or slots that do not fit are told before the first frame
            apply_edit_vector(still, edit.vector, 1.0, edit.layers)
        changes = find_changes(model, [edit.vector for edit in own], settings.paste)
        parts.append(_Part(number, path, still.w_plus, own, changes, PersonMotion()))
    return sorted(parts, key=lambda part: _mean_eyes(part.path))


def _mean_eyes(path: FacePath) -> float:
    shown = path.points[path.share > 0]
    return float((shown[:, 1] - shown[:, 0]).norm(dim=1).mean()) if len(shown) else 0.0


def _mask(
    path: FacePath, index: int, place: FaceCrop, size: tuple[int, int], region: Region
) -> torch.Tensor:
    """How much the drawing counts in the crop of a frame of `size`, [1, 1, *place.size]."""
    share = path.share_at(index)
    if region == "face":
        return face_mask(place, path.face_at(index, size)) * share
    return torch.full((1, 1, *place.size), share)


def _edit_person(
    model: Model,
    part: _Part,
    track: Track,
    batch: list[Frame],
    pictures: list[torch.Tensor],
    results: list[torch.Tensor | None],
    settings: ClipSettings,
) -> None:
    rows = [row for row, frame in enumerate(batch) if part.path.covers(frame.index)]
    if not rows:
        return
    size = (pictures[0].shape[-2], pictures[0].shape[-1])
    places = [part.path.crop_at(batch[row].index, size) for row in rows]
    crops = torch.cat([cut_crop(pictures[r], place) for r, place in zip(rows, places, strict=True)])
    rate = float(track.rate)
    steps = [
        (
            edit.vector,
            [edit.strength.strength_at(batch[r].index, float(batch[r].time), rate) for r in rows],
            edit.layers,
        )
        for edit in part.edits
    ]
    paste: Paste = settings.paste if steps else "drawing"
    masks = [
        _mask(part.path, batch[row].index, place, size, settings.region)
        for row, place in zip(rows, places, strict=True)
    ]
    cell_side = side_of(model, settings.half) / MULTIPLE / DENSE_SIDE
    height, width = places[0].size
    drawn = (round(height * cell_side), round(width * cell_side))
    seen = [Window(0, 0, *drawn)] * len(rows)
    if not settings.match_colour:  # which looks at the whole crop
        seen = [find_part(mask, place, drawn) for mask, place in zip(masks, places, strict=True)]
    window = join_parts(seen)
    held = part.changes.hold(steps)
    found = draw_crops(model, crops, part.w_plus, held, paste, settings.half, window)
    for number, (row, place) in enumerate(zip(rows, places, strict=True)):
        drawings = found.lay_out(number, window, seen[number], drawn)
        picture, onto, index = pictures[row], results[row], batch[row].index
        share = part.path.share_at(index)
        change = part.changes.sum([share * strengths[number] for _, strengths, _ in steps])
        face = part.path.face_at(index, size)
        if change is not None and change.is_averaged:
            picture, onto = part.changes.apply(picture, index, face, change, onto)
        moved = part.motion.read(crops[number : number + 1], drawings, index, face, place, change)
        results[row] = paste_face(
            picture,
            drawings.edited,
            place,
            mask=masks[number],
            feather=settings.feather,
            match_colour=settings.match_colour,
            onto=onto,
            unedited=drawings.plain,
            motion=moved,
            within_mask=not settings.match_colour,
        )
