"""A clip edited the plain way, the other side of the ratio in `bench_video.py`.

Every frame by itself: the whole crop is encoded, drawn with and without the edit, and pasted. What
`edit_frames` does in fewer steps shows the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import torch

import styleganex_core as sx
from styleganex_core.composite import paste_face
from styleganex_core.crop import cut_crop
from styleganex_core.crop.masks import face_mask
from styleganex_core.video import Frame
from styleganex_core.video.path import plan_path


@torch.no_grad()
def edit_each(
    model: sx.Model,
    frames: Iterable[Frame],
    track: sx.Track,
    edits: Sequence[sx.ClipEdit],
    settings: sx.ClipSettings,
) -> Iterator[Frame]:
    """The frames with all people of the track edited, their faces put back."""
    paths = [
        plan_path(track, number, smoothing=settings.smoothing, reach=settings.reach)
        for number in range(len(track.people))
    ]
    styles = [sx.encode_face(model, person.style).w_plus for person in track.people]
    for frame in frames:
        picture, result = frame.to_picture(), None
        size = (picture.shape[-2], picture.shape[-1])
        for path, w_plus in zip(paths, styles, strict=True):
            if not path.covers(frame.index):
                continue
            place = path.crop_at(frame.index, size)
            latents = edited = sx.encode_face(model, cut_crop(picture, place), w_plus=w_plus)
            for edit in edits:
                strength = edit.strength.strength_at(
                    frame.index, float(frame.time), float(track.rate)
                )
                edited = sx.apply_edit_vector(edited, edit.vector, strength, edit.layers)
            change = settings.paste == "change" and edits
            mask = face_mask(place, path.face_at(frame.index, size)) * path.share_at(frame.index)
            result = paste_face(
                picture,
                sx.decode_latents(model, edited),
                place,
                mask=mask,
                feather=settings.feather,
                onto=result,
                unedited=sx.decode_latents(model, latents) if change else None,
            )
        yield frame if result is None else Frame.of(frame, result)
