"""Clips in a real ComfyUI: in and out as VIDEO, with sound, in step, and cancelled half-way."""

from __future__ import annotations

import json
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from graphs import node

from styleganex_core import (
    ExampleClip,
    FileClip,
    Selection,
    TensorClip,
    example_image,
    to_bhwc,
    write_clip,
)
from tests.unit.speed import patience

av = pytest.importorskip("av", reason="looks into the written files with PyAV")

CANCEL_SECONDS = 20
THEIRS = {"LoadVideo", "SaveVideo", "GetVideoComponents", "CreateVideo"}


def add(kind: str, **inputs: object) -> dict:
    if kind in THEIRS:
        return {"class_type": kind, "inputs": inputs}
    return node(kind, **inputs)


@pytest.fixture(scope="module")
def clip(server) -> str:
    """Half a second of one person with sound, in the input folder."""
    return _store(server, "person.mp4", ExampleClip("one person", seconds=0.5, size=(192, 256)))


@pytest.fixture(scope="module")
def wall(server) -> str:
    """A clip without anybody and without sound."""
    images = torch.rand(4, 8, 8, 3).repeat_interleave(12, dim=1).repeat_interleave(16, dim=2)
    return _store(server, "wall.mp4", TensorClip(images, 24))


@pytest.fixture(scope="module")
def leaving(server) -> str:
    """A photographed face that slides out of the picture and is away from frame 8 to frame 18."""
    face = to_bhwc(example_image("astronaut"))[0, :240, 100:340]
    places = [*[120] * 4, 180, 240, 300, 360, *[400] * 10, 360, 300, 240, 180, *[120] * 4]
    images = torch.full((len(places), 240, 640, 3), 0.4)
    for image, left in zip(images, places, strict=True):
        shown = image[:, left : left + 240]
        shown[:] = face[:, : shown.shape[1]]
    return _store(server, "leaving.mp4", TensorClip(images[:, :, :400], 8))


def _store(server, name: str, clip) -> str:
    write_clip(clip, server.base / "input" / name)
    return name


def edit(file: str, *, strength: str = "0:0, 6:3", save: bool = True, **options: object) -> dict:
    """The clip edited and saved."""
    graph = {
        "video": add("LoadVideo", file=file),
        "model": add("LoadModel", file="demo: photo"),
        "vector": add("LoadEditVector", file="demo: smile", name=""),
        "track": add("TrackFaces", clip=["video", 0], search_every=8, style_frame=0),
        "edit": add("ClipEdit", vector=["vector", 0], strength=strength, layers="all", person=-1),
        "edited": add(
            "EditVideo",
            video=["video", 0],
            model=["model", 0],
            track=["track", 0],
            edits=["edit", 0],
            reach=128,
            **options,
        ),
    }
    if save:
        graph["saved"] = add(
            "SaveVideo", video=["edited", 0], filename_prefix="clip", format="auto", codec="auto"
        )
    return graph


def written(server, result, key: str) -> Path:
    entry = result.outputs[key]["images"][0]
    return server.base / entry["type"] / entry["subfolder"] / entry["filename"]


def frames_of(path: Path) -> list[tuple[Fraction, np.ndarray]]:
    return [(f.time, f.image.numpy().astype(int)) for f in FileClip(path).read(Selection())]


def packets_of(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(p) for p in container.demux(container.streams.audio[0]) if p.size]


def test_a_clip_comes_back_edited_with_its_times_and_sound(server, clip):
    result = server.run(edit(clip))
    assert result.error is None
    before = frames_of(server.base / "input" / clip)
    for key in ("edited", "saved"):
        path = written(server, result, key)
        after = frames_of(path)
        assert [time for time, _ in after] == pytest.approx([time for time, _ in before], abs=1e-3)
        changed = [np.abs(a - b).mean() for (_, a), (_, b) in zip(after, before, strict=True)]
        assert min(changed[6:]) > 1, "the edit is seen"
        corner = [
            np.abs(a - b)[-24:, -24:].mean() for (_, a), (_, b) in zip(after, before, strict=True)
        ]
        assert max(corner) < 4, "and nothing else has changed but for the encoder"
        assert packets_of(path) == packets_of(server.base / "input" / clip)
    assert "1 person in 12 frames" in result.outputs["track"]["text"][0]


def test_the_track_is_kept_while_the_edit_changes(server, clip):
    server.run(edit(clip))
    again = server.run(edit(clip, strength="1", every_nth=6, half_resolution=True))
    assert {"track", "video", "model"} <= again.cached
    path = written(server, again, "saved")
    assert FileClip(path).info.size == (96, 128)
    assert len(frames_of(path)) == 2


