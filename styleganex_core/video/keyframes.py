"""Strengths that change over a clip, written as text: "0:0, 24:1" or "1.5s:2"."""

from __future__ import annotations

import bisect
import math
import re
from dataclasses import dataclass

from ..errors import StyleGANEXError

HOW = 'write one number, or "frame:strength" pairs such as "0:0, 24:1"; "1.5s:1" counts in seconds'
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?"
PAIR = re.compile(rf"\s*({NUMBER})\s*(s?)\s*:\s*({NUMBER})\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Keyframe:
    """A strength at a place of the clip: a frame's number, or seconds from the clip's start."""

    place: float
    strength: float
    seconds: bool = False


@dataclass(frozen=True)
class Keyframes:
    """A strength for every frame: straight lines between the keys, level before and after."""

    keys: tuple[Keyframe, ...]

    def strength_at(self, frame: int, seconds: float, rate: float) -> float:
        """The strength of a frame at `seconds`; keys by frame number lie at number / `rate`.

        A clip whose keys all count frames is read by frame number alone, so that every frame that
        was named has exactly its strength, also where the frame rate varies.
        """
        timed = any(key.seconds for key in self.keys)
        here = seconds if timed else float(frame)
        places = [key.place / rate if timed and not key.seconds else key.place for key in self.keys]
        points = sorted(zip(places, (key.strength for key in self.keys), strict=True))
        after = bisect.bisect_right([place for place, _ in points], here)
        if after == 0:
            return points[0][1]
        if after == len(points):
            return points[-1][1]
        (before, low), (behind, high) = points[after - 1], points[after]
        return low + (high - low) * (here - before) / (behind - before)


def parse_keyframes(text: str | float) -> Keyframes:
    """The strengths that `text` describes; a plain number holds for the whole clip.

    Keys may stand in any order. Raises StyleGANEXError, naming the part, for what cannot be read,
    for places before the clip's start and for two keys at one place.

    >>> parse_keyframes("0:0, 24:1").strength_at(12, 0.5, 24.0)
    0.5
    """
    if not isinstance(text, str):
        text = repr(float(text))
    if re.fullmatch(NUMBER, text.strip(), re.IGNORECASE):
        return Keyframes((Keyframe(0.0, _finite(text, text)),))
    parts = [part for part in re.split(r"[,;\n]", text) if part.strip()]
    if not parts:
        raise StyleGANEXError(f"the strength is empty; {HOW}.")
    keys = []
    for part in parts:
        match = PAIR.fullmatch(part)
        if match is None:
            raise StyleGANEXError(
                f'strength "{text.strip()}": cannot read "{part.strip()}"; {HOW}.'
            )
        place, strength = _finite(match[1], part), _finite(match[3], part)
        if place < 0:
            raise StyleGANEXError(
                f'strength "{text.strip()}": "{part.strip()}" lies before the clip\'s start; '
                "frames and seconds count from 0."
            )
        keys.append(Keyframe(place, strength, seconds=bool(match[2])))
    places = [(key.place, key.seconds) for key in keys]
    for number, place in enumerate(places):
        if place in places[:number]:
            raise StyleGANEXError(
                f'strength "{text.strip()}": "{parts[number].strip()}" gives a place a second '
                "strength; give each place one."
            )
    return Keyframes(tuple(keys))


def _finite(number: str, part: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise StyleGANEXError(f'strength: "{part.strip()}" is too large a number; {HOW}.')
    return value
