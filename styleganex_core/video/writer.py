"""Video files written frame by frame; a run that stops in the middle leaves nothing behind."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import torch

from ..errors import ShapeError, StyleGANEXError
from ..writing import begin_beside, put_in_place
from .chroma import to_planes
from .clip import ClipInfo, Sound, require_av

TICKS = 90_000  # of a second: divides all usual frame rates, and MPEG's own clock
QUALITY = 18  # x264's constant rate factor: hard to tell from the source


class ClipWriter:
    """An mp4 (H.264) that appears at `path` when it is whole; use it in a `with` block.

    `like` gives the frame rate, colours and px proportions to keep; `size` (height, width) is that
    of the frames. H.264 has even sides, so an odd one grows by a px that repeats the edge.
    `quality`: x264's rate factor, 0 (lossless) to 51. The file is written under another name first
    and removed when the block ends with an error.
    """

    def __init__(
        self,
        path: Path,
        size: tuple[int, int],
        like: ClipInfo,
        *,
        sounds: Sequence[Sound] = (),
        quality: int = QUALITY,
    ) -> None:
        self.path = Path(path)
        self.frames = 0
        self._part = begin_beside(self.path)
        self._size = size
        self._like = like
        self._sounds = sounds
        self._quality = quality
        self._end = Fraction(0)

    def __enter__(self) -> ClipWriter:
        av = require_av()
        options = {"movflags": "use_metadata_tags"}
        self._output = av.open(str(self._part), "w", format="mp4", options=options)
        try:
            self._stream = self._add_stream()
            for sound in self._sounds:
                sound.begin(self._output)
        except BaseException:
            self._discard()
            raise
        return self

    def write(self, image: torch.Tensor, time: Fraction) -> None:
        """One frame, 8-bit [H, W, 3], shown at `time` seconds; later than the one before."""
        if tuple(image.shape) != (*self._size, 3) or image.dtype != torch.uint8:
            raise ShapeError(
                f"this clip takes 8-bit frames [{self._size[0]}, {self._size[1]}, 3]; "
                f"got {image.dtype} {list(image.shape)}."
            )
        av = require_av()
        pixels = image.cpu().numpy()
        extra = [(0, side % 2) for side in self._size]
        if any(after for _, after in extra):
            pixels = np.pad(pixels, [*extra, (0, 0)], mode="edge")
        colour = self._like.colour
        planes = to_planes(pixels, colour.space, colour.full_range)
        frame = av.VideoFrame.from_ndarray(planes, format=self._stream.pix_fmt)
        frame.colorspace, frame.color_range = colour.space, 2 if colour.full_range else 1
        frame.pts = round(time * TICKS)
        frame.time_base = Fraction(1, TICKS)
        for sound in self._sounds:
            sound.advance(time)
        self._output.mux(self._stream.encode(frame))
        self.frames += 1
        self._end = time + 1 / self._like.rate

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._discard()
            return
        try:
            if not self.frames:
                raise StyleGANEXError(
                    "no frame was chosen, so there is no clip to write; choose a range of frames "
                    "that the clip has."
                )
            self._finish()
        except BaseException:
            self._discard()
            raise
        put_in_place(self._part, self.path)

    def _add_stream(self) -> Any:
        like = self._like
        stream = self._output.add_stream("libx264", rate=like.rate.limit_denominator(65_535))
        stream.height, stream.width = (side + side % 2 for side in self._size)
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": str(self._quality), "preset": "veryfast"}
        context = stream.codec_context
        context.time_base = Fraction(1, TICKS)
        context.color_range = 2 if like.colour.full_range else 1
        context.colorspace = like.colour.space
        context.color_primaries = like.colour.primaries
        context.color_trc = like.colour.transfer
        context.sample_aspect_ratio = like.pixel_aspect
        return stream

    def _finish(self) -> None:
        self._output.mux(self._stream.encode(None))
        for sound in self._sounds:
            sound.finish(self._end)
            sound.close()
        self._output.close()

    def _discard(self) -> None:
        for sound in self._sounds:
            sound.close()
        self._output.close()
        self._part.unlink(missing_ok=True)
