"""Tasks on real people: who gets which, by which model, and what the tables say."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from styleganex_core.errors import StyleGANEXError
from styleganex_lab.__main__ import main
from styleganex_lab.evaluation import people_tasks
from styleganex_lab.evaluation.lines import hash_model, read_lines
from styleganex_lab.evaluation.people_tasks import (
    LINES,
    TASKS,
    Task,
    TaskLine,
    TaskPlan,
    choose_people,
    measure_tasks,
)
from styleganex_lab.evaluation.task_tables import tabulate_tasks
from styleganex_lab.training.data.aligned import Portrait

from ...tiny import tiny_model


def test_only_sharp_portraits_count_where_detail_is_judged_and_clips_are_few():
    people = [Portrait(Path(f"{n}.jpg"), n, "one", 0.5 + n % 2) for n in range(60)]
    assert choose_people(people, TASKS["super-resolution-4x"], 3) == {1, 3, 5}
    assert choose_people(people, TASKS["sketch"], 3) == {0, 1, 2}
    assert choose_people(people, TASKS["clip"], 30) == {0, 10, 20}
    assert len(choose_people(people, TASKS["super-resolution-8x"], None)) == 30


def test_other_weights_or_edit_vectors_are_another_model():
    model, other = tiny_model(64), tiny_model(64, seed=1)
    assert hash_model(model) == hash_model(tiny_model(64)) != hash_model(other)
    before = hash_model(model)
    model.edit_vectors = {"smile": torch.ones(1)}
    assert hash_model(model) != before


def test_lines_of_another_model_come_beside_those_that_are_there(portraits, tmp_path, monkeypatch):
    asked = []

    def measure(person, model, tools, seed):
        asked.append((person.portrait.file.stem, seed))
        yield "", {"likeness": float(seed)}

    monkeypatch.setitem(people_tasks.TASKS, "sketch", Task(measure))
    plan = TaskPlan(["sketch"])
    first = measure_tasks(tiny_model(64), portraits, tmp_path, plan, limit=1)
    again = measure_tasks(tiny_model(64), portraits, tmp_path, plan, limit=2)
    assert asked == [("a", 0), ("b", 1)] and again[:1] == first
    other = measure_tasks(tiny_model(64, seed=1), portraits, tmp_path, plan, limit=1)
    assert asked[2:] == [("a", 0)]
    assert len(read_lines(tmp_path / LINES, TaskLine)) == 3
    assert len(other) == 1 and other[0].model != first[0].model


def test_tables_tell_gains_points_and_steadiness():
    lines = []
    for number in range(10):
        about = (f"p{number}", "one")
        lines += [
            TaskLine(*about, "sr", "sr", "m 1", psnr=30.0 + number, likeness=0.1, distance=0.2),
            TaskLine(
                *about, "sr", "sr: bicubic", "m 1", psnr=28.0, distance=0.3,
                likeness=0.05 if number < 3 else 0.2,
            ),
            TaskLine(
                *about, "sketch", "sketch", "m 2", likeness=number / 10, found=float(number < 9),
                points=number / 2 if number < 9 else None, mesh=1.0 if number < 9 else None,
            ),
            TaskLine(
                *about, "clip", "clip: smile +2", "m 3", likeness=0.1, found=1.0, change=1.0,
                face_change=1.1 if number < 6 else 1.3, worst=0.2, spread=0.01,
            ),
        ]  # fmt: skip
    enlarged, drawn, clips = tabulate_tasks(lines)
    (row,) = enlarged.rows
    assert row[:3] == ("sr", 10, 6.5), "the median of 2 to 11 dB"
    assert row[3] == pytest.approx(2.9) and row[4:6] == (34.5, 28.0)
    assert row[6:9] == (0.1, 0.2, 70) and row[9:] == (0.2, 0.3, 100)
    assert "sr by m 1." in enlarged.note
    (row,) = drawn.rows
    assert row[:4] == ("sketch", 10, 90, 2.0)
    assert row[5] == 90, "a face that is not found is not in its place"
    assert row[6] == 1.0 and row[9] == 60
    (row,) = clips.rows
    assert row[:4] == ("clip: smile +2", 10, 100, 1.0) and row[5] == pytest.approx(1.1)
    assert row[7] == 60 and row[8:11] == (0.1, 0.2, 0.01)
    assert row[11:] == (None, None)


def test_tables_of_a_task_whose_faces_were_never_found():
    lines = [TaskLine("a", "one", "ink", "ink", "m", likeness=0.9, found=0.0)]
    ((row,),) = (table.rows for table in tabulate_tasks(lines))
    assert row == ("ink", 1, 0, None, None, 0, None, 0.9, pytest.approx(0.9), 0, None, None)


def test_rows_tasks_and_files_that_do_not_exist_are_told(portraits, tmp_path, capsys):
    def refuse(*arguments):
        assert main(["evaluate", str(portraits), "--out", str(tmp_path), *arguments]) == 2
        return capsys.readouterr().err

    assert "its rows are people, random, super-resolution-4x" in refuse("--people", "--rows", "x")
    assert "--task is NAME=FILE" in refuse("--people", "--task", "sketch")
    assert 'got "nose=a.safetensors"' in refuse("--people", "--task", "nose=a.safetensors")
    assert "no_such.safetensors" in refuse("--people", "--task", "sketch=no_such.safetensors")
    assert "add --people" in refuse("--tasks")
    with pytest.raises(StyleGANEXError, match='no task "nose"; choose among super-resolution-4x'):
        TaskPlan(["nose"])


@pytest.mark.slow
def test_every_task_is_measured_by_one_command(portraits, tmp_path, capsys):
    rows = ",".join(TASKS)
    arguments = ["evaluate", str(portraits), "--people", "--rows", rows, "--frames", "3"]
    assert main([*arguments, "--limit", "1", "--out", str(tmp_path)]) == 0
    lines = {line.row: line for line in read_lines(tmp_path / LINES, TaskLine)}
    assert list(lines) == [
        "super-resolution-4x", "super-resolution-4x: bicubic", "super-resolution-8x",
        "super-resolution-8x: bicubic", "sketch", "mask", "toon", "ink", "toonify",
        "edit: as it is", "edit: age +2", "edit: age -2", "edit: hair_light +2",
        "edit: hair_light -2", "clip: smile +2", "clip: age +2", "clip-edit: age +2",
    ]  # fmt: skip
    small, smaller = lines["super-resolution-4x: bicubic"], lines["super-resolution-8x: bicubic"]
    assert small.psnr > smaller.psnr and small.distance < smaller.distance
    assert small.points < 2 and small.found == 1
    assert lines["toon"].model.startswith("toon ") and " + photo " in lines["toon"].model
    assert lines["clip: smile +2"].model.endswith(", 3 frames")
    said = capsys.readouterr().out
    for title in ("super-resolution", "drawn anew", "clips"):
        assert f"### People: {title}" in said
