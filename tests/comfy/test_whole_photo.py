"""What the pack is for, in a real ComfyUI: a turned photo whose face is edited in place."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from conftest import EXAMPLE
from graphs import node, optimize
from PIL import Image

import styleganex_core as core

PHOTO = EXAMPLE.with_name("astronaut.jpg")
TURN = 20  # degrees
REACH = 128  # px, as suits the demo model
STYLE_STEPS, STEPS = 30, 60
STAGES = ("latents", "refined", "edited")  # after encoding, optimising and editing


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    """A real photo, turned, whose face lies in a corner of the picture."""
    with Image.open(PHOTO) as picture:
        turned = picture.rotate(TURN, Image.Resampling.BICUBIC, expand=True, fillcolor=(90, 60, 30))
    return turned.crop((60, 60, turned.width, turned.height - 100))


def edit_graph(name: str) -> dict:
    """Crop, encode, optimise in two stages, edit, decode and paste; every stage is pasted."""
    graph = {
        "image": node("LoadImage", image=name),
        "model": node("LoadModel", file="demo: photo"),
        "crop": node(
            "CropFace", image=["image", 0], which="largest", index=0, upright=False, reach=REACH
        ),
        "latents": node("Encode", model=["model", 0], image=["crop", 0], style_image=["crop", 1]),
        "styled": optimize(image=["crop", 0], steps=STYLE_STEPS, optimize_f=False),
        "refined": optimize(
            latents=["styled", 0], image=["crop", 0], steps=STEPS, learning_rate=0.03
        ),
        "vector": node("LoadEditVector", file="demo: age"),
        "edited": node(
            "ApplyEditVector", latents=["refined", 0], vector=["vector", 0], strength=3.0
        ),
    }
    for stage in STAGES:
        graph |= {
            f"{stage}_crop": node("Decode", model=["model", 0], latents=[stage, 0]),
            f"{stage}_pasted": node(
                "PasteFace",
                original=["image", 0],
                edited=[f"{stage}_crop", 0],
                place=["crop", 2],
                feather=32.0,
                match_colour=False,
                enlarge=False,
                mask=["crop", 3],
            ),
            f"{stage}_saved": node(
                "SaveImage", images=[f"{stage}_pasted", 0], filename_prefix=stage
            ),
        }
    return graph


def mask_of(picture: torch.Tensor) -> np.ndarray:
    """Where in the picture the pasted crop counts at all, [H, W] of bool."""
    cropped = core.crop_faces(picture, reach=REACH)
    black = torch.full_like(picture, -1.0)
    white = torch.ones_like(cropped.crops)
    spot = core.paste_faces(black, white, cropped.places, mask=cropped.masks)
    return (spot > -1).any(dim=1)[0].numpy()


@pytest.mark.slow
def test_a_turned_photo_is_edited_in_place(server, photo):
    prompt = server.queue(edit_graph(server.add_image("corner.png", photo)))
    result = server.wait(prompt["prompt_id"], seconds=550)
    result = server.run(edit_graph(server.add_image("corner.png", photo)))
    assert result.error is None
    before = np.array(photo)
    after = {
        stage: np.round(255 * server.pictures(result, f"{stage}_saved")[0]).astype(np.uint8)
        for stage in STAGES
    }
    picture = core.to_bchw(torch.from_numpy(before)[None] / 255)
    inside = mask_of(picture)
    assert 0.02 < inside.mean() < 0.3
    for array in after.values():
        np.testing.assert_array_equal(array[~inside], before[~inside])

    face = core.find_faces(picture)[0]
    assert abs(face.roll) > TURN / 2, "the head is turned"
    assert abs(face.points[2][0] / photo.width - 0.5) > 0.1, "and off the picture's centre"
    off = {
        stage: np.abs(array[inside].astype(int) - before[inside]).mean()
        for stage, array in after.items()
    }
    assert off["refined"] < 0.9 * off["latents"], "optimising comes closer to the photo"
    change = np.abs(after["edited"][inside].astype(int) - after["refined"][inside])
    assert change.mean() > 2, "the edit is seen"
