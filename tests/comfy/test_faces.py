"""Faces cut out of whole photos, edited and pasted back, in a real ComfyUI."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import EXAMPLE
from graphs import node
from PIL import Image

LEVEL = 1.01 / 255
PHOTO = EXAMPLE.with_name("astronaut.jpg")


@pytest.fixture(scope="module")
def photo(server):
    """A photo turned by 20 degrees, with the face off the centre; its name in the input folder."""
    with Image.open(PHOTO) as picture:
        turned = picture.rotate(20, Image.Resampling.BICUBIC, fillcolor=(90, 90, 90))
    return server.add_image("turned.png", turned)


def crop(image: str, **changes: object) -> dict:
    """An image and its crop."""
    inputs = {"image": ["image", 0], "which": "largest", "index": 0, "upright": True}
    return {
        "image": node("LoadImage", image=image),
        "crop": node("CropFace", **(inputs | changes)),
        "count": node("SaveImage", images=["crop", 0], filename_prefix="crop"),
        "style": node("SaveImage", images=["crop", 1], filename_prefix="style"),
    }


def paste(edited: list[str | int], **changes: object) -> dict:
    inputs = {
        "original": ["image", 0],
        "edited": edited,
        "place": ["crop", 2],
        "feather": 32.0,
        "match_colour": False,
        "enlarge": False,
    }
    return {
        "pasted": node("PasteFace", **(inputs | changes)),
        "picture": node("SaveImage", images=["pasted", 0], filename_prefix="pasted"),
        "before": node("SaveImage", images=["image", 0], filename_prefix="before"),
    }


def test_an_unchanged_crop_changes_nothing(server, photo):
    result = server.run(crop(photo) | paste(["crop", 0]))
    assert result.error is None
    assert server.pictures(result, "style")[0].shape == (256, 256, 3)
    before, after = (server.pictures(result, name)[0] for name in ("before", "picture"))
    assert abs(before - after).max() < LEVEL


def redraw(image: str, **changes: object) -> dict:
    """The chosen faces drawn anew by the demo model and pasted within their masks."""
    return {
        **crop(image, **changes),
        **paste(["decoded", 0], mask=["crop", 3]),
        "model": node("LoadModel", file="demo: photo"),
        "latents": node("Encode", model=["model", 0], image=["crop", 0], style_image=["crop", 1]),
        "decoded": node("Decode", model=["model", 0], latents=["latents", 0]),
    }


def test_an_edited_face_stays_within_its_mask(server, photo):
    result = server.run(redraw(photo))
    assert result.error is None
    before, after = (server.pictures(result, name)[0] for name in ("before", "picture"))
    assert before.shape == after.shape
    moved = abs(before - after).max(axis=-1) > LEVEL
    assert 0.01 < moved.mean() < 0.2
    assert not moved[:, -100:].any() and not moved[-100:].any()


def test_two_faces_are_edited_together_or_one_by_one(server):
    with Image.open(PHOTO) as picture:
        person = picture.crop((80, 0, 400, 320))
    pair = Image.new("RGB", (640, 320))
    pair.paste(person, (0, 0))
    pair.paste(person.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (320, 0))
    name, before = server.add_image("pair.png", pair), np.asarray(pair, np.float32) / 255

    def changed(**choice: object) -> list[float]:
        """The share of px that changed in the left half and in the right one."""
        result = server.run(redraw(name, reach=96, **choice))
        assert result.error is None
        moved = (server.pictures(result, "picture")[0] != before).any(axis=-1)
        assert not moved[-60:].any(), "what lies below both faces stays bit for bit"
        return [float(half.mean()) for half in (moved[:, :320], moved[:, 320:])]

    both = changed(which="all")
    assert min(both) > 0.05
    assert changed(which="left to right", index=1) == [0, pytest.approx(both[1], abs=0.01)]
    result = server.run(crop(name, which="left to right", index=2))
    assert "there is no face 2: the picture has 2" in result.error


def test_a_45_px_portrait_comes_back_at_its_size(server):
    with Image.open(EXAMPLE) as face:
        small = face.resize((45, 45))
    result = server.run(redraw(server.add_image("portrait45.png", small), reach=128))
    assert result.error is None
    before, after = (server.pictures(result, name)[0] for name in ("before", "picture"))
    assert after.shape == (45, 45, 3)
    assert 0.1 < (before != after).any(axis=-1).mean() < 0.95


def test_a_picture_without_a_face_says_so(server):
    graph = crop("x.png") | {"image": node("EmptyImage", width=200, height=150, batch_size=1,
                                           color=0)}  # fmt: skip
    result = server.run(graph)
    assert "no face was found in the picture" in result.error
    graph["crop"]["inputs"]["missing"] = "whole picture"
    assert server.run(graph).error is None


def test_typed_points_and_all_faces(server, photo):
    points = (
        "100,100; 164,100; 132,130; 110,160; 154,160\n300,100; 364,100; 332,130; 310,160; 354,160"
    )
    graph = crop(photo, which="all", points=points) | paste(["crop", 0])
    result = server.run(graph)
    assert result.error is None
    assert len(server.pictures(result, "count")) == 2
    wrong = server.run(crop(photo, points="1,2; 3,4"))
    assert "five 'x,y' pairs" in wrong.error


def test_transparency_comes_back_with_the_picture(server):
    picture = Image.open(EXAMPLE).convert("RGBA").resize((256, 256))
    picture.putalpha(Image.linear_gradient("L"))
    server.add_image("clear.png", picture)
    graph = {
        "rgb": node("LoadImage", image="clear.png"),
        "rgba": {
            "class_type": "JoinImageWithAlpha",
            "inputs": {"image": ["rgb", 0], "alpha": ["rgb", 1]},
        },
        "crop": node("CropFace", image=["rgba", 0], which="largest", index=0, upright=False),
        "pasted": node(
            "PasteFace",
            original=["rgba", 0],
            edited=["crop", 0],
            place=["crop", 2],
            feather=32.0,
            match_colour=False,
            enlarge=False,
        ),
        "saved": node("SaveImage", images=["pasted", 0], filename_prefix="clear"),
    }
    result = server.run(graph)
    assert result.error is None, result.error
    entry = result.outputs["saved"]["images"][0]
    with Image.open(server.base / "output" / entry["filename"]) as saved:
        assert saved.mode == "RGBA"
        difference = np.abs(np.asarray(saved, float) - np.asarray(picture, float))
    assert difference[..., 3].max() <= 1
    assert difference[..., :3].mean() < 3
