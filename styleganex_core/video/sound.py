"""The sound that goes with a clip: packets copied as they are, re-encoded only where mp4 cannot
hold them, or a waveform.

Convention: a sound is muxed up to a time just ahead of the pictures, so that neither is kept in
memory and a player finds both side by side.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ..errors import ShapeError
from ..ranges import check_number
from .carry import LAYOUTS, Carried, fit_rate, plan_sound
from .clip import LARGEST_JUMP, require_av

if TYPE_CHECKING:
    from .reader import FileClip

GAP = 0.1  # seconds without samples from which on silence is put in; less is rounded times
LONGEST_SILENCE = 60  # seconds of it that are encoded; a longer gap is left to the players
BLOCK = 4096  # samples of a waveform that are encoded at once


class FileSound:
    """The sound of a video file from `start` seconds after its start on; `start` becomes 0.

    `cut`: it ends with the pictures, otherwise when it is over.
    """

    def __init__(self, clip: FileClip, start: Fraction = Fraction(0), *, cut: bool = False) -> None:
        self._clip = clip
        self._origin = clip.info.start + start
        self._cut = cut
        self._open = ExitStack()

    def begin(self, output: Any) -> None:
        container = self._open.enter_context(self._clip.open())
        carried, _ = plan_sound(container)
        tracks = [
            _Track(container.streams[plan.index], plan, output, self._origin) for plan in carried
        ]
        self._output = output
        self._tracks = {track.stream.index: track for track in tracks}
        streams = [track.stream for track in tracks]
        self._packets: Iterator[Any] = _demux(container, streams) if streams else iter(())
        self._waiting: Any = None
        self._reached = Fraction(0)  # seconds, by the pictures and by the sound so far

    def advance(self, seconds: Fraction | float) -> None:
        if math.isfinite(seconds):
            self._reached = max(self._reached, Fraction(seconds))
        while True:
            packet = self._waiting or next(self._packets, None)
            self._waiting = None
            if packet is None:
                return
            if packet.pts is None:
                continue
            time = packet.pts * packet.time_base - self._origin
            if time >= seconds:
                self._waiting = packet
                return
            if time - self._reached > LARGEST_JUMP:
                continue  # a damaged time
            self._reached = max(self._reached, time)
            if time + (packet.duration or 0) * packet.time_base >= 0:  # AAC needs one to begin with
                self._tracks[packet.stream.index].add(packet)

    def finish(self, end: Fraction) -> None:
        self.advance(end if self._cut else math.inf)
        for track in self._tracks.values():
            track.finish()

    def close(self) -> None:
        self._open.close()


class WaveSound:
    """A waveform [C, N] in -1..1 at `sample_rate` Hz, from `start` seconds on; `cut` as above."""

    def __init__(
        self,
        waveform: torch.Tensor,
        sample_rate: int,
        start: Fraction = Fraction(0),
        *,
        cut: bool = False,
    ) -> None:
        if waveform.ndim != 2 or not waveform.shape[0]:
            raise ShapeError(f"a waveform needs the shape [C, N]; got {list(waveform.shape)}.")
        self._wave = waveform[:, round(start * sample_rate) :].float().cpu()
        if len(waveform) not in LAYOUTS:
            self._wave = self._wave.mean(dim=0, keepdim=True)
        self._rate = round(check_number(sample_rate, "a sound's sample rate", 1, 10**6))
        self._cut = cut

    def begin(self, output: Any) -> None:
        self._encoder = _Encoder(output, self._rate, len(self._wave))
        self._done = 0

    def advance(self, seconds: Fraction | float) -> None:
        av = require_av()
        end = round(min(seconds * self._rate, self._wave.shape[1]))
        while self._done < end:
            block = self._wave[:, self._done : min(self._done + BLOCK, end)].contiguous()
            frame = av.AudioFrame.from_ndarray(
                block.T.reshape(1, -1).numpy(), format="flt", layout=LAYOUTS[len(block)]
            )
            frame.sample_rate = self._rate
            self._encoder.add(frame, Fraction(self._done, self._rate))
            self._done += block.shape[1]

    def finish(self, end: Fraction) -> None:
        self.advance(end if self._cut else math.inf)
        self._encoder.finish()

    def close(self) -> None:
        pass


class _Track:
    """One audio stream of a file on its way into the output."""

    def __init__(self, stream: Any, plan: Carried, output: Any, origin: Fraction) -> None:
        self.stream = stream
        self._output = output
        self._origin = origin
        self._encoder = None
        self._last: int | None = None  # time of the packet that was copied last
        if plan.how == "copy":
            self._copy = output.add_stream_from_template(stream)
        else:
            self._encoder = _Encoder(output, plan.rate, plan.channels)

    def add(self, packet: Any) -> None:
        if self._encoder is None:
            shift = round(self._origin / packet.time_base)
            packet.pts -= shift
            packet.dts = packet.pts if packet.dts is None else packet.dts - shift
            if self._last is not None and packet.dts <= self._last:
                return  # a damaged time; players leave such a packet out too
            self._last = packet.dts
            packet.stream = self._copy
            try:
                self._output.mux(packet)
            except require_av().FFmpegError as error:
                if not isinstance(error, ValueError):  # the disk's fault, not the packet's
                    raise
            return
        try:
            frames = packet.decode()
        except require_av().FFmpegError:
            return  # a damaged part is left out; what follows keeps its time
        for frame in frames:
            time = None if frame.pts is None else frame.pts * frame.time_base - self._origin
            self._encoder.add(frame, time)

    def finish(self) -> None:
        if self._encoder is not None:
            self._encoder.finish()


class _Encoder:
    """Audio frames of any format into an AAC stream of one or two channels, at a rate it supports.

    More channels are mixed down with the centre in both: that is where people speak.
    """

    def __init__(self, output: Any, rate: int, channels: int) -> None:
        self._output = output
        self._layout = "mono" if channels == 1 else "stereo"
        self._rate = fit_rate(rate)
        self._stream = output.add_stream("aac", rate=self._rate)
        self._stream.codec_context.layout = self._layout
        self._resampler: Any = None
        self._source: tuple[str, str, int] | None = None  # what the resampler converts from
        self._next: int | None = None  # sample that the next frame begins with

    def add(self, frame: Any, time: Fraction | None) -> None:
        """A frame heard at `time`; frames follow each other closely but for real gaps."""
        rate, due = self._rate, self._next
        start = (due or 0) if time is None else round(max(time, Fraction(0)) * rate)
        if due is None or start - due > LONGEST_SILENCE * rate:
            self._next = start
        elif start - due > GAP * rate:
            self._encode(_silence(start - due, rate, self._layout))
        self._convert(frame)

    def finish(self) -> None:
        if self._next is not None:
            self._convert(None)
            self._output.mux(self._stream.encode(None))

    def _convert(self, frame: Any) -> None:
        """A frame, or None for what the resampler still holds, at our rate and arrangement."""
        source = frame and (frame.format.name, frame.layout.name, frame.sample_rate)
        if frame is not None and source != self._source:  # the first, or broadcast changed
            self._convert(None)
            self._source = source
            self._resampler = require_av().AudioResampler("fltp", self._layout, self._rate)
        if frame is not None:
            frame.pts = None
        for part in self._resampler.resample(frame) if self._resampler else ():
            if part.samples:
                self._encode(part)

    def _encode(self, frame: Any) -> None:
        frame.pts = self._next
        frame.time_base = Fraction(1, frame.sample_rate)
        self._next = (self._next or 0) + frame.samples
        self._output.mux(self._stream.encode(frame))


def _silence(samples: int, rate: int, layout: str) -> Any:
    channels = 1 if layout == "mono" else 2
    quiet = np.zeros((channels, samples), np.float32)
    frame = require_av().AudioFrame.from_ndarray(quiet, format="fltp", layout=layout)
    frame.sample_rate = rate
    return frame


def _demux(container: Any, streams: list[Any]) -> Iterator[Any]:
    """Packets until the end, or until the file breaks off."""
    packets = container.demux(streams)
    while True:
        try:
            packet = next(packets, None)
        except require_av().FFmpegError:
            return
        if packet is None:
            return
        yield packet
