"""Nodes that edit a whole photo: Load Photo, Edit Face, and Live Edit within the photo."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import EXAMPLE
from graphs import Graph, node
from PIL import Image
from test_live import JPEG_ERROR, ask, told

PHOTO = EXAMPLE.with_name("astronaut.jpg")
REACH = 128  # px, as suits the demo model
LEVEL = 1.01 / 255


@pytest.fixture(scope="module")
def photo(server) -> str:
    with Image.open(PHOTO) as picture:
        return server.add_image("whole.png", picture.convert("RGB"))


def saved(graph: Graph, source: list) -> Graph:
    return graph | {"saved": node("SaveImage", images=source, filename_prefix="photo")}


def chain(name: str, strengths: str = "smile: 1.5", **inputs: object) -> Graph:
    """Load Photo, Crop Face, Encode and Live Edit on the whole photo."""
    graph = {
        "photo": node("LoadPhoto", photo=name),
        "model": node("LoadModel", file="demo: photo"),
        "crop": node(
            "CropFace", image=["photo", 0], which="largest", index=0, upright=False, reach=REACH,
            mask_shape="head",
        ),
        "latents": node("Encode", model=["model", 0], image=["crop", 0], style_image=["crop", 1]),
        "live": node(
            "LiveEdit",
            **{
                "model": ["model", 0], "latents": ["latents", 0], "strengths": strengths,
                "original": ["photo", 0], "place": ["crop", 2], "mask": ["crop", 3],
            } | inputs,
        ),
    }  # fmt: skip
    return saved(graph, ["live", 1])


def edit_face(name: str, strengths: str = "smile: 1.5", **inputs: object) -> Graph:
    inputs = {
        "image": ["photo", 0],
        "strengths": strengths,
        "which": "largest",
        "index": 0,
    } | inputs
    return saved(
        {"photo": node("LoadPhoto", photo=name), "live": node("EditFace", **inputs)}, ["live", 0]
    )


@pytest.fixture(scope="module")
def before() -> np.ndarray:
    with Image.open(PHOTO) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.float32) / 255


def test_live_edit_gives_the_whole_photo_and_previews_show_the_same(server, photo, before):
    result = server.run(chain(photo))
    assert result.error is None, result.error
    after = server.pictures(result, "saved")[0]
    assert after.shape == before.shape
    assert np.abs(after - before)[95:160, 185:265].max() > 20 / 255, "the face is edited"
    assert np.abs(after - before)[260:].max() < LEVEL, "the clothes are not"
    said = told(result)
    assert (said["width"], said["height"]) == (512, 512) and said["zoom"] >= 1
    preview = ask(server, said["handle"], "age: 2", side=512)
    queued = server.pictures(server.run(chain(photo, "age: 2")), "saved")[0]
    assert preview.shape == queued.shape
    assert np.abs(preview - queued).mean() < JPEG_ERROR


def test_previews_come_near_and_show_the_photo_without_edits(server, photo, before):
    handle = told(server.run(chain(photo)))["handle"]
    whole = ask(server, handle, "", side=512)
    assert np.abs(whole - before).mean() < JPEG_ERROR
    near = ask(server, handle, "", side=256, zoom=4)
    assert near.shape[:2] == (128, 128), "no more px than the photo has"
    error = ask(server, handle, "", zoom=99)
    assert error["type"] == "invalid" and "zoom" in error["message"]


def test_edit_face_gives_what_the_chain_gives(server, photo):
    one = server.run(edit_face(photo))
    assert one.error is None, one.error
    many = server.run(chain(photo))
    pair = [server.pictures(result, "saved")[0] for result in (one, many)]
    assert np.abs(pair[0] - pair[1]).max() < 2 * LEVEL
    vectors = {vector["name"] for vector in told(one)["vectors"]}
    assert {"smile", "age", "glasses"} <= vectors
    preview = ask(server, told(one)["handle"], "glasses: 2", side=512)
    queued = server.pictures(server.run(edit_face(photo, "glasses: 2")), "saved")[0]
    assert np.abs(preview - queued).mean() < JPEG_ERROR


def test_a_head_turns_alike_in_edit_face_in_live_edit_and_in_its_preview(server, photo, before):
    """Whatever else is edited is drawn without the turn, and the result is turned."""
    both, turn = "turn_right: 2, hair_light: 2", "turn_right: 2"
    one, many = server.run(edit_face(photo, both)), server.run(chain(photo, both))
    assert one.error is None and many.error is None, (one.error, many.error)
    pair = [server.pictures(result, "saved")[0] for result in (one, many)]
    assert np.abs(pair[0] - pair[1]).max() < 2 * LEVEL
    handle = told(server.run(chain(photo)))["handle"]
    preview = ask(server, handle, both, side=512)
    assert np.abs(preview - pair[0]).mean() < 1.5 * JPEG_ERROR
    turned = ask(server, handle, turn, side=512)
    hair = (slice(20, 75), slice(175, 270))
    lighter = server.pictures(server.run(edit_face(photo, "hair_light: 2")), "saved")[0]
    gains = [
        (after - plain)[hair].mean() for after, plain in ((lighter, before), (preview, turned))
    ]
    assert gains[0] > 0.05 and abs(gains[1] / gains[0] - 1) < 0.2


def test_each_face_of_a_group_has_strengths_of_its_own(server, before):
    """The left face stays as it is; the right one gets older, and the expression of another."""
    group = np.concatenate([before[:, 20:360]] * 2, axis=1)
    name = server.add_image("group.png", Image.fromarray(np.round(group * 255).astype(np.uint8)))
    own = "[1] smile: 0; [2] age: 2, expression: 1"
    graph = edit_face(name, "smile: 1", which="all", face_strengths=own, expression=["other", 0])
    graph["other"] = node("ExampleImage", name="rendered_ben")
    result = server.run(graph)
    assert result.error is None, result.error
    after = server.pictures(result, "saved")[0]
    left, right = np.split(np.abs(after - group), 2, axis=1)
    assert left.max() < LEVEL and right.max() > 20 / 255
    said = told(result)
    assert [face["picture"][:23] for face in said["faces"]] == ["data:image/jpeg;base64,"] * 2
    assert said["vectors"][-1] == {"name": "expression", "unit": "×", "range": [0, 1]}  # noqa: RUF001
    preview = ask(server, said["handle"], "smile: 1", face_strengths=own, side=680)
    assert np.abs(preview - after).mean() < JPEG_ERROR
    pair = [
        ask(server, said["handle"], "", side=256, zoom=4, face_strengths="[2] age: 3", face=face)
        for face in (1, 2)
    ]
    assert pair[0].shape == pair[1].shape and np.abs(pair[0] - pair[1]).max() > 20 / 255


def test_edit_face_can_put_the_drawing_back(server, photo, before):
    drawn = server.run(edit_face(photo, "", paste="drawing", region="face"))
    assert drawn.error is None, drawn.error
    differs = np.abs(server.pictures(drawn, "saved")[0] - before)[80:160, 190:260].mean()
    assert 1 / 255 < differs < 8 / 255, "a drawing of her, not her photo"
    kept = server.pictures(server.run(edit_face(photo, "")), "saved")[0]
    assert np.abs(kept - before).max() < LEVEL


def test_a_bundled_picture_stands_in_until_a_photo_is_chosen(server, before):
    """The input folder may be empty: the starter graph runs at once."""
    result = server.run(edit_face("example: astronaut", ""))
    assert result.error is None, result.error
    assert np.abs(server.pictures(result, "saved")[0] - before).max() < LEVEL
    listed = server.request("/object_info/StyleGANEX_LoadPhoto")["StyleGANEX_LoadPhoto"]
    options = listed["input"]["required"]["photo"][1]["options"]
    assert options[0].startswith("example: ") and "face.png" in options


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nobody.png", "there is no photo 'nobody.png'"),
        ("../extra.yaml", "lies outside"),
        ("example: nobody", "there is no 'example: nobody'"),
    ],
)
def test_a_photo_that_is_not_there_is_explained(server, name, sentence):
    assert sentence in server.run(edit_face(name)).error


def test_a_mask_of_the_photo_s_size_counts_where_it_was_painted(server, photo, before):
    """Painted on the photo in the mask editor, a region far smaller than the crop."""
    mask = np.zeros((512, 512, 4), dtype=np.uint8)
    mask[..., :3] = np.round(before * 255)
    mask[..., 3] = 255
    mask[90:160, 200:220, 3] = 0  # Load Image's mask is 1 where the picture is transparent
    name = server.add_image("painted.png", Image.fromarray(mask, "RGBA"))
    graph = chain(photo, "hair_light: 3, glasses: 3, mouth_open: 2")
    graph["painted"] = node("LoadImage", image=name)
    graph["live"]["inputs"]["mask"] = ["painted", 1]
    result = server.run(graph)
    assert result.error is None, result.error
    changed = (np.abs(server.pictures(result, "saved")[0] - before) > LEVEL).any(axis=-1)
    assert changed[90:160, 200:220].mean() > 0.1
    changed[88:162, 198:222] = False
    assert not changed.any()


def test_the_empty_mask_of_load_image_is_explained(server, photo):
    graph = chain(photo)
    graph["loaded"] = node("LoadImage", image=photo)
    graph["live"]["inputs"]["mask"] = ["loaded", 1]
    assert "Load Image" in server.run(graph).error


def test_a_photo_without_a_face_passes_through_where_it_may(server):
    name = server.add_image("wall.png", Image.new("RGB", (200, 150), (90, 120, 60)))
    graph = chain(name)
    assert "no face was found" in server.run(graph).error
    graph["crop"]["inputs"]["missing"] = "skip"
    decoded = {
        "decoded": node("Decode", model=["model", 0], latents=["live", 0]),
        "pasted": node(
            "PasteFace", original=["photo", 0], edited=["decoded", 0], place=["crop", 2],
            mask=["crop", 3], feather=32.0, match_colour=False, enlarge=False,
        ),
        "kept": node("SaveImage", images=["pasted", 0], filename_prefix="kept"),
    }  # fmt: skip
    result = server.run(graph | decoded)
    assert result.error is None, result.error
    for output in ("saved", "kept"):
        picture = server.pictures(result, output)[0]
        assert picture.shape == (150, 200, 3)
        assert np.abs(picture - np.array([90, 120, 60]) / 255).max() < LEVEL
    skipped = server.run(edit_face(name, missing="skip"))
    assert skipped.error is None, skipped.error


def test_original_and_place_come_together(server, photo):
    graph = chain(photo)
    del graph["live"]["inputs"]["place"]
    assert "both connected" in server.run(graph).error
