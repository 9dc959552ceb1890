"""Transparency is kept where a whole picture goes back."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

import styleganex_core as core
from styleganex_core import ShapeError, to_bchw, to_bhwc
from styleganex_core.alpha import keep_alpha, to_pil_with_alpha

from .fake_comfyui import run_fake
from .tiny import tiny_model


@pytest.fixture
def picture() -> torch.Tensor:
    """RGBA as it comes from an 8-bit file, with every amount of transparency."""
    random = torch.Generator().manual_seed(0)
    levels = torch.randint(0, 256, (1, 16, 16, 4), generator=random)
    levels[0, 0, :, 3], levels[0, 1, :, 3] = 0, 255
    return levels.float() / 255


def test_what_was_not_edited_comes_back_exactly(picture):
    assert torch.equal(keep_alpha(picture, to_bchw(picture)), picture)


def test_an_edit_shows_the_same_over_grey_and_leaves_the_transparency(picture):
    edited = to_bchw(picture) * 0.9
    kept = keep_alpha(picture, edited)
    assert torch.equal(kept[..., 3], picture[..., 3])
    seen = kept[..., 3:] > 0.3  # fainter px may not reach the colour that they would need
    difference = (to_bhwc(to_bchw(kept)) - to_bhwc(edited)).abs() * seen
    assert difference.max() < 2 / 255


def test_opaque_px_take_the_edit_as_it_is(picture):
    edited = torch.rand(1, 3, 16, 16) * 2 - 1
    torch.testing.assert_close(keep_alpha(picture, edited)[0, 1, :, :3], to_bhwc(edited)[0, 1])


def test_a_larger_result_and_several_take_it_too(picture):
    assert keep_alpha(picture, torch.zeros(3, 3, 32, 32)).shape == (3, 32, 32, 4)
    assert keep_alpha(picture[..., :3], torch.zeros(3, 3, 32, 32)).shape == (3, 32, 32, 3)
    with pytest.raises(ShapeError, match="transparency"):
        keep_alpha(picture.expand(2, -1, -1, -1), torch.zeros(3, 3, 16, 16))


def test_a_file_gets_its_transparency_back(picture, tmp_path):
    levels = (picture[0] * 255).round().to(torch.uint8).numpy()
    Image.fromarray(levels).save(tmp_path / "photo.png")
    original = core.images.read_picture(tmp_path / "photo.png")
    back = to_pil_with_alpha(original, to_bchw(original))
    assert back.mode == "RGBA" and (np.asarray(back) == levels).all()
    assert to_pil_with_alpha(original[..., :3], to_bchw(original)).mode == "RGB"


@pytest.mark.parametrize("channels", [3, 4])
def test_edit_face_keeps_a_photo_that_shows_nobody(picture, channels, monkeypatch):
    given = picture[..., :channels].expand(2, -1, -1, -1)
    with run_fake() as comfyui:
        node = comfyui.node("edit_face")
        patcher = comfyui.manage(tiny_model(32))
        options = {"missing": "skip", "steps": 0, "paste": "change", "region": "crop"}
        output = node.EditFace.execute(
            given, "", "largest", 0, model=patcher, reach=16, face_strengths="", **options
        )
    assert torch.equal(output.args[0], given) and not output.args[1].any()


@pytest.mark.parametrize("count", [1, 2])
def test_edited_photos_keep_their_transparency(picture, count, monkeypatch):
    """Edit Face and Live Edit, whatever is drawn into the photos."""
    given = picture.expand(count, -1, -1, -1).clone()
    model = tiny_model(32)
    latents = core.sample_latents(model, 0, height=16, width=16)
    crop = core.FaceCrop(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)), (16, 16), (16, 16))
    places = tuple(core.FaceCrop(crop.matrix, (16, 16), (16, 16), n) for n in range(count))
    with run_fake() as comfyui:
        face, live = comfyui.node("edit_face"), comfyui.node("live.node")
        monkeypatch.setattr(live.result, "tell", lambda *_: {})
        monkeypatch.setattr(face, "_scene_of", lambda *_: None)
        monkeypatch.setattr(core.readers, "follow_edits", lambda *_: None)
        opened = SimpleNamespace(latents=latents, seen=None)
        monkeypatch.setattr(core.photo, "open_photo", lambda *_, **__: opened)
        monkeypatch.setattr(core.photo, "draw_edit", lambda *_, **__: None)
        monkeypatch.setattr(core.photo, "draw_held", lambda *_, **__: None)
        monkeypatch.setattr(core.photo, "put_back", lambda *_, **__: torch.zeros(1, 3, 16, 16))
        patcher = comfyui.manage(model)
        edited = face.EditFace.execute(
            given, "", "largest", 0, model=patcher, reach=16, face_strengths=""
        )
        live_edited = live.LiveEdit.execute(
            patcher,
            latents.with_tensors([t.expand(count, *t.shape[1:]) for t in latents.tensors]),
            "",
            "all",
            original=given,
            place=places,
        )
    for pictures in (edited.args[0], live_edited.args[1]):
        assert torch.equal(pictures[..., 3], given[..., 3])
