"""Figures of real people: who is measured, what is measured of them, and what the tables say."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import example_image, save_model
from styleganex_core.errors import StyleGANEXError
from styleganex_lab.__main__ import main
from styleganex_lab.evaluation.lines import append_lines, read_lines
from styleganex_lab.evaluation.people import LINES, Line, measure_people, oval_of, spread_people
from styleganex_lab.evaluation.people_tables import tabulate_people
from styleganex_lab.training.data.aligned import read_index

from ...tiny import tiny_model


def test_people_of_all_sets_come_early_and_nobody_who_is_trained_on(portraits):
    people = spread_people(read_index(portraits))
    assert [portrait.file.stem for portrait in people] == ["a", "b", "e", "d"]


@pytest.mark.slow
def test_a_run_goes_on_where_it_stopped_and_makes_tables(portraits, tmp_path, capsys):
    model = tiny_model(64, fusions=2)
    model.edit_vectors = {"smile": torch.ones(model.num_slots, model.style_dim)}
    save_model(model, tmp_path / "tiny.safetensors")
    arguments = [
        "evaluate", str(portraits), "--people", "--model", str(tmp_path / "tiny.safetensors"),
        "--steps", "2", "--out", str(tmp_path / "out"), "--limit",
    ]  # fmt: skip
    assert main([*arguments, "1"]) == 0
    path = tmp_path / "out" / LINES
    first = path.read_text()
    rows = {line.row: line for line in read_lines(path, Line)}
    assert list(rows) == [
        "Step I, aligned", "Step II, 2 steps", "photo: smile +2", "photo: smile -2",
        "drawing: smile +2", "drawing: smile -2",
    ]  # fmt: skip
    assert rows["Step II, 2 steps"].psnr >= rows["Step I, aligned"].psnr - 0.1
    edited = rows["photo: smile +2"]
    assert edited.outside < 0.01, "nothing changes where nothing is put back"
    assert edited.before > 0.5, "she smiles in her photo"
    assert edited.asked == float(edited.gain > 0)
    assert edited.likeness < rows["drawing: smile +2"].likeness

    capsys.readouterr()
    assert main([*arguments, "2"]) == 0
    assert path.read_text().startswith(first), "what was measured stays"
    assert {line.name for line in read_lines(path, Line)} == {"a", "b"}
    said = capsys.readouterr().out
    assert "| smile +2 | smile | 2 |" in said, "two photos"
    assert "random ones against those of the training" in said


def test_tables_tell_medians_and_the_worst_and_who_is_recognised():
    lines = []
    for number in range(10):
        name, kind = f"p{number}", "one" if number < 9 else "other"
        lines.append(Line(name, kind, "Step I, aligned", psnr=20.0 + number, likeness=number / 10))
        gain = 0.5 if number < 8 else -0.5
        lines.append(Line(
            name, kind, "photo: smile +2", likeness=0.1, before=0.0, gain=gain,
            asked=float(gain > 0), outside=0.25,
        ))  # fmt: skip
    whole, by_set, edits = tabulate_people(lines)
    (step,) = whole.rows
    assert step[:3] == ("Step I, aligned", 10, 24.5)
    assert step[3] == pytest.approx(20.9) and step[4] == pytest.approx(0.45)
    assert step[6] == 60, "0.0 to 0.5 are below 0.6"
    assert {row[0]: row[1] for row in by_set.rows} == {
        "Step I, aligned: one": 9, "Step I, aligned: other": 1,
    }  # fmt: skip
    (edit,) = edits.rows
    assert edit[:5] == ("smile +2", "smile", 10, 0.5, 80)
    assert edit[-1] == 0.25


def test_a_file_of_another_kind_is_refused_and_not_written_to(portraits, tmp_path):
    path = tmp_path / LINES
    path.write_text("name,age\na,3\n")
    with pytest.raises(StyleGANEXError, match="another kind"):
        measure_people(tiny_model(64), portraits, tmp_path)
    assert path.read_text() == "name,age\na,3\n"


def test_lines_come_back_as_they_were(tmp_path):
    lines = [Line("a", "one", "Step I, aligned", psnr=1.5, likeness=0.0), Line("b", "two", "x")]
    for line in lines:
        append_lines(tmp_path / LINES, [line])
    assert read_lines(tmp_path / LINES, Line) == lines


def test_the_oval_of_an_aligned_face_is_that_of_training():
    from styleganex_core.crop import find_faces
    from styleganex_lab.training.data.aligned import FACE, weigh_face_regions

    picture = example_image("astronaut_face")
    found = oval_of(find_faces(picture)[0], (256, 256))
    wanted = weigh_face_regions(256) > FACE
    union = (found | wanted).sum()
    assert (found & wanted).sum() / union > 0.85


def test_people_need_a_folder(tmp_path, capsys):
    assert main(["evaluate", "--people"]) == 2
    assert "needs a FOLDER" in capsys.readouterr().err
    assert main(["evaluate", str(tmp_path), "--people"]) == 2
    assert "index.csv" in capsys.readouterr().err
