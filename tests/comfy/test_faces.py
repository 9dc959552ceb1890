"""Faces cut out of whole photos, edited and pasted back, in a real ComfyUI."""

from __future__ import annotations

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


def test_an_edited_face_stays_within_its_mask(server, photo):
    graph = crop(photo) | paste(["decoded", 0], mask=["crop", 3])
    graph |= {
        "model": node("LoadModel", file="demo: photo"),
        "latents": node("Encode", model=["model", 0], image=["crop", 0], style_image=["crop", 1]),
        "decoded": node("Decode", model=["model", 0], latents=["latents", 0]),
    }
    result = server.run(graph)
    assert result.error is None
    before, after = (server.pictures(result, name)[0] for name in ("before", "picture"))
    assert before.shape == after.shape
    moved = abs(before - after).max(axis=-1) > LEVEL
    assert 0.01 < moved.mean() < 0.2
    assert not moved[:, -100:].any() and not moved[-100:].any()


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
