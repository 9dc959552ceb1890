"""Which sound tracks of a file are kept and how, decided before any work on its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

from ..errors import echo
from .clip import require_av

COPIED = {"aac", "mp3", "ac3", "eac3", "alac", "opus", "flac"}  # codecs that an mp4 may hold
DESCRIBED = {"alac", "opus", "flac"}  # whose head is looked at when a file with sound in it ends
# Hz that AAC supports.
AAC_RATES = (
    7350,
    8000,
    11025,
    12000,
    16000,
    22050,
    24000,
    32000,
    44100,
    48000,
    64000,
    88200,
    96000,
)
# ffmpeg's names of the usual arrangements of so many channels; the mean of others becomes one.
LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


@dataclass(frozen=True)
class Carried:
    """How a track, by its index in the file, comes along; `rate` Hz and `channels` as it is."""

    index: int
    how: Literal["copy", "encode"]
    rate: int
    channels: int


def plan_sound(container: Any) -> tuple[list[Carried], list[str]]:
    """What comes along of an opened file's sound, and a sentence on each track that does not."""
    carried, notes = [], []
    for number, stream in enumerate(container.streams.audio):
        reason = _find_fault(stream)
        if reason:
            notes.append(f"Sound track {number} is left out: {reason}.")
            continue
        how = "copy" if codec_name(stream) in COPIED and _goes_into_mp4(stream) else "encode"
        channels = stream.codec_context.layout.nb_channels
        carried.append(Carried(stream.index, how, stream.rate, channels))
    return carried, notes


def codec_name(stream: Any) -> str:
    """ffmpeg's name of the codec itself, not of the decoder that was chosen for it."""
    codec = stream.codec_context.codec
    return getattr(codec, "canonical_name", codec.name).removesuffix("float")


def fit_rate(rate: int) -> int:
    """The rate for a sound of `rate` Hz in AAC: the same, or the next that AAC supports."""
    if rate > AAC_RATES[-1]:
        return 44100 if rate % 44100 == 0 else 48000
    return next(known for known in AAC_RATES if known >= rate)


def _find_fault(stream: Any) -> str | None:
    context = stream.codec_context
    if context is None or context.codec is None:
        tag = echo(getattr(stream, "codec_tag", None) or "unknown", 20)
        return f"nothing here can decode its codec ({tag})"
    if not stream.rate or not context.layout.nb_channels:
        return "it breaks off before its first sound, or never says what it holds"
    return None


def _goes_into_mp4(stream: Any) -> bool:
    """Whether an mp4 takes the track as it is."""
    av = require_av()
    try:
        with av.open(BytesIO(), "w", format="mp4") as output:
            copy = output.add_stream_from_template(stream)
            output.start_encoding()
            if codec_name(stream) in DESCRIBED:
                packet = av.Packet(bytes(16))
                packet.stream, packet.pts, packet.dts = copy, 0, 0
                output.mux(packet)
    except (av.FFmpegError, ValueError, OSError):
        return False
    return True