def test_frames_as_images_are_edited_too(server, clip):
    graph = edit(clip, save=False)
    del graph["edited"]
    graph["parts"] = add("GetVideoComponents", video=["video", 0])
    graph["track"]["inputs"]["clip"] = ["parts", 0]
    graph["edited"] = add(
        "EditFrames",
        images=["parts", 0],
        model=["model", 0],
        track=["track", 0],
        edits=["edit", 0],
        reach=128,
    )
    graph["saved"] = add("SaveImage", images=["edited", 0], filename_prefix="frames")
    graph["source"] = add("PreviewImage", images=["parts", 0])
    result = server.run(graph)
    assert result.error is None
    after, before = server.pictures(result, "saved"), server.pictures(result, "source")
    assert len(after) == len(before) == 12
    assert np.abs(after[8] - before[8]).mean() > 0.004
    np.testing.assert_array_equal(after[8][-8:, -8:], before[8][-8:, -8:])


def test_video_made_of_images_is_taken(server, clip):
    graph = edit(clip, frame_count=2)
    graph["parts"] = add("GetVideoComponents", video=["video", 0])
    graph["made"] = add("CreateVideo", images=["parts", 0], audio=["parts", 1], fps=12.0)
    graph["track"]["inputs"]["clip"] = graph["edited"]["inputs"]["video"] = ["made", 0]
    result = server.run(graph)
    assert result.error is None
    path = written(server, result, "saved")
    assert [float(time) for time, _ in frames_of(path)] == pytest.approx([0, 1 / 12], abs=1e-3)
    assert packets_of(path)


def test_a_clip_of_one_frame_is_edited(server):
    still = to_bhwc(example_image("astronaut"))[:, :240, 100:340]
    name = _store(server, "still.mp4", TensorClip(still, 24))
    result = server.run(edit(name, strength="3"))
    assert result.error is None
    (_, before), (_, after) = (
        frames_of(path)[0]
        for path in (server.base / "input" / name, written(server, result, "saved"))
    )
    assert len(frames_of(written(server, result, "saved"))) == 1
    assert np.abs(after - before).max() > 40


def test_a_face_that_leaves_is_passed_through_held_or_told(server, leaving):
    """Half a second without a face is bridged; this one is away for more than a second."""
    before = frames_of(server.base / "input" / leaving)

    def change(missing: str) -> list[float]:
        """The largest change in each frame, beyond the loss of another encoding."""
        result = server.run(edit(leaving, strength="3", missing=missing))
        assert result.error is None
        after = frames_of(written(server, result, "saved"))
        return [np.abs(a - b).max() for (_, a), (_, b) in zip(after, before, strict=True)]

    passed = change("pass through")
    assert min(passed[:3] + passed[-3:]) > 40, "edited before and after"
    assert max(passed[12:14]) < 20, "nobody is there"
    held = change("hold")
    assert min(held[12:14]) > 20, "the edit stays where the face was"
    stopped = server.run(edit(leaving, strength="3", missing="stop"))
    assert "the face of person 0 is not seen in frame" in stopped.error


def test_a_clip_without_faces_says_so(server, wall):
    result = server.run(edit(wall))
    assert "no face was found in 4 frames" in result.error


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"strength": "0:0, zwei:1"}, 'cannot read "zwei:1"'),
        ({"people": "3"}, "the clip has 1"),
        ({"start_frame": 500}, "frames 0 to 11 were tracked"),
    ],
)
def test_mistakes_are_explained(server, clip, options, sentence):
    assert sentence in server.run(edit(clip, **options)).error


def test_a_broken_file_is_named(server):
    (server.base / "input" / "broken.mp4").write_bytes(b"no video at all" * 100)
    assert "broken.mp4 cannot be opened as a video" in server.run(edit("broken.mp4")).error


def test_a_cancel_leaves_no_file_and_the_next_run_works(server, clip):
    folder = server.base / "temp" / "StyleGANEX"
    before = set(folder.glob("*")) if folder.is_dir() else set()
    graph = edit(clip, strength="2.5", feather=30.0)  # not in the cache
    most = patience(CANCEL_SECONDS)
    prompt = server.queue(graph)["prompt_id"]
    deadline = time.monotonic() + 120
    while not list(folder.glob("*.part")):
        assert time.monotonic() < deadline, server.log()
        time.sleep(0.05)
    server.request("/interrupt", {})
    assert server.wait(prompt, most).interrupted
    assert set(folder.glob("*")) == before
    assert server.run(edit(clip, frame_count=1)).error is None


def test_nodes_show_a_player(server, clip):
    result = server.run(edit(clip))
    assert result.outputs["edited"]["animated"] == [True]
    assert json.dumps(result.outputs["edited"]["images"][0]).count(".mp4") == 1
