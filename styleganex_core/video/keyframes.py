"""Strengths that change over a clip, written as text: "0:0, 24:1" or "1.5s:2"."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass, field

from ..errors import StyleGANEXError, echo
from ..grammar import SPACE, check_length, read_number

HOW = 'write one number, or "frame:strength" pairs such as "0:0, 24:1"; "1.5s:1" counts in seconds'
LONGEST_TEXT = 2**18  # characters: some 20,000 keys


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
    _points: dict[float, tuple[bool, list[float], list[float]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )  # by frame rate

    def strength_at(self, frame: int, seconds: float, rate: float) -> float:
        """The strength of a frame at `seconds`; keys by frame number lie at number / `rate`.

        A clip whose keys all count frames is read by frame number alone, so that every frame that
        was named has exactly its strength, also where the frame rate varies.
        """
        timed, places, strengths = self._lie(rate)
        here = seconds if timed else float(frame)
        after = bisect.bisect_right(places, here)
        if after == 0:
            return strengths[0]
        if after == len(places):
            return strengths[-1]
        (before, low), (behind, high) = (
            (places[key], strengths[key]) for key in (after - 1, after)
        )
        return low + (high - low) * (here - before) / (behind - before)

    def _lie(self, rate: float) -> tuple[bool, list[float], list[float]]:
        """Whether keys lie at seconds (or at frames), where they lie in order, their strengths."""
        if rate not in self._points:
            timed = any(key.seconds for key in self.keys)
            points = sorted(
                (key.place / rate if timed and not key.seconds else key.place, key.strength)
                for key in self.keys
            )
            places, strengths = map(list, zip(*points, strict=True))
            self._points[rate] = (timed, places, strengths)
        return self._points[rate]


def parse_keyframes(text: str | float) -> Keyframes:
    """The strengths that `text` describes; a plain number holds for the whole clip.

    Keys may come in any order. Raises StyleGANEXError, naming the part, for what cannot be read,
    for places before the clip's start and for two keys at one place.

    >>> parse_keyframes("0:0, 24:1").strength_at(12, 0.5, 24.0)
    0.5
    """
    if not isinstance(text, str):
        text = repr(float(text))
    check_length(text, LONGEST_TEXT, "a strength")
    number = read_number(text.strip(SPACE))
    if number is not None:
        return Keyframes((Keyframe(0.0, _finite(number, text)),))
    parts = [part for part in text.replace(";", ",").replace("\n", ",").split(",") if part.strip()]
    if not parts:
        raise StyleGANEXError(f"the strength is empty; {HOW}.")
    keys: dict[tuple[float, bool], Keyframe] = {}
    for part in parts:
        key = _read_key(part)
        if key is None:
            raise StyleGANEXError(f'strength "{echo(text)}": cannot read "{_quote(part)}"; {HOW}.')
        if key.place < 0:
            raise StyleGANEXError(
                f'strength "{echo(text)}": "{_quote(part)}" lies before the clip\'s start; '
                "frames and seconds count from 0."
            )
        if (key.place, key.seconds) in keys:
            raise StyleGANEXError(
                f'strength "{echo(text)}": "{_quote(part)}" sets a second strength '
                "at the same place; give each place one."
            )
        keys[key.place, key.seconds] = key
    return Keyframes(tuple(keys.values()))


def _read_key(part: str) -> Keyframe | None:
    """The key that "24:1" or "1.5s:1" is; None for anything else."""
    place, _, strength = (word.strip(SPACE) for word in part.partition(":"))
    seconds = place[-1:] in ("s", "S")
    numbers = read_number(place[:-1].rstrip(SPACE) if seconds else place), read_number(strength)
    if numbers[0] is None or numbers[1] is None:
        return None
    return Keyframe(_finite(numbers[0], part), _finite(numbers[1], part), seconds)


def _finite(number: float, part: str) -> float:
    if not math.isfinite(number):
        raise StyleGANEXError(f'strength: "{_quote(part)}" is too large a number; {HOW}.')
    return number


def _quote(part: str) -> str:
    return echo(part.strip(SPACE))
