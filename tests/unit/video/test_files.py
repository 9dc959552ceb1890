"""Video files in and out: each frame, its time, its colours and its sound; files gone wrong."""

from __future__ import annotations

import io
import re
import struct
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from styleganex_core import (
    ClipSettings,
    FileClip,
    Selection,
    StyleGANEXError,
    TensorClip,
    edit_video,
    write_clip,
)
from styleganex_core.video import reader
from styleganex_core.video.clip import Colour
from styleganex_core.video.writer import ClipWriter

from ..tiny import tiny_model
from .clips import SIZE, face_at, moving_clip, track_of

av = pytest.importorskip("av", reason="reads and writes video files with PyAV")

HERTZ = 44_100
FLASHES = (24, 48, 60)  # frames that are white and beep
BEEP = 0.04  # seconds
SMALL = ClipSettings(reach=32)


def flashing_clip(count: int = 72, size: tuple[int, int] = SIZE) -> TensorClip:
    """Dark frames that flash white with a beep at the same moment, 24 a second."""
    images = torch.full((count, *size, 3), 40, dtype=torch.uint8)
    wave = torch.zeros(1, count * HERTZ // 24)
    for frame in FLASHES:
        if frame < count:
            images[frame] = 235
            start = frame * HERTZ // 24
            length = int(BEEP * HERTZ)
            wave[:, start : start + length] = torch.sin(torch.arange(length) * 0.3) * 0.9
    return TensorClip(images, Fraction(24), wave, HERTZ)


def write(clip, path: Path, selection: Selection | None = None, **options) -> Path:
    """The clip as a file, unedited."""
    with ClipWriter(
        path, clip.info.size, clip.info, sounds=[clip.sound(Fraction(0), cut=False)], **options
    ) as writer:
        for frame in clip.read(selection or Selection()):
            writer.write(frame.image, frame.time)
    return path


def flashes_of(path: Path) -> list[float]:
    """Seconds at which the picture turns white."""
    frames = list(FileClip(path).read(Selection()))
    bright = [float(frame.image.float().mean()) > 130 for frame in frames]
    return [
        float(frame.time)
        for before, now, frame in zip([False, *bright], bright, frames, strict=False)
        if now and not before
    ]


def beeps_of(path: Path) -> list[float]:
    """Seconds at which the sound becomes loud, by the stream's own times."""
    times, levels = [], []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            samples = np.abs(frame.to_ndarray().astype(np.float64))
            if not frame.format.is_planar:
                samples = samples.reshape(-1, frame.layout.nb_channels).T
            samples = samples[0] / (32768 if frame.format.name.startswith("s16") else 1)
            times.append(float(frame.pts * frame.time_base) + np.arange(len(samples)) / frame.rate)
            levels.append(samples)
    time, level = np.concatenate(times), np.concatenate(levels)
    loud = np.flatnonzero(level > 0.3)
    starts = loud[np.flatnonzero(np.diff(loud, prepend=-HERTZ) > HERTZ // 10)]
    return [float(time[start]) for start in starts]


def rewrite(source: Path, target: Path, *, audio: str, container: str) -> Path:
    """The clip in another container with its sound in another codec."""
    with av.open(str(source)) as given, av.open(str(target), "w", format=container) as made:
        picture = made.add_stream("mpeg4", rate=24)
        picture.width, picture.height = given.streams.video[0].width, given.streams.video[0].height
        sound = made.add_stream(audio, rate=HERTZ)
        if audio == "vorbis":
            sound.codec_context.options = {"strict": "experimental"}
        for frame in given.decode(video=0):
            made.mux(picture.encode(frame.reformat(format="yuv420p")))
        made.mux(picture.encode(None))
        given.seek(0)
        resampler = av.AudioResampler(format=sound.codec_context.format, layout="mono", rate=HERTZ)
        for frame in given.decode(audio=0):
            for part in resampler.resample(frame):
                made.mux(sound.encode(part))
        made.mux(sound.encode(None))
    return target


@pytest.mark.parametrize("size", [(96, 128), (90, 121), (91, 130), (1, 1)])
def test_frames_times_and_sizes_come_back(tmp_path, size):
    clip = TensorClip(torch.full((5, *size, 3), 90, dtype=torch.uint8), Fraction(24))
    with ClipWriter(tmp_path / "a.mp4", size, clip.info) as writer:
        for frame in clip.read(Selection()):
            writer.write(frame.image, frame.time)
    back = FileClip(tmp_path / "a.mp4")
    frames = list(back.read(Selection()))
    assert back.info.rate == 24 and back.info.frames == 5
    assert [frame.time for frame in frames] == [Fraction(step, 24) for step in range(5)]
    even = tuple(side + side % 2 for side in size)
    assert tuple(frames[0].image.shape) == (*even, 3)
    assert (frames[2].image[: size[0], : size[1]].int() - 90).abs().max() <= 2


@pytest.mark.parametrize(
    "colour", [Colour(), Colour(1, 1, 1), Colour(6, 6, 6), Colour(1, 1, 1, True), Colour(9, 9, 14)]
)
def test_colours_survive_a_copy(tmp_path, colour):
    """Whatever matrix the file uses: the copy says the same, and shows the same."""
    image = torch.zeros(32, 48, 3, dtype=torch.uint8)
    image[:, :24] = torch.tensor([200, 60, 30], dtype=torch.uint8)
    image[:, 24:] = torch.tensor([20, 90, 220], dtype=torch.uint8)
    info = TensorClip(image[None], 24).info
    like = type(info)(info.size, info.rate, 1, colour=colour)
    with ClipWriter(tmp_path / "a.mp4", info.size, like, quality=1) as writer:
        writer.write(image, Fraction(0))
    once = FileClip(tmp_path / "a.mp4")
    assert once.info.colour == colour
    first = next(once.read(Selection())).image
    with ClipWriter(tmp_path / "b.mp4", info.size, once.info, quality=1) as writer:
        writer.write(first, Fraction(0))
    second = next(FileClip(tmp_path / "b.mp4").read(Selection())).image
    for came in (first, second):
        assert (came[:, :20].int() - image[:, :20].int()).abs().max() <= 4
        assert (came[:, 28:].int() - image[:, 28:].int()).abs().max() <= 4


def test_sound_is_in_step_and_copied_as_it_is(tmp_path):
    first = write(flashing_clip(), tmp_path / "a.mp4")
    second = write(FileClip(first), tmp_path / "b.mp4")
    for path in (first, second):
        shown, heard = flashes_of(path), beeps_of(path)
        assert shown == pytest.approx([frame / 24 for frame in FLASHES])
        assert heard == pytest.approx(shown, abs=0.006)
    with av.open(str(first)) as given, av.open(str(second)) as copy:
        packets = [
            [bytes(p) for p in file.demux(file.streams.audio[0]) if p.size]
            for file in (given, copy)
        ]
    assert packets[0] == packets[1]


@pytest.mark.parametrize(
    ("audio", "container"), [("pcm_s16le", "mov"), ("vorbis", "matroska"), ("mp3", "avi")]
)
def test_sound_that_mp4_cannot_hold_is_encoded_anew_and_in_step(tmp_path, audio, container):
    if audio == "mp3":
        audio = "libmp3lame"
    try:
        source = write(flashing_clip(), tmp_path / "a.mp4")
        other = rewrite(source, tmp_path / f"b.{container}", audio=audio, container=container)
    except (av.FFmpegError, ValueError) as error:
        pytest.skip(f"this PyAV cannot write {audio}: {error}")
    shown = flashes_of(other)
    copy = write(FileClip(other), tmp_path / "c.mp4")
    assert flashes_of(copy) == pytest.approx(shown, abs=0.002)
    assert beeps_of(copy) == pytest.approx(beeps_of(other), abs=0.006)
    with av.open(str(copy)) as container:
        assert container.streams.audio[0].codec_context.name in ("aac", "mp3", "mp3float")


def test_a_clip_without_sound_has_none(tmp_path):
    write(TensorClip(torch.zeros(2, 8, 8, 3), 24, torch.zeros(1, 4000), HERTZ), tmp_path / "a.mp4")
    clip = moving_clip(2)
    target = tmp_path / "b.mp4"
    edit_video(tiny_model(), clip, target, track_of([face_at(64, 48)] * 2), settings=SMALL)
    with av.open(str(target)) as container:
        assert not container.streams.audio


def test_varying_frame_times_are_kept(tmp_path):
    times = [Fraction(0), Fraction(1, 30), Fraction(1, 10), Fraction(1, 2), Fraction(13, 25)]
    info = moving_clip(5).info
    frames = list(moving_clip(5).read(Selection()))
    with ClipWriter(tmp_path / "a.mp4", info.size, info) as writer:
        for frame, time in zip(frames, times, strict=True):
            writer.write(frame.image, time)
    target = tmp_path / "b.mp4"
    source = FileClip(tmp_path / "a.mp4")
    edit_video(tiny_model(), source, target, track_of([face_at(64, 48)] * 5), settings=SMALL)
    came = [frame.time for frame in FileClip(target).read(Selection())]
    assert [float(time) for time in came] == pytest.approx(
        [float(time) for time in times], abs=1e-4
    )


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_rotated_video_comes_out_upright(tmp_path, turn):
    image = torch.zeros(32, 64, 3, dtype=torch.uint8)
    image[:8, :8] = 250
    info = TensorClip(image[None], 24).info
    with ClipWriter(tmp_path / "a.mp4", info.size, info) as writer:
        for step in range(3):
            writer.write(image, Fraction(step, 24))
    turned = _with_rotation(tmp_path / "a.mp4", turn)
    clip = FileClip(turned)
    expected = np.rot90(image.numpy(), -turn // 90)  # the tag turns clockwise
    assert clip.info.size == expected.shape[:2]
    came = next(clip.read(Selection())).image.numpy().astype(int)
    assert np.abs(came - expected).mean() < 6
    write(clip, tmp_path / "b.mp4")
    again = FileClip(tmp_path / "b.mp4")
    assert again.info.size == expected.shape[:2]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_pyav_without_rotation_turns_it_too(tmp_path, monkeypatch, turn):
    """Older ones give the display matrix alone."""
    write_clip(moving_clip(2), tmp_path / "a.mp4")
    turned = _with_rotation(tmp_path / "a.mp4", turn)
    expected = [frame.image for frame in FileClip(turned).read(Selection())]

    class Older:
        def __init__(self, frame) -> None:
            self._frame = frame

        def __getattr__(self, name: str):
            if name == "rotation":
                raise AttributeError(name)
            return getattr(self._frame, name)

    decode = reader._decode
    monkeypatch.setattr(reader, "_decode", lambda *args: map(Older, decode(*args)))
    came = [frame.image for frame in FileClip(turned).read(Selection())]
    assert all(map(torch.equal, came, expected))


@pytest.mark.parametrize("in_memory", [False, True])
def test_an_animated_webp_is_named_as_unsupported(tmp_path, in_memory):
    pictures = [Image.new("RGB", (64, 48), (60 * step, 20, 90)) for step in range(4)]
    path = tmp_path / "a.webp"
    pictures[0].save(path, save_all=True, append_images=pictures[1:])
    with pytest.raises(StyleGANEXError, match="animated WebP"):
        FileClip(io.BytesIO(path.read_bytes()) if in_memory else path)


def _with_rotation(path: Path, degrees: int) -> Path:
    """The mp4 with a display matrix that turns it clockwise."""
    cos, sin = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    one = 1 << 16
    matrix = struct.pack(">9i", cos * one, sin * one, 0, -sin * one, cos * one, 0, 0, 0, 1 << 30)
    data = bytearray(path.read_bytes())
    place = data.find(b"tkhd") + 4 + 40
    assert struct.unpack(">9i", data[place : place + 36])[0] == one
    data[place : place + 36] = matrix
    turned = path.with_name(f"turned{degrees}.mp4")
    turned.write_bytes(data)
    return turned


def test_bytes_in_memory_are_a_clip_too(tmp_path):
    path = write(flashing_clip(), tmp_path / "a.mp4")
    clip = FileClip(io.BytesIO(path.read_bytes()))
    write(clip, tmp_path / "b.mp4")
    assert beeps_of(tmp_path / "b.mp4") == pytest.approx(beeps_of(path), abs=1e-6)
    assert len(list(clip.read(Selection()))) == 72


def test_a_range_keeps_sound_and_picture_in_step(tmp_path):
    source = FileClip(write(flashing_clip(), tmp_path / "a.mp4"))
    target = tmp_path / "b.mp4"
    track = track_of([face_at(64, 48)] * 72)
    nobody = ClipSettings(reach=32, people="0", missing="pass through")
    count = edit_video(
        tiny_model(), source, target, track, selection=Selection(40, 18), settings=nobody
    )
    assert count == 18
    expected = [(frame - 40) / 24 for frame in FLASHES if 40 <= frame < 58]
    assert beeps_of(target) == pytest.approx(expected, abs=0.006)
    with av.open(str(target)) as container:
        assert container.duration / 1e6 == pytest.approx(18 / 24, abs=0.05)


def test_every_nth_frame_lasts_as_long(tmp_path):
    source = FileClip(write(flashing_clip(), tmp_path / "a.mp4"))
    target = tmp_path / "b.mp4"
    track, chosen = track_of([face_at(64, 48)] * 72), Selection(every=6, half=True)
    count = edit_video(tiny_model(), source, target, track, selection=chosen, settings=SMALL)
    clip = FileClip(target)
    assert count == 12 and clip.info.size == (SIZE[0] // 2, SIZE[1] // 2)
    assert [frame.time for frame in clip.read(Selection())] == [Fraction(s, 4) for s in range(12)]
    with av.open(str(target)) as container:
        assert container.duration / 1e6 == pytest.approx(3, abs=0.05)
    assert beeps_of(target) == pytest.approx([frame / 24 for frame in FLASHES], abs=0.006)


def test_a_cancel_leaves_no_file(tmp_path):
    class Cancelled(Exception):
        pass

    def cancel(done: int, total: int) -> None:
        if done == 5:
            raise Cancelled

    source = FileClip(write(flashing_clip(), tmp_path / "a.mp4"))
    with pytest.raises(Cancelled):
        edit_video(
            tiny_model(),
            source,
            tmp_path / "b.mp4",
            track_of([face_at(64, 48)] * 72),
            settings=SMALL,
            progress=cancel,
        )
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_an_older_file_stays_when_a_run_fails(tmp_path):
    target = tmp_path / "b.mp4"
    target.write_bytes(b"yesterday's")
    with pytest.raises(StyleGANEXError, match="no person"):
        edit_video(
            tiny_model(),
            moving_clip(3),
            target,
            track_of([face_at(64, 48)] * 3),
            settings=ClipSettings(people="7"),
        )
    assert target.read_bytes() == b"yesterday's"
    assert [path.name for path in tmp_path.iterdir()] == ["b.mp4"]


def test_a_file_cut_off_in_the_middle_gives_what_it_has(tmp_path):
    source = write(flashing_clip(), tmp_path / "a.mp4")
    fluid = rewrite(source, tmp_path / "a.mkv", audio="pcm_s16le", container="matroska")
    data = fluid.read_bytes()
    (tmp_path / "cut.mkv").write_bytes(data[: len(data) // 2])
    frames = list(FileClip(tmp_path / "cut.mkv").read(Selection()))
    assert 5 < len(frames) < 72
    write(FileClip(tmp_path / "cut.mkv"), tmp_path / "b.mp4")


@pytest.mark.parametrize("content", [b"", b"not a video at all" * 50])
def test_a_broken_file_is_named(tmp_path, content):
    (tmp_path / "holiday.mp4").write_bytes(content)
    with pytest.raises(StyleGANEXError, match=r"holiday\.mp4 cannot be opened as a video"):
        FileClip(tmp_path / "holiday.mp4")


def test_a_truncated_mp4_is_named(tmp_path):
    whole = write(flashing_clip(), tmp_path / "a.mp4").read_bytes()
    (tmp_path / "half.mp4").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StyleGANEXError, match=r"half\.mp4"):
        FileClip(tmp_path / "half.mp4")


def test_a_sound_file_is_no_clip(tmp_path):
    with av.open(str(tmp_path / "a.wav"), "w") as output:
        stream = output.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), "s16", "mono")
        frame.sample_rate = 8000
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    with pytest.raises(StyleGANEXError, match="holds no pictures"):
        FileClip(tmp_path / "a.wav")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(StyleGANEXError, match="there is no video"):
        FileClip(tmp_path / "gone.mp4")


def test_a_range_beyond_the_end_is_refused(tmp_path):
    with pytest.raises(StyleGANEXError, match="frames 0 to 2 were tracked"):
        edit_video(
            tiny_model(),
            moving_clip(3),
            tmp_path / "b.mp4",
            track_of([face_at(64, 48)] * 3),
            selection=Selection(10),
        )
    assert not list(tmp_path.iterdir())


def lay_tracks(path: Path, second: str | None, *, name: str = "bgra", alpha: int = 255) -> Path:
    """A film whose px have this alpha, with another track of pictures."""
    levels = np.full((*SIZE, 4), 90, np.uint8)
    levels[..., 3], levels[:4, :, 3] = 255, alpha
    with av.open(str(path), "w") as output:
        tracks = [output.add_stream("ffv1", rate=24)]
        tracks[0].pix_fmt = name
        if second:
            tracks.append(output.add_stream(second, rate=24))
            tracks[1].pix_fmt = "yuvj420p" if second == "mjpeg" else "yuv420p"
        for track in tracks:
            track.height, track.width = SIZE
        for track in tracks:
            frame = av.VideoFrame.from_ndarray(levels, format="rgba").reformat(format=track.pix_fmt)
            frame.pts = 0
            output.mux(track.encode(frame))
            output.mux(track.encode(None))
    return path


@pytest.mark.parametrize(
    ("second", "options", "said"),
    [
        (None, {"alpha": 40}, "transparency"),
        (None, {"alpha": 40, "name": "yuva420p"}, "transparency"),
        ("libx264", {}, "first video track"),
        ("mjpeg", {}, None),  # a picture on the sleeve
        (None, {"alpha": 255}, None),
        (None, {"alpha": 40, "name": "bgr0"}, None),
    ],
)
def test_what_a_copy_will_lack_is_said(tmp_path, second, options, said):
    path = lay_tracks(tmp_path / "film.mkv", second, **options)
    clip = FileClip(path)
    assert len(clip.notes) == (said is not None)
    assert said is None or re.search(said, clip.notes[0])
    write_clip(clip, tmp_path / "copy.mp4")
    assert len(list(FileClip(tmp_path / "copy.mp4").read(Selection()))) == 1


def test_subtitles_are_said_to_be_left_out():
    streams = SimpleNamespace(subtitles=[None, None], video=[None])  # ffmpeg writes none by itself
    said = reader._list_losses(SimpleNamespace(streams=streams), False)
    assert said == ["Its subtitles (2) are left out."]


@pytest.mark.parametrize("name", ["a" * 300, "a\0b", "\ud800", ".", "none.mp4"])
def test_a_name_that_no_file_has_is_a_sentence(name):
    with pytest.raises(StyleGANEXError, match="there is no video at"):
        FileClip(name)


def test_a_file_that_may_not_be_read_is_a_sentence(tmp_path, monkeypatch):
    path = write(flashing_clip(2), tmp_path / "film.mp4")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(StyleGANEXError, match=r"cannot read film\.mp4: Permission denied"):
        FileClip(path)
