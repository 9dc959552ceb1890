"""Clips: scenes whose people turn, blink, talk, smile and walk, smoothly and at bounded speed.

Convention: time is in seconds, speeds are per second. Every motion is a sum of slow waves or an
even step, so that positions and their speeds are continuous.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch

from styleganex_core.errors import StyleGANEXError

from .attributes import ATTRIBUTES
from .geometry import smoothstep
from .noise import cell_noise
from .scenes import RenderedScenes, Scenes, render_scenes, sample_scenes

FASTEST_WAVE = 3.0  # seconds: the shortest period of turns, smiles and drifts
BLINK = 0.32  # seconds that a blink takes
SYLLABLES = 2.6  # per second of speech
FASTEST_WALK = 0.6  # picture widths per second
BASE = 0.4  # the share of a moved attribute that stays, which leaves room for the motion
DRAWS = 6  # random numbers per motion and person


@dataclass(frozen=True)
class _Track:
    """What a motion knows: `time` [T, 1], its length, `draw` [P, DRAWS] in 0..1 and the start.

    `start` [P, A]: attributes; `place` [P, 4]: placements; `size` (height, width) px.
    """

    time: torch.Tensor
    seconds: float
    draw: torch.Tensor
    start: torch.Tensor
    place: torch.Tensor
    size: tuple[int, int]

    def wave(self, first: int) -> torch.Tensor:
        """A wandering value [T, P] in -1..1 from three of the draws."""
        period = FASTEST_WAVE * (1 + self.draw[:, first])
        phase = 2 * math.pi * self.draw[:, first + 1]
        slow = torch.sin(2 * math.pi * self.time / (2.3 * period) + 5 * self.draw[:, first + 2])
        return 0.55 * torch.sin(2 * math.pi * self.time / period + phase) + 0.45 * slow

    def attribute(self, name: str) -> torch.Tensor:
        """The attribute [P] of the people at the start."""
        return self.start[:, ATTRIBUTES.index(name)]


# Attribute, or x, y (px), scale (factor of e) or roll (degrees): how far it is moved, [T, P].
Moves = dict[str, torch.Tensor]


def _turn(track: _Track) -> Moves:
    """Look around: head and eyes."""
    yaw = 0.58 * track.wave(0)
    return {"yaw": yaw, "pitch": 0.40 * track.wave(3), "gaze_x": 0.35 * track.wave(1)}


def _nod(track: _Track) -> Moves:
    """Nod for a while, then hold still, and so on."""
    often = 2 * math.pi * (track.time * 0.7 + track.draw[:, 0])
    return {"pitch": 0.5 * torch.sin(often) * smoothstep(-0.2, 0.6, track.wave(1))}


def _blink(track: _Track) -> Moves:
    """Shut the eyes for a moment every three seconds or so."""
    period = 2.6 + 1.2 * track.draw[:, 0]
    cycle = track.time / period + track.draw[:, 1]
    late = cell_noise(cycle.floor(), (track.draw[:, 2] * 999).floor().expand_as(cycle), 1)[0]
    since = (cycle - cycle.floor() - 0.6 * late) * period
    shut = torch.where(
        (since > 0) & (since < BLINK), 0.5 - 0.5 * torch.cos(2 * math.pi * since / BLINK), 0.0
    )
    return {"eyes_open": -(1 + BASE * track.attribute("eyes_open")) * shut}


def _talk(track: _Track) -> Moves:
    """Syllables in phrases, with pauses between them."""
    phrase = smoothstep(-0.5, 0.1, track.wave(0))
    beat = 2 * math.pi * SYLLABLES * track.time + 2 * torch.sin(3.1 * track.time)
    syllable = 0.5 - 0.5 * torch.cos(beat + 6 * track.draw[:, 3])
    loud = 0.7 + 0.3 * torch.sin(1.7 * track.time + 6 * track.draw[:, 4])
    closed = -0.55 - BASE * track.attribute("mouth_open")
    return {"mouth_open": closed + 1.1 * phrase * syllable * loud}


def _smile(track: _Track) -> Moves:
    """Smile and grow serious again."""
    return {"smile": 0.6 * track.wave(0)}


def _drift(track: _Track) -> Moves:
    """Sway a little, as people before a camera do."""
    height, width = track.size
    return {
        "x": 0.05 * width * track.wave(0),
        "y": 0.03 * height * track.wave(1),
        "roll": 6.0 * track.wave(2),
        "scale": 0.08 * track.wave(3),
    }


def _walk(track: _Track) -> Moves:
    """The last person crosses the picture from one side to the other."""
    width, last = track.size[1], _last_person(track)
    away = min(1.3, FASTEST_WALK * track.seconds) * width
    direction = (track.draw[:, 0] - 0.5).sign()
    share = track.time / track.seconds - 0.5
    target = (width / 2 - track.place[:, 0]) + direction * share * away
    step = 0.012 * track.size[0] * torch.sin(2 * math.pi * 1.6 * track.time)
    return {"x": target * last, "y": step * last, "yaw": 0.3 * direction * last + 0 * share}


def _leave(track: _Track) -> Moves:
    """The last person walks out of the picture by the nearer side and comes back."""
    width, last = track.size[1], _last_person(track)
    x, head = track.place[:, 0], track.place[:, 2] * 2.4 * 64 / 0.84
    right = (x > width / 2).float()
    away = torch.lerp(-x - head, width - x + head, right)
    limit = FASTEST_WALK * width * track.seconds / math.pi
    share = torch.sin(math.pi * track.time / track.seconds) ** 2
    return {"x": away.clamp(-limit, limit) * share * last}


MOTIONS: dict[str, Callable[[_Track], Moves]] = {
    "turn": _turn,
    "nod": _nod,
    "blink": _blink,
    "talk": _talk,
    "smile": _smile,
    "drift": _drift,
    "walk": _walk,
    "leave": _leave,
}


def sample_clip(
    frames: int,
    seed: int,
    *,
    size: int | tuple[int, int] = 256,
    motions: Sequence[str] = ("turn", "blink", "talk", "smile", "drift"),
    people: int = 1,
    fps: float = 25.0,
    backdrops: Sequence[str] | None = None,
) -> Scenes:
    """The frames of a clip as scenes, one row per frame: who is in it, where and how they move.

    `motions`: names out of `MOTIONS`; "walk" and "leave" move the last person only. `size` and
    `backdrops` are those of `sample_scenes`. The same seed gives the same people and the same
    motion at any frame rate.
    """
    for name in motions:
        if name not in MOTIONS:
            raise StyleGANEXError(f"motions are {', '.join(MOTIONS)}; got {name!r}.")
    if frames < 1 or fps <= 0:
        raise StyleGANEXError(
            f"a clip needs at least 1 frame and more than 0 frames per second; got {frames} and "
            f"{fps}."
        )
    still = sample_scenes(1, seed, size=size, people=people, at_least=people, backdrops=backdrops)
    attributes, placement = still.attributes[0], still.placement[0]  # [P, A], [P, 4]
    time = torch.arange(frames)[:, None] / fps
    generator = torch.Generator().manual_seed(seed)
    offsets: Moves = {}
    for name, motion in MOTIONS.items():  # every motion draws, so that they are independent
        draw = torch.rand(people, DRAWS, generator=generator)
        if name in motions:
            track = _Track(time, frames / fps, draw, attributes, placement, still.size)
            for moved, amount in motion(track).items():
                offsets[moved] = offsets.get(moved, 0) + amount
    attributes = attributes.expand(frames, -1, -1).clone()
    for index, name in enumerate(ATTRIBUTES):
        if name in offsets:
            attributes[..., index] = BASE * attributes[..., index] + offsets[name]
    return replace(
        still,
        attributes=attributes.clamp(-1, 1),
        placement=_move(placement.expand(frames, -1, -1), offsets),
        present=still.present.expand(frames, -1),
        extras=still.extras.expand(frames, -1, -1),
        backdrop=still.backdrop.expand(frames, -1),
    )


def render_clip(clip: Scenes, *, style: str = "photo", batch: int = 8) -> Iterator[RenderedScenes]:
    """The frames of a clip in order, `batch` at a time, with the truth of each."""
    for start in range(0, len(clip), max(1, batch)):
        yield render_scenes(clip[start : start + max(1, batch)], style=style)


def _move(placement: torch.Tensor, offsets: Moves) -> torch.Tensor:
    zero = torch.zeros_like(placement[..., 0])
    x, y, scale, roll = placement.unbind(-1)
    return torch.stack([
        x + offsets.get("x", zero),
        y + offsets.get("y", zero),
        scale * torch.exp(offsets.get("scale", zero)),
        roll + offsets.get("roll", zero),
    ], dim=-1)  # fmt: skip


def _last_person(track: _Track) -> torch.Tensor:
    """1 for the last of the people, 0 for the others, [P]."""
    people = torch.arange(len(track.place))
    return (people == len(people) - 1).float()
