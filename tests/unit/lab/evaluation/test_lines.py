"""Figures that are written job by job: what was measured stays, what is missing is measured."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from styleganex_core.errors import FaceNotFoundError
from styleganex_lab.evaluation.lines import measure_missing, read_lines


@dataclass(frozen=True)
class Length:
    name: str
    what: str
    metres: float | None = None


def measure(path, jobs, said=None):
    return measure_missing(
        path, Length, jobs, lambda line: (line.name, line.what), say=(said or []).append
    )


def test_a_run_that_stopped_goes_on_and_measures_nothing_twice(tmp_path):
    path, asked = tmp_path / "lengths.csv", []

    def job(name, what, *, breaks=False):
        def run():
            asked.append(name)
            if breaks:
                raise KeyboardInterrupt
            return [Length(name, what, 1.5), Length(name, what)]

        return run

    with pytest.raises(KeyboardInterrupt):
        measure(path, {("a", "x"): job("a", "x"), ("b", "x"): job("b", "x", breaks=True)})
    assert read_lines(path, Length) == [Length("a", "x", 1.5), Length("a", "x")]
    lines = measure(path, {(name, "x"): job(name, "x") for name in "abc"})
    assert asked == ["a", "b", "b", "c"]
    assert [line.name for line in lines] == ["a", "a", "b", "b", "c", "c"]
    assert measure(path, {("b", "x"): job("b", "x")}) == lines[2:4], "only what was asked for"


def test_who_shows_no_face_is_named_and_left_out(tmp_path):
    def fails():
        raise FaceNotFoundError("nobody is there.")

    said = []
    jobs = {("a", "x"): fails, ("b", "x"): lambda: [Length("b", "x")]}
    lines = measure_missing(
        tmp_path / "lengths.csv", Length, jobs, lambda line: (line.name, line.what),
        say=said.append,
    )  # fmt: skip
    assert [line.name for line in lines] == ["b"]
    assert said == ["left out a x: nobody is there."]
