"""`python -m styleganex_core`: results on disk, sentences and exit codes."""

from __future__ import annotations

import sys

import pytest
import torch
from PIL import Image

from styleganex_core import (
    apply_edit_vector,
    example_image,
    load_image,
    load_latents,
    load_model,
    save_model,
)
from styleganex_core.__main__ import main
from styleganex_core.contact_sheet import draw_contact_sheet

from .tiny import random_picture, tiny_model


@pytest.fixture(scope="module")
def model_file(tmp_path_factory):
    model, path = (
        tiny_model(256, name="tiny"),
        tmp_path_factory.mktemp("model") / "tiny.safetensors",
    )
    model.edit_vectors = {"smile": torch.randn(model.num_slots, model.style_dim)}
    save_model(model, path)
    return path


@pytest.fixture
def photo_file(tmp_path):
    Image.new("RGB", (56, 40), (200, 120, 90)).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def test_edit_writes_a_sheet_and_latents(tmp_path, model_file, photo_file, capsys):
    out = tmp_path / "deep" / "out"
    files = ["--model", str(model_file), "--domain", str(model_file), "--out", str(out)]
    code = main(["edit", str(photo_file), "--whole", "--steps", "2", *files])
    assert code == 0
    latents = load_latents(out / "latents.safetensors")
    assert latents.size == (40, 56)
    edited = apply_edit_vector(latents, load_model(model_file).edit_vectors["smile"])
    assert edited.edit is not None
    with Image.open(out / "contact_sheet.png") as sheet:
        assert min(sheet.size) > 256
    said = capsys.readouterr()
    assert "multi-scale" in said.out
    assert "2/2" in said.err


def test_edit_keeps_a_photo_s_transparency(tmp_path, model_file):
    Image.new("RGBA", (56, 40), (200, 120, 90, 70)).save(tmp_path / "photo.png")
    files = ["--model", str(model_file), "--domain", str(model_file), "--out", str(tmp_path)]
    assert main(["edit", str(tmp_path / "photo.png"), "--whole", "--steps", "0", *files]) == 0
    with Image.open(tmp_path / "edited.png") as edited:
        assert edited.mode == "RGBA" and set(edited.getchannel("A").tobytes()) == {70}


@pytest.mark.slow
def test_edit_writes_the_whole_photo_edited_in_place(tmp_path, capsys):
    """The bundled astronaut with the bundled model: her face changes and nothing else."""
    out, photo = tmp_path / "out", example_image("astronaut")
    files = ["--steps", "0", "--out", str(out)]
    assert main(["edit", "--edit", "glasses=2.5,age=-1", *files]) == 0
    assert "glasses +2.5, age -1" in capsys.readouterr().out
    change = (load_image(out / "edited.png") - photo).abs()
    assert change[..., 80:160, 190:260].amax() > 0.3
    assert change[..., 260:, :].amax() == 0 and change[..., 340:].amax() == 0
    assert main(["edit", "--edit", "age=0", "--paste", "drawing", *files]) == 0
    drawn = (load_image(out / "edited.png") - photo).abs()
    level = 2 / 255
    assert level < drawn[..., 80:160, 190:260].mean() < 8 * level, "a drawing of her, not her photo"
    assert drawn[..., 260:, :].amax() == 0


def test_without_names_the_model_s_smile_is_edited(tmp_path, model_file, photo_file, capsys):
    out = tmp_path / "out"
    files = ["--model", str(model_file), "--steps", "0", "--out", str(out)]
    assert main(["edit", str(photo_file), "--whole", *files]) == 0
    assert "smile +1.5" in capsys.readouterr().out
    with Image.open(out / "edited.png") as edited:
        assert edited.size == (56, 40)


def test_a_photo_without_a_face_says_so(tmp_path, model_file, photo_file, capsys):
    code = main(["edit", str(photo_file), "--model", str(model_file), "--out", str(tmp_path / "o")])
    assert code == 2
    assert "no face was found" in capsys.readouterr().err


def test_info_and_convert(tmp_path, model_file, capsys):
    copy = tmp_path / "copy.safetensors"
    assert main(["convert", str(model_file), str(copy)]) == 0
    assert main(["info", str(copy)]) == 0
    assert "256" in capsys.readouterr().out
    pair = [load_model(path).state_dict() for path in (model_file, copy)]
    assert all(torch.equal(tensor, pair[1][key]) for key, tensor in pair[0].items())


@pytest.mark.parametrize(
    "arguments",
    [
        ["info", "missing.pt"],
        ["convert", "missing.pt", "out.safetensors"],
        ["edit", "missing.png", "--model", "missing.safetensors"],
        ["edit", "--steps", "-1"],
        ["edit", "--edit", "smile", "--steps", "0"],
        ["edit", "--edit", "grin=1", "--steps", "0"],
        ["edit", "--edit", "smile=99", "--steps", "0"],
    ],
)
def test_a_sentence_and_exit_code_2(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith("styleganex: ")
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["train", "photo", "--out", "out"], "builds on a trained generator"),
        (["evaluate", "missing.png"], "missing.png"),
        (["portraits", "--out", "out", "--count", "0"], "at least one picture"),
        (["queue", "missing.json", "--out", "out"], "nothing to vary"),
    ],
)
def test_commands_of_the_lab_run_under_their_old_names(
    arguments, error, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    notice, *said = capsys.readouterr().err.splitlines()
    assert f"python -m styleganex_lab {arguments[0]}" in notice
    assert error in "\n".join(said)


def test_an_old_command_without_the_lab_says_where_it_is(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "styleganex_lab", None)
    monkeypatch.delitem(sys.modules, "styleganex_lab.__main__", raising=False)
    assert main(["train", "photo", "--out", "out"]) == 2
    assert "clone the repository" in capsys.readouterr().err


def test_the_sheet_shows_every_picture_with_its_label():
    pictures = {f"number {index}": random_picture(30, 20 + index) for index in range(5)}
    sheet = draw_contact_sheet(pictures, columns=3, height=60)
    assert sheet.height > 2 * 60
    assert sheet.width > 3 * 40
