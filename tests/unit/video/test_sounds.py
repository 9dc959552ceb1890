"""Clips come out whatever sound travels beside their pictures; what is left out is said at once."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from styleganex_core import FileClip, TensorClip, write_clip
from styleganex_core.video.carry import AAC_RATES, fit_rate

av = pytest.importorskip("av", reason="reads and writes video files with PyAV")

SIZE = (48, 64)
FRAMES = 24  # at 24 a second
PIECE = 188  # bytes of a packet of a transport stream
SOUND_STREAM = 0x101  # its number in the transport streams that ffmpeg writes


def tone(rate: int, channels: int = 2, hertz: float = 440.0) -> np.ndarray:
    wave = np.sin(np.arange(rate) * 2 * np.pi * hertz / rate) * 0.5
    return np.repeat(wave[None], channels, 0).astype(np.float32)


def make(path: Path, *sounds: tuple[str, int, str], kind: str | None = None) -> Path:
    """A second of grey pictures with a sound track per (codec, Hz, layout)."""
    with av.open(str(path), "w", format=kind) as output:
        pictures = output.add_stream("libx264", rate=24)
        pictures.height, pictures.width, pictures.pix_fmt = *SIZE, "yuv420p"
        tracks = []
        for codec, rate, layout in sounds:
            track = output.add_stream(codec, rate=rate)
            track.codec_context.layout = layout
            tracks.append(track)
        for index in range(FRAMES):
            levels = np.full((*SIZE, 3), 60 + index, np.uint8)
            frame = av.VideoFrame.from_ndarray(levels, format="rgb24")
            frame.pts = index
            output.mux(pictures.encode(frame))
        output.mux(pictures.encode(None))
        for track, (_, rate, layout) in zip(tracks, sounds, strict=True):
            channels = av.AudioLayout(layout).nb_channels
            frame = av.AudioFrame.from_ndarray(tone(rate, channels), "fltp", layout)
            frame.sample_rate, frame.pts = rate, 0
            output.mux(track.encode(frame))
            output.mux(track.encode(None))
    return path


def without_decoder(path: Path) -> Path:
    """The file with its last sound track under a name that no decoder answers to."""
    data = bytearray(path.read_bytes())
    start = data.rfind(b"mp4a")
    data[start : start + 4] = b"apac"
    details = data.find(b"esds", start)
    data[details : details + 4] = b"free"
    path.write_bytes(data)
    return path


def without_sound_packets(path: Path) -> Path:
    """A transport stream that breaks off before the first packet of its sound."""
    data = path.read_bytes()
    pieces = [data[at : at + PIECE] for at in range(0, len(data), PIECE)]
    kept = [p for p in pieces if ((p[1] & 31) << 8 | p[2]) != SOUND_STREAM]
    path.write_bytes(b"".join(kept))
    return path


def sounds_of(path: Path) -> list[tuple[int, int, np.ndarray]]:
    """Rate, channels and samples [C, N] of every sound track."""
    found = []
    with av.open(str(path)) as container:
        count = len(container.streams.audio)
    for number in range(count):
        with av.open(str(path)) as container:
            plain = av.AudioResampler("fltp")
            frames = [p for f in container.decode(audio=number) for p in plain.resample(f)]
        samples = np.concatenate([frame.to_ndarray() for frame in frames], axis=1)
        found.append((frames[0].sample_rate, len(samples), samples))
    return found


def loudest_hertz(samples: np.ndarray, rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples[rate // 4 : rate * 3 // 4]))
    return float(spectrum.argmax()) * rate / len(samples[rate // 4 : rate * 3 // 4])


def test_a_track_without_decoder_is_left_out_and_said(tmp_path):
    source = make(tmp_path / "in.mp4", ("aac", 44100, "stereo"), ("aac", 48000, "stereo"))
    clip = FileClip(without_decoder(source))
    assert len(clip.notes) == 1 and "track 1" in clip.notes[0] and "decode" in clip.notes[0]
    assert write_clip(clip, tmp_path / "out.mp4") == FRAMES
    assert len(sounds_of(tmp_path / "out.mp4")) == 1


def test_a_track_without_parameters_is_left_out_and_said(tmp_path):
    source = make(tmp_path / "in.ts", ("aac", 44100, "stereo"), kind="mpegts")
    clip = FileClip(without_sound_packets(source))
    assert len(clip.notes) == 1 and "left out" in clip.notes[0]
    assert write_clip(clip, tmp_path / "out.mp4") == FRAMES
    assert sounds_of(tmp_path / "out.mp4") == []


@pytest.mark.parametrize("rate", [4000, 6000, 8000, 44100, 88200, 96000, 176400, 192000])
def test_any_rate_is_heard_at_its_pitch(tmp_path, rate):
    source = make(tmp_path / "in.mkv", ("pcm_s16le", rate, "stereo"))
    clips = {
        "file": FileClip(source),
        "memory": TensorClip(torch.zeros(FRAMES, *SIZE, 3), 24, torch.from_numpy(tone(rate)), rate),
    }
    for name, clip in clips.items():
        assert write_clip(clip, tmp_path / f"{name}.mp4") == FRAMES
        ((written, channels, samples),) = sounds_of(tmp_path / f"{name}.mp4")
        assert written == fit_rate(rate) and written in AAC_RATES and channels == 2
        assert abs(loudest_hertz(samples[0], written) - 440) < 5
        assert abs(samples.shape[1] / written - 1) < 0.15  # a second


@pytest.mark.parametrize("codec", ["pcm_s16le", "mp3", "flac", "ac3", "alac", "libopus"])
def test_any_codec_comes_along(tmp_path, codec):
    clip = FileClip(make(tmp_path / "in.mkv", (codec, 48000, "stereo")))
    assert not clip.notes
    assert write_clip(clip, tmp_path / "out.mp4") == FRAMES
    assert abs(loudest_hertz(sounds_of(tmp_path / "out.mp4")[0][2][0], 48000) - 440) < 5


@pytest.mark.parametrize("place", range(6))
def test_six_channels_in_memory_are_mixed_as_in_a_file(tmp_path, place):
    wave = np.zeros((6, 48000), np.float32)
    wave[place] = tone(48000, 1)[0]
    clip = TensorClip(torch.zeros(FRAMES, *SIZE, 3), 24, torch.from_numpy(wave), 48000)
    write_clip(clip, tmp_path / "memory.mp4")
    (memory,) = sounds_of(tmp_path / "memory.mp4")
    assert memory[1] == 2
    loud = np.abs(memory[2][:, 8000:40000]).max(axis=1) > 0.02
    left, right, centre, bass = (place == n for n in range(4))
    expected = {0: (True, False), 1: (False, True), 2: (True, True), 4: (True, False)}
    expected |= {3: (False, False), 5: (False, True)}
    assert tuple(loud) == expected[place], (left, right, centre, bass)
    if centre:  # equally in both
        assert abs(np.abs(memory[2][0]).max() - np.abs(memory[2][1]).max()) < 0.02


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 7, 8, 9, 24])
def test_any_number_of_channels_in_memory_is_heard(tmp_path, channels):
    wave = torch.from_numpy(tone(48000, channels))
    clip = TensorClip(torch.zeros(FRAMES, *SIZE, 3), Fraction(24), wave, 48000)
    write_clip(clip, tmp_path / "out.mp4")
    ((rate, heard, samples),) = sounds_of(tmp_path / "out.mp4")
    assert heard in (1, 2) and abs(loudest_hertz(samples[0], rate) - 440) < 5


def with_a_jump(path: Path, seconds: int) -> Path:
    """A second of pictures whose sound goes on `seconds` later, after its first half."""
    with av.open(str(path), "w", format="matroska") as output:
        pictures = output.add_stream("libx264", rate=24)
        pictures.height, pictures.width, pictures.pix_fmt = *SIZE, "yuv420p"
        track = output.add_stream("pcm_s16le", rate=24_000, layout="mono")
        for index in range(FRAMES):
            frame = av.VideoFrame.from_ndarray(np.full((*SIZE, 3), 99, np.uint8), format="rgb24")
            frame.pts = index
            output.mux(pictures.encode(frame))
        output.mux(pictures.encode(None))
        for half, start in enumerate((0, 12_000 + seconds * 24_000)):
            samples = (tone(24_000, 1)[:, half * 12_000 :][:, :12_000] * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(samples, "s16", "mono")
            frame.sample_rate, frame.pts = 24_000, start
            output.mux(track.encode(frame))
    return path


@pytest.mark.parametrize(
    ("seconds", "lasts", "packets"), [(20, 21, 600), (3000, 3001, 60), (9000, 0.5, 60)]
)
def test_a_gap_in_the_sound_costs_little_and_an_impossible_one_is_damage(
    tmp_path, seconds, lasts, packets
):
    write_clip(FileClip(with_a_jump(tmp_path / "a.mkv", seconds)), tmp_path / "b.mp4")
    with av.open(str(tmp_path / "b.mp4")) as container:
        track = container.streams.audio[0]
        times = [float(p.pts * p.time_base) for p in container.demux(track) if p.pts is not None]
    assert times[-1] == pytest.approx(lasts, abs=0.2)
    assert len(times) < packets
