"""The time left: told after a few steps, right in the end, and without jumps on the way."""

from __future__ import annotations

import io
import random
import sys
from itertools import pairwise

import pytest

from styleganex_core.console import progress_bar
from styleganex_core.time_left import FIRST_STEPS, TimeLeft

from .fake_comfyui import run_fake


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def run(durations: list[float]) -> list[tuple[float, float | None]]:
    """The true and the told seconds left after each step."""
    clock = Clock()
    left, told = TimeLeft(clock), []
    for done, seconds in enumerate(durations, start=1):
        clock.now += seconds
        told.append((sum(durations[done:]), left.step(done, len(durations))))
    return told


def test_nothing_is_told_before_a_few_steps_and_then_the_truth():
    told = run([5.0, *[1.0] * 39])
    assert [left for _, left in told[:FIRST_STEPS]] == [None] * FIRST_STEPS
    for true, left in told[FIRST_STEPS:]:
        assert left == pytest.approx(true), "the slow first step does not count"


def test_steps_of_uneven_length_make_no_jumps():
    shaky = random.Random(3)
    told = run([shaky.uniform(0.5, 1.5) for _ in range(200)])
    lefts = [left for _, left in told if left is not None]
    jumps = [after for before, after in pairwise(lefts) if not -1.6 < after - before <= 0]
    assert len(jumps) <= 6, "corrected seldom; else it counts down with the clock"
    assert all(abs(left - true) <= 0.2 * true + 5 for true, left in told[20:] if left is not None)


def test_a_run_that_gets_slower_is_told_so():
    told = run([*[0.25] * 100, *[4.0] * 100])
    assert told[60][1] < 40
    true, left = told[140][0], told[140][1]
    assert left == pytest.approx(true, rel=0.2)


def test_the_next_run_begins_anew():
    clock = Clock()
    left = TimeLeft(clock)
    for done in range(1, 11):
        clock.now += 1
        left.step(done, 10)
    assert [left.step(done, 20) for done in (1, 2)] == [None, None]


def test_the_command_s_bar_tells_the_time_from_the_first_steps_on(monkeypatch):
    clock, stream = Clock(), io.StringIO()
    monkeypatch.setattr("styleganex_core.console.TimeLeft", lambda: TimeLeft(clock))
    monkeypatch.setattr(sys, "stderr", stream)
    show = progress_bar("optimise")
    for done in range(1, 11):
        clock.now += 30
        show(done, 10)
    lines = stream.getvalue().splitlines()
    assert "left" not in lines[0] and "left" not in lines[-1]
    assert lines[4].endswith("5/10, 3 min left")


def told_by(module, clock, monkeypatch):
    """What tells the time left, by this clock alone."""
    monkeypatch.setattr(module.time, "monotonic", clock)
    told = module.ToldTime()
    told._left = TimeLeft(clock)
    return told


def test_a_node_tells_the_page_and_takes_it_back(monkeypatch):
    with run_fake() as comfyui:
        module, clock = comfyui.node("told_time"), Clock()
        sent: list[tuple[str, dict, str]] = []
        server = type(
            "Server", (), {"client_id": "page", "send_sync": lambda _, *a: sent.append(a)}
        )
        monkeypatch.setattr(module.PromptServer, "instance", server())
        monkeypatch.setattr(
            module, "get_executing_context", lambda: type("C", (), {"node_id": "7"})
        )
        told = told_by(module, clock, monkeypatch)
        for done in range(1, 21):
            clock.now += 0.7
            told.step(done, 20)
        assert all(event == "styleganex_time_left" and page == "page" for event, _, page in sent)
        seconds = [message["seconds"] for _, message, _ in sent]
        assert {message["node"] for _, message, _ in sent} == {"7"}
        assert seconds[0] == round(0.7 * 16) and seconds[-1] is None
        assert seconds[:-1] == sorted(seconds[:-1], reverse=True)
        assert len(seconds) < 20, "not at every step"
        sent.clear()
        quick = module.ToldTime()
        quick._left = TimeLeft(clock)
        for done in range(1, 11):
            clock.now += 0.3
            quick.step(done, 10)
        assert sent == [], "a short run tells nothing"


def test_a_node_that_a_script_runs_tells_nobody(monkeypatch):
    with run_fake() as comfyui:
        module, clock = comfyui.node("told_time"), Clock()
        monkeypatch.delattr(module.PromptServer, "instance", raising=False)
        told = told_by(module, clock, monkeypatch)
        for done in range(1, 21):
            clock.now += 5
            told.step(done, 20)
