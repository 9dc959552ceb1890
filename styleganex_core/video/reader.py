"""Video files read frame by frame: upright, with true times, one frame in memory at a time."""

from __future__ import annotations

import io
import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from ..errors import ShapeError, StyleGANEXError, echo
from ..images import nearest_levels, to_levels
from ..names import is_file
from .carry import plan_sound
from .clip import LARGEST_JUMP, ClipInfo, Frame, Selection, Sound, require_av
from .colours import describe_copy, is_transparent, read_levels
from .sound import FileSound, WaveSound

MICROSECOND = Fraction(1, 1_000_000)  # the unit of a container's own start and duration
LARGEST_DENOMINATOR = 65_535  # of a frame rate: as much as H.264's encoder takes
COVERS = {"mjpeg", "png", "bmp", "webp"}  # codecs of a second track that is a picture on a sleeve
DEFAULT_RATE = Fraction(25)  # frames per second where a file says nothing

Source = str | Path | io.BytesIO


class FileClip:
    """A video file, or its bytes in memory.

    `notes`: what of it an edited copy will lack, in sentences. Raises StyleGANEXError when it is
    missing, broken or holds no pictures.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        with self.open() as container:
            self.info, transparent = _describe(container, self.name)
            self.notes = (*plan_sound(container)[1], *_list_losses(container, transparent))
        for note in self.notes:
            logging.getLogger(__name__).warning("%s: %s", self.name, note)

    @property
    def name(self) -> str:
        return Path(self._source).name if isinstance(self._source, (str, Path)) else "the clip"

    @contextmanager
    def open(self) -> Iterator[Any]:
        """The file opened by PyAV, independent of other readers."""
        av = require_av()
        source = self._source
        if isinstance(source, io.BytesIO):
            source = io.BytesIO(source.getvalue())  # shares the bytes, not the position
        elif not is_file(Path(source)):
            raise StyleGANEXError(f"there is no video at {echo(source, 300)}; check the path.")
        if self._is_animated_webp():
            raise StyleGANEXError(
                f"{self.name} is an animated WebP, which is not read as a video here; convert it "
                "to an mp4 first, or load its pictures with an image node and use Edit Frames."
            )
        try:
            container = av.open(source if isinstance(source, io.BytesIO) else str(source))
        except (av.FFmpegError, ValueError, OSError) as error:
            raise StyleGANEXError(
                f"{self.name} cannot be opened as a video ({error}); it may be incomplete or in an "
                "unknown format. Export it again, for example as an mp4."
            ) from error
        with container:
            yield container

    def read(self, selection: Selection) -> Iterator[Frame]:
        """The chosen frames in order, decoded as they are asked for.

        Parts that cannot be decoded are left out, as players do, and logged.
        """
        info = self.info
        size = selection.size_of(info.size)
        last = None
        with self.open() as container:
            for index, frame in enumerate(_decode(container, self.name)):
                if index >= selection.stop:
                    return
                time = _time_of(frame, info, last)
                last = time
                if selection.holds(index):
                    yield Frame(index, time, _to_tensor(frame, size))

    def sound(self, start: Fraction, *, cut: bool) -> Sound:
        return FileSound(self, start, cut=cut)

    def _is_animated_webp(self) -> bool:
        """By its header: an extended WebP (VP8X) whose flags say that it moves."""
        source = self._source
        if isinstance(source, io.BytesIO):
            head = bytes(source.getbuffer()[:21])
        else:
            try:
                with Path(source).open("rb") as file:
                    head = file.read(21)
            except OSError as error:
                raise StyleGANEXError(f"cannot read {self.name}: {error.strerror}.") from error
        webp = head[:4] == b"RIFF" and head[8:16] == b"WEBPVP8X"
        return webp and len(head) > 20 and bool(head[20] & 2)


class TensorClip:
    """A clip that lies in memory: `images` [N, H, W, 3] in 0..1, or 8-bit.

    `waveform` [C, N] in -1..1 at `sample_rate` Hz is its sound.
    """

    def __init__(
        self,
        images: torch.Tensor,
        rate: Fraction | float,
        waveform: torch.Tensor | None = None,
        sample_rate: int = 0,
    ) -> None:
        if images.ndim != 4 or images.shape[-1] < 3 or 0 in images.shape:
            raise ShapeError(
                f"a clip's frames need the shape [N, H, W, 3]; got {list(images.shape)}."
            )
        if not rate > 0:
            raise StyleGANEXError(f"a clip shows more than 0 frames per second; got {rate}.")
        self._images = images
        self._sound = None if waveform is None else (waveform, sample_rate)
        height, width = images.shape[1:3]
        rate = Fraction(rate).limit_denominator(LARGEST_DENOMINATOR)
        self.info = ClipInfo((height, width), rate, len(images))

    def read(self, selection: Selection) -> Iterator[Frame]:
        for index in range(len(self._images)):
            if selection.holds(index):
                image = self._images[index, ..., :3].cpu()
                if image.is_floating_point():
                    image = to_levels(image.float() * 2 - 1)
                if selection.half:
                    image = shrink_frame(image, selection.size_of(self.info.size))
                yield Frame(index, index / self.info.rate, image)

    def sound(self, start: Fraction, *, cut: bool) -> Sound | None:
        return None if self._sound is None else WaveSound(*self._sound, start, cut=cut)


def shrink_frame(image: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """An 8-bit frame [H, W, 3] at a smaller `size` (height, width)."""
    small = F.interpolate(image.permute(2, 0, 1)[None].float(), size, mode="area")
    return nearest_levels(small[0].permute(1, 2, 0))


def _describe(container: Any, name: str) -> tuple[ClipInfo, bool]:
    """What the file says of itself, and whether its first frame is transparent somewhere."""
    if not container.streams.video:
        raise StyleGANEXError(f"{name} holds no pictures; choose a video file.")
    stream = container.streams.video[0]
    rate = stream.average_rate or stream.guessed_rate or DEFAULT_RATE
    frames = stream.frames
    if not frames and container.duration:
        frames = round(container.duration * MICROSECOND * rate)
    first = next(_decode(container, name), None)
    if first is None:
        raise StyleGANEXError(f"no frame of {name} can be decoded; it is damaged. Export it again.")
    size, aspect = (first.height, first.width), stream.sample_aspect_ratio or Fraction(1)
    if _rotation(first) % 180:
        size, aspect = (first.width, first.height), 1 / aspect
    start = container.start_time
    info = ClipInfo(
        size=size,
        rate=Fraction(rate),
        frames=int(frames or 0),
        start=Fraction(0) if start is None else start * MICROSECOND,
        pixel_aspect=aspect,
        colour=describe_copy(first, name),
    )
    return info, is_transparent(first)


def _list_losses(container: Any, transparent: bool) -> list[str]:
    """A sentence on each thing beside the pictures and the sound that a copy will lack."""
    losses = []
    if transparent:
        losses.append("Its transparency is left out: an H.264 video has none.")
    streams = container.streams
    if count := len(streams.subtitles):
        losses.append(f"Its subtitles ({count}) are left out.")
    if count := sum(not _is_cover(stream) for stream in streams.video[1:]):
        losses.append(f"Only its first video track is edited; {count} more are left out.")
    return losses


def _is_cover(stream: Any) -> bool:
    """Whether the track is a single picture that players show beside the sound."""
    codec = getattr(stream.codec_context, "codec", None)
    return codec is not None and codec.name in COVERS


def _decode(container: Any, name: str) -> Iterator[Any]:
    errors = require_av().FFmpegError
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    damaged = 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except errors:  # the file ends in the middle
            damaged += 1
            break
        if packet is None:
            break
        try:
            frames = packet.decode()
        except errors:
            damaged += 1
            continue
        yield from frames
    if damaged:
        logging.getLogger(__name__).warning(
            "%s: %d damaged parts were left out while reading.", name, damaged
        )


def _time_of(frame: Any, info: ClipInfo, last: Fraction | None) -> Fraction:
    """Seconds after the clip's start; always later than the frame before."""
    if frame.pts is None or frame.time_base is None:
        return Fraction(0) if last is None else last + 1 / info.rate
    time = max(frame.pts * frame.time_base - info.start, Fraction(0))
    if time - (last or 0) > LARGEST_JUMP:
        return Fraction(0) if last is None else last + 1 / info.rate
    return time if last is None or time > last else last + Fraction(1, 1000)


