"""Strengths over time: what is written is what is applied, and mistakes are pointed at."""

from __future__ import annotations

import pytest

from styleganex_core import StyleGANEXError
from styleganex_core.video import parse_keyframes

RATE = 24.0


def strengths(text: str, frames: range, rate: float = RATE) -> list[float]:
    keys = parse_keyframes(text)
    return [keys.strength_at(frame, frame / rate, rate) for frame in frames]


@pytest.mark.parametrize("text", ["1.5", " 1.5 ", "15e-1", "+1.5"])
def test_a_number_holds_for_the_whole_clip(text):
    assert strengths(text, range(0, 1000, 333)) == [1.5] * 4


def test_a_number_need_not_be_text():
    assert parse_keyframes(-2).strength_at(7, 0.3, RATE) == -2


def test_straight_lines_run_between_the_keys_and_level_beyond_them():
    came = strengths("4:0, 8:2, 10:-1", range(13))
    assert came == pytest.approx([0, 0, 0, 0, 0, 0.5, 1, 1.5, 2, 0.5, -1, -1, -1])


def test_the_order_of_the_keys_does_not_matter():
    assert strengths("24:1, 0:0", range(30)) == strengths("0:0, 24:1", range(30))


def test_seconds_follow_the_clock_and_mix_with_frames():
    assert strengths("0s:0, 1s:1", range(25)) == pytest.approx([frame / 24 for frame in range(25)])
    assert strengths("0:0, 0.5s:1", range(13)) == pytest.approx([frame / 12 for frame in range(13)])


def test_named_frames_are_exact_where_the_frame_rate_varies():
    keys = parse_keyframes("0:0, 10:1")
    assert keys.strength_at(10, 99.0, RATE) == 1
    assert keys.strength_at(5, 0.01, RATE) == 0.5


@pytest.mark.parametrize("separator", [",", ";", "\n", " ,\n"])
def test_keys_may_be_parted_by_commas_semicolons_and_lines(separator):
    assert strengths(separator.join(["0:0", "10:1"]), range(11))[5] == 0.5


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("0:0, 24;1", "24"),
        ("0:0, zwei:1", "zwei:1"),
        ("0:0 24:1", "0:0 24:1"),
        ("0:0, -3:1", "-3:1"),
        ("0:0, 5:1, 5:2", "5:2"),
        ("0:1e999", "0:1e999"),
        ("1m:2", "1m:2"),
        ("0:", "0:"),
    ],
)
def test_a_mistake_is_pointed_at(text, named):
    with pytest.raises(StyleGANEXError) as caught:
        parse_keyframes(text)
    assert f'"{named}"' in str(caught.value)


@pytest.mark.parametrize("text", ["", "  ", ",", "nan", "inf", "1,5"])
def test_nonsense_is_refused(text):
    with pytest.raises(StyleGANEXError):
        parse_keyframes(text)
