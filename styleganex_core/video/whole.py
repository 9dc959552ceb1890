"""A whole clip from file to file in constant memory: read, edited and written frame by frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain
from pathlib import Path

from ..errors import StyleGANEXError
from ..networks import Model
from ..settings import takes_fields
from .clip import Clip, Frame, Selection
from .edit import ClipEdit, ClipSettings, edit_frames
from .people import Track
from .writer import QUALITY, ClipWriter


@dataclass(frozen=True)
class OutputSettings:
    """What of a clip is edited and how it is written.

    `selection` chooses a part for a quick trial, as far as it was tracked; `chunk` frames are in
    memory at a time; `quality` is x264's rate factor, 0 (lossless) to 51.
    """

    selection: Selection | None = None
    chunk: int = 4
    quality: int = QUALITY


@takes_fields(OutputSettings, parameter="output")
def edit_video(
    model: Model,
    clip: Clip,
    target: Path,
    track: Track,
    edits: Sequence[ClipEdit] = (),
    *,
    settings: ClipSettings | None = None,
    output: OutputSettings | None = None,
    progress: Callable[[int, int], None] | None = None,
    show: Callable[[Frame], None] | None = None,
) -> int:
    """Writes the edited clip to `target` (mp4) with its sound and times; returns its frame count.

    `output`, or its fields as keywords: which part is edited, and how it is written.
    `progress(done, total)` counts frames, and what it raises (a cancel) leaves no file. Frames keep
    the times they had.
    """
    output = output or OutputSettings()
    track.check_size(clip.info.size)
    chosen = within(output.selection or Selection(), track)
    settings = replace(settings or ClipSettings(), half=chosen.half)
    stream = clip.read(chosen)
    first = next(stream, None)
    if first is None:
        raise StyleGANEXError(
            f"the clip has no frame {chosen.start}; choose a range of frames that it has."
        )
    # From the start of the clip on its own beginning is kept: sound may start before the pictures.
    origin = first.time if chosen.start else Fraction(0)
    cut = bool(chosen.count) and chosen.stop < clip.info.frames
    sound = clip.sound(origin, cut=cut)
    info = replace(clip.info, rate=clip.info.rate / chosen.every)
    total = len(range(chosen.start, chosen.start + chosen.count, chosen.every))
    edited = edit_frames(
        model, chain([first], stream), track, edits, settings=settings, chunk=output.chunk
    )
    size = chosen.size_of(clip.info.size)
    sounds = [sound] if sound else []
    with ClipWriter(target, size, info, sounds=sounds, quality=output.quality) as writer:
        for done, frame in enumerate(edited, start=1):
            writer.write(frame.image, frame.time - origin)
            if show is not None:
                show(frame)
            if progress is not None:
                progress(done, total)
    return writer.frames


def write_clip(
    clip: Clip,
    target: Path,
    *,
    quality: int = QUALITY,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Writes a clip as it is to `target` (mp4), with its sound; returns its frame count."""
    sound = clip.sound(Fraction(0), cut=False)
    sounds = [sound] if sound else []
    with ClipWriter(target, clip.info.size, clip.info, sounds=sounds, quality=quality) as writer:
        for done, frame in enumerate(clip.read(Selection()), start=1):
            writer.write(frame.image, frame.time)
            if progress is not None:
                progress(done, max(done, clip.info.frames))
    return writer.frames


def within(selection: Selection, track: Track) -> Selection:
    """The part of the selection that was tracked. Raises StyleGANEXError when there is none."""
    start = max(selection.start, track.first)
    stop = min(selection.stop, track.first + track.count)
    if start >= stop:
        raise StyleGANEXError(
            f"frames from {selection.start} on were chosen, but frames {track.first} to "
            f"{track.first + track.count - 1} were tracked; choose among these, or track more."
        )
    if selection.every > 1 and start > selection.start:
        start += -(start - selection.start) % selection.every
    return replace(selection, start=start, count=int(stop - start))
