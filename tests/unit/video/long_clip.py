"""A long clip made, tracked and edited in a process of its own, which reports its memory.

    python -m tests.unit.video.long_clip FOLDER SECONDS

Prints one line of JSON: resident megabytes after every frame, and what the written file holds.
"""

from __future__ import annotations

import json
import os
import sys
from fractions import Fraction
from pathlib import Path

import torch

from styleganex_core import (
    ClipEdit,
    ClipSettings,
    FileClip,
    Selection,
    edit_video,
    example_image,
    parse_keyframes,
    track_faces,
)
from styleganex_core.video import ClipInfo, ClipWriter, Frame, WaveSound

from ..tiny import tiny_model

FPS = 4  # so that a minute takes a minute
HERTZ = 22_050
SIZE = (720, 1280)


class LongClip:
    """A photographed face that wanders over a plain wall, with a hum."""

    def __init__(self, seconds: int) -> None:
        self.info = ClipInfo(SIZE, Fraction(FPS), seconds * FPS)
        photo = (example_image("astronaut")[0].permute(1, 2, 0) + 1) * 127.5
        self._face = photo[:360, 60:420].to(torch.uint8)
        self._wall = torch.full((*SIZE, 3), 90, dtype=torch.uint8)

    def read(self, selection: Selection):
        for index in range(self.info.frames):
            image = self._wall.clone()
            left = round(400 + 300 * _wave(index / 84))
            top = round(180 + 120 * _wave(index / 60))
            image[top : top + 360, left : left + 360] = self._face
            yield Frame(index, Fraction(index, FPS), image)

    def sound(self, start: Fraction, *, cut: bool) -> WaveSound:
        time = torch.arange(self.info.frames * HERTZ // FPS) / HERTZ
        return WaveSound(torch.sin(time * 900)[None] * 0.2, HERTZ)


def _wave(turns: float) -> float:
    return float(torch.sin(torch.tensor(turns * 6.2832)))


def resident() -> float:
    """Megabytes of this process that lie in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main(folder: Path, seconds: int) -> None:
    made = LongClip(seconds)
    with ClipWriter(
        folder / "source.mp4", SIZE, made.info, sounds=[made.sound(Fraction(0), cut=False)]
    ) as writer:
        for frame in made.read(Selection()):
            writer.write(frame.image, frame.time)
    clip = FileClip(folder / "source.mp4")
    memory: dict[str, list[float]] = {"tracking": [], "editing": []}
    track = track_faces(clip, every=16, progress=lambda *_: memory["tracking"].append(resident()))
    model = tiny_model(fusions=3)
    edits = [ClipEdit(torch.ones(model.num_slots, model.style_dim), parse_keyframes("0:0, 60s:1"))]
    edited = edit_video(
        model,
        clip,
        folder / "edited.mp4",
        track,
        edits,
        settings=ClipSettings(reach=64, paste="drawing"),  # a random network draws no likeness
        progress=lambda *_: memory["editing"].append(resident()),
    )
    import av

    with av.open(str(folder / "edited.mp4")) as container:
        pictures, sounds = container.streams.video[0], container.streams.audio[0]
        lengths = [float((s.duration or 0) * s.time_base) for s in (pictures, sounds)]
        frames = pictures.frames
    result = FileClip(folder / "edited.mp4").read(Selection(every=FPS))
    source = clip.read(Selection(every=FPS))
    changed = [
        float((a.image.int() - b.image.int()).abs().amax()) > 60
        for a, b in zip(result, source, strict=True)
    ]
    report = {
        **memory,
        "frame_megabytes": 3 * SIZE[0] * SIZE[1] / 1e6,
        "edited": edited,
        "frames": frames,
        "seconds": lengths[0],
        "sound": lengths[1],
        "changed": sum(changed) / len(changed),
        "files": sorted(path.name for path in folder.iterdir()),
    }
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