def _rotation(frame: Any) -> int:
    """Degrees counter-clockwise by which the frame must be turned to be upright, 0 to 270."""
    turned = getattr(frame, "rotation", None)
    if turned is None:  # PyAV before 14.2
        turned = _read_matrix(frame)
    return round(turned / 90) * 90 % 360


def _read_matrix(frame: Any) -> float:
    """The same in degrees of the display matrix that comes with the frame; 0 without one.

    Source: ffmpeg's av_display_rotation_get; nine 32-bit numbers, the first two rows in 16.16.
    """
    for part in frame.side_data:
        if "DISPLAYMATRIX" in str(part.type):
            a, b, _, c, d = np.frombuffer(bytes(part), "<i4")[:5] / 65536
            across, down = math.hypot(a, c), math.hypot(b, d)
            return -math.degrees(math.atan2(b / down, a / across)) if across and down else 0.0
    return 0.0


def _to_tensor(frame: Any, size: tuple[int, int]) -> torch.Tensor:
    """8-bit [*size, 3], upright."""
    rotation = _rotation(frame)
    height, width = size[::-1] if rotation % 180 else size
    levels = read_levels(frame, (height, width))
    pixels = np.rot90(levels, rotation // 90)
    return torch.from_numpy(np.ascontiguousarray(pixels))
