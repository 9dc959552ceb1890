"""`evaluate` over photos, clips and rendered scenes, with a random model."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest
import torch

from styleganex_core import example_image, save_model, to_pil
from styleganex_core.crop.landmarks import face_from_points
from styleganex_lab.__main__ import main
from styleganex_lab.evaluation.edit_readings import EditTable, find_reader
from styleganex_lab.evaluation.folder import Instruments, refine_latents, tabulate_photos
from styleganex_lab.evaluation.identity import (
    IdentityMeasure,
    bundled_identity,
    follow_faces,
)
from styleganex_lab.evaluation.sources import Subject, rendered_subjects
from styleganex_lab.evaluation.tables import Table, to_csv, to_markdown

from ...tiny import tiny_model

LANDMARKS = IdentityMeasure("landmarks")


@pytest.fixture(scope="module")
def model():
    model = tiny_model(64, fusions=2)
    model.edit_vectors = {"smile": torch.ones(model.num_slots, model.style_dim)}
    return model


@pytest.fixture
def model_file(tmp_path, model):
    save_model(model, tmp_path / "tiny.safetensors")
    return tmp_path / "tiny.safetensors"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "photos"
    (folder / "walk").mkdir(parents=True)
    (folder / "empty").mkdir()
    face = example_image("astronaut_face")
    to_pil(face).save(folder / "face.png")
    for number in range(3):
        to_pil(face.roll(2 * number, dims=3)).save(folder / "walk" / f"{number}.png")
    (folder / "broken.jpg").write_text("no picture")
    to_pil(torch.zeros(1, 3, 64, 64)).save(folder / "grey.png")
    (folder / "notes.txt").write_text("not looked at")
    return folder


@pytest.mark.slow
def test_a_folder_gives_the_papers_tables(tmp_path, folder, model_file, capsys):
    out = tmp_path / "out"
    code = main([
        "evaluate", str(folder), "--model", str(model_file), "--steps", "2", "--out", str(out),
        "--edit", "smile=1.5", "--edit", "smile=-1.5",
    ])  # fmt: skip
    said = capsys.readouterr()
    assert code == 0, said.err
    for name in ("broken.jpg", "grey.png", "empty"):
        assert f"left out {name}" in said.err
    assert "notes" not in said.err
    for row in ("Step I", "Step II, 2 steps", "style crop", "whole picture", "l = 0", "l = 3"):
        assert f"| {row} |" in said.out
    assert "no l = 7, l = 13" in said.out
    with (out / "evaluation.csv").open() as file:
        cells = {(r["table"], r["row"], r["column"]): r["value"] for r in csv.DictReader(file)}
    steps = "Inversion: Step I against Step II"
    before, after = (float(cells[steps, row, "MSE"]) for row in ("Step I", "Step II, 2 steps"))
    assert after <= before
    assert float(cells["Clips", "input", "beyond the input's"]) == 0
    assert float(cells["Clips", "input", "change per frame"]) > 0
    assert ("Clips", "smile +1.5", "PSNR") in cells
    assert ("Clips", "smile -1.5", "PSNR") in cells, "both strengths of one edit are drawn"
    assert ("Edits of photos", "smile -1.5", "gain") in cells
    # Who, how old and whether she smiles, without a file of the user's.
    assert float(cells["Faces of photos", "input", "recognised (%)"]) == 100
    assert 20 < float(cells["Faces of photos", "input", "age"]) < 50
    assert float(cells["Faces of photos", "input", "smile"]) > 0.5
    assert float(cells["Faces of photos", "Step I", "likeness"]) > 0.6  # a random model's blur
    assert float(cells["Faces of clips", "smile +1.5", "age off"]) > 0
    assert float(cells["Clips", "input", "ID-c (distance)"]) == 0
    edited = {
        column: v
        for (t, row, column), v in cells.items()
        if (t, row) == ("Edits of photos", "smile +1.5")
    }
    assert edited["read as"] == "smile"
    assert float(edited["the asked way (%)"]) in (0, 100)  # of one photo
    assert float(edited["likeness to the unedited"]) > 0
    pasted = [cells["Edits put back into photos", "smile +1.5", f"likeness to the {what}"]
              for what in ("photo", "unedited")]  # fmt: skip
    assert pasted[0] == pasted[1], "both are measured from the photo itself"
    assert float(pasted[0]) < float(edited["likeness to the photo"]), "which keeps the person"
    assert float(cells[steps, "Step I", "ST-LPIPS"]) > 0
    assert (out / "evaluation.md").read_text().strip() in said.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["missing"],
        ["--scenes", "0"],
        ["--steps", "-1"],
        ["--edit", "smile=much"],
        ["--edit", "wings=1"],
        ["--identity", "missing.pth"],
    ],
)
def test_a_sentence_and_exit_code_2(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["evaluate", *arguments]) == 2
    assert capsys.readouterr().err.startswith("styleganex: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_rendered_scenes_are_the_same_for_a_seed():
    first, again, other = (rendered_subjects(2, seed)[1] for seed in (5, 5, 6))
    assert torch.equal(first.frames, again.frames)
    assert not torch.equal(first.frames, other.frames)
    assert first.style_image.shape == (1, 3, 256, 256)


@pytest.mark.slow
def test_step_two_is_never_worse(model):
    subject = rendered_subjects(1, 3)[0]
    small = replace(subject, frames=subject.frames[..., :64, :64])
    tables = tabulate_photos(model, [small], Instruments(LANDMARKS), steps=3)
    (_, *first), (_, *second) = tables[0].rows
    assert second[1] <= first[1]


@pytest.mark.slow
def test_results_without_a_face_are_counted(model):
    """A mean over those that show one alone would praise a model that shows hardly any."""
    table = tabulate_photos(model, rendered_subjects(1, 3), Instruments(LANDMARKS), steps=0)[0]
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert row["ID-c (% of eye distance)"] is None and row["faces found (%)"] == 0


def test_refining_counts_all_its_steps(model):
    from styleganex_core import encode_face

    image = rendered_subjects(1, 3)[0].frames[..., :32, :32]
    seen = []
    refine_latents(model, encode_face(model, image), image, 4, progress=lambda *s: seen.append(s))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def face_at(x: float):
    return face_from_points([(x, 10), (x + 20, 10), (x + 10, 20), (x, 30), (x + 20, 30)])


def test_identity_by_a_network_is_a_mean_cosine():
    def embed(image):  # the mean colour decides who it is
        return torch.nn.functional.normalize(image.mean(dim=(2, 3)), dim=1)

    red = torch.tensor([1.0, -1, -1])[:, None, None].expand(1, 3, 40, 40)
    blue = torch.tensor([-1.0, -1, 1])[:, None, None].expand(1, 3, 40, 40)
    measure = IdentityMeasure("colour", embed)
    result, source = torch.cat([red, red, blue]), torch.cat([red, red, red])
    identity = measure.compare(result, source, [face_at(5)] * 3)
    cosine = -1 / 3  # between the two colours
    assert identity.consistency == pytest.approx((1 + 1 + cosine) / 3, abs=1e-5)
    assert identity.maintenance == pytest.approx((1 + cosine) / 2, abs=1e-5)
    assert identity.found is None, "a network looks where the face must be"


def test_edits_are_read_as_what_they_are():
    assert find_reader("turn_left") == ("yaw", -1)
    assert find_reader("turn_right") == ("yaw", 1)
    assert find_reader("mouth_open") == ("mouth_open", 1)
    assert find_reader("gaze_y") == ("gaze_y", 1)
    assert find_reader("gender") == ("gender_odds", 1), "a share comes to its end at 0 and 1"
    assert find_reader("glasses") == ("", 1)


@pytest.mark.slow
def test_an_edit_is_measured_against_the_unedited_drawing():
    from styleganex_core import find_faces

    smiling = example_image("astronaut_face")
    [face] = find_faces(smiling)
    narrow = smiling.clone()
    table = EditTable()
    # The mouth painted over with cheek: whatever smile is left, it is less.
    narrow[..., 170:215, 85:170] = smiling[..., 150:151, 95:96]
    table.note("smile", 2.0, smiling, face, narrow, smiling)
    table.note("smile", -2.0, smiling, face, smiling, narrow)
    table.note("glasses", 1.0, smiling, face, smiling, smiling)
    (_, _, more, right, *_), (_, _, less, also, *_), glasses = table.tabulate().rows
    assert more == pytest.approx(-less) and more > 0
    assert right == also == 100
    assert glasses[1:4] == ("-", None, None) and glasses[4] == 0


def test_identity_by_the_bundled_reader_is_a_distance():
    from styleganex_core import find_faces

    photo = example_image("astronaut")
    [face] = find_faces(photo)
    measure = bundled_identity()
    assert measure.unit == "distance"
    other = torch.zeros_like(photo)
    identity = measure.compare(torch.cat([photo, other]), photo.repeat(2, 1, 1, 1), [face] * 2)
    alone = measure.compare(other, photo, [face])
    assert alone.consistency > 0.5
    assert identity.consistency == pytest.approx(alone.consistency / 2, abs=1e-4)
    assert identity.maintenance == pytest.approx(alone.consistency, abs=1e-4)
    assert identity.found is None


def test_identity_by_landmarks_says_how_far_they_moved(monkeypatch):
    found = iter([[face_at(5)], [face_at(7)], []])
    monkeypatch.setattr("styleganex_lab.evaluation.identity.find_faces", lambda image: next(found))
    frames = torch.zeros(3, 3, 40, 40)
    identity = LANDMARKS.compare(frames, frames, [face_at(5)] * 3)
    assert identity.consistency == pytest.approx((0 + 10) / 2)  # 2 of 20 px in one of two frames
    assert identity.maintenance == pytest.approx(10)
    assert identity.found == pytest.approx(2 / 3)


def test_faces_are_followed_and_held_where_they_hide(monkeypatch):
    found = iter([[face_at(50), face_at(8)], [], [face_at(12)]])
    monkeypatch.setattr("styleganex_lab.evaluation.identity.find_faces", lambda image: next(found))
    faces = follow_faces(torch.zeros(4, 3, 8, 8), face_at(5))
    assert [face.points[0][0] for face in faces] == [5, 8, 8, 12]


def test_tables_as_text():
    table = Table("Things", ("", "size"), (("small", 0.123456), ("none", None)), "A note.")
    assert to_markdown(table) == (
        "### Things\n\n|  | size |\n| --- | --- |\n| small | 0.1235 |\n| none | - |\n\nA note.\n"
    )
    assert to_csv([table]).splitlines()[1:] == ["Things,small,size,0.123456", "Things,none,size,"]


def test_a_subject_is_a_face_in_frames():
    subject = rendered_subjects(1, 0)[0]
    assert isinstance(subject, Subject)
    assert all(0 < value < 256 for point in subject.face.points[:2] for value in point)
