"""Super-resolution, sketches, label maps and parsing in a real ComfyUI, on random-weight models."""

from __future__ import annotations

import time

import numpy as np
import pytest
import torch
from conftest import EXAMPLE
from graphs import node, show
from PIL import Image

import styleganex_core as core
from tests.unit.speed import patience
from tests.unit.tasks.published_parser import published_tensors
from tests.unit.tiny import tiny_model

LEVEL = 1.01 / 255
SLOW_PICTURES = 200  # enough for a run of seconds, so that it can be cancelled
CANCEL_SECONDS = 10

MODELS = {
    "tiny_super": {"fusions": 2},
    "tiny_sketch": {"labels": 1, "fusions": 1},
    "tiny_mask": {"labels": 19, "fusions": 2},
    "tiny_other": {"seed": 5},
}


def foreign(kind: str, **inputs: object) -> dict:
    """A node of ComfyUI itself."""
    return {"class_type": kind, "inputs": inputs}


@pytest.fixture(scope="module", autouse=True)
def models(server):
    for name, options in MODELS.items():
        model = tiny_model(256, name=name, **options)
        core.save_model(model, server.models / f"{name}.safetensors")


@pytest.fixture(scope="module", autouse=True)
def pictures(server, models):
    with Image.open(EXAMPLE) as face:
        server.add_image("small.png", face.resize((45, 45)))
    lines = np.full((96, 104), 255, np.uint8)
    lines[20:23, 10:90] = lines[40:80, 50:53] = 0
    server.add_image("lines.png", Image.fromarray(lines))
    server.add_image("negative.png", Image.fromarray(255 - lines))
    labels = np.zeros((72, 80), np.uint8)
    labels[10:, 15:65], labels[5:20, 15:65] = 1, 17
    labels[30:34, 25:32], labels[30:34, 48:55], labels[50:54, 32:48] = 5, 4, 12
    server.add_image("labels.png", Image.fromarray(labels))
    colours = core.class_colours().numpy()[labels]
    server.add_image("colours.png", Image.fromarray(colours))
    labels[60:62, 7:9] = 23
    server.add_image("wrong.png", Image.fromarray(labels))


def load(model: str) -> dict:
    return {"model": node("LoadModel", file=f"{model}.safetensors")}


def outputs(info: bool = True) -> dict:
    """Everything that `task` gives, shown; and its latents decoded again."""
    shown = {
        "picture": node("SaveImage", images=["task", 0], filename_prefix="task"),
        "seen": node("SaveImage", images=["task", 2], filename_prefix="seen"),
        "decoded": node("Decode", model=["model", 0], latents=["task", 1]),
        "again": node("SaveImage", images=["decoded", 0], filename_prefix="again"),
    }
    return shown | ({"info": foreign("PreviewAny", source=["task", 3])} if info else {})


def super_resolve(image: str = "small.png", **changes: object) -> dict:
    inputs = {"model": ["model", 0], "image": ["image", 0], "factor": 4, "source": "small picture"}
    graph = load("tiny_super") | {"image": node("LoadImage", image=image)}
    return graph | {"task": node("SuperResolve", **(inputs | changes))} | outputs()


def sketch_to_face(image: str = "lines.png", **changes: object) -> dict:
    inputs = {"model": ["model", 0], "sketch": ["image", 0], "strokes": "detect", "clean": True,
              "samples": 1, "seed": 0}  # fmt: skip
    graph = load("tiny_sketch") | {"image": node("LoadImage", image=image)}
    return graph | {"task": node("SketchToFace", **(inputs | changes))} | outputs()


def mask_to_face(image: str = "labels.png", **changes: object) -> dict:
    inputs = {"model": ["model", 0], "labels": ["image", 0], "read_as": "detect", "samples": 1,
              "seed": 0}  # fmt: skip
    graph = load("tiny_mask") | {"image": node("LoadImage", image=image)}
    return graph | {"task": node("MaskToFace", **(inputs | changes))} | outputs()


def run(server, graph: dict) -> tuple[dict[str, list[np.ndarray]], str]:
    """The pictures of every saver, and the info."""
    result = server.run(graph)
    assert result.error is None, result.error
    savers = [key for key, entry in graph.items() if entry["class_type"] == "SaveImage"]
    info = result.outputs["info"]["text"][0] if "info" in graph else ""
    return {key: server.pictures(result, key) for key in savers}, info


def test_a_45_px_face_is_enlarged(server):
    pictures, info = run(server, super_resolve(factor=8))
    assert pictures["picture"][0].shape == (360, 360, 3)
    assert pictures["seen"][0].shape == (360, 360, 3)
    np.testing.assert_array_equal(pictures["picture"][0], pictures["again"][0])
    assert "45x45 px enlarged 8 times to 360x360" in info


def test_reducing_first_shows_what_the_model_can_do(server):
    pictures, info = run(server, super_resolve("face.png", source="reduce first"))
    assert pictures["picture"][0].shape == pictures["seen"][0].shape == (128, 128, 3)
    assert "reduced by 4 and brought back" in info
    with Image.open(EXAMPLE) as face:
        sharp = np.asarray(face.resize((128, 128)), np.float32) / 255
    seen = pictures["seen"][0]
    assert abs(seen - sharp).mean() < 0.1
    assert np.abs(np.diff(seen, axis=1)).mean() < 0.7 * np.abs(np.diff(sharp, axis=1)).mean()


def test_own_statistics_do_not_depend_on_what_ran_before(server):
    first, _ = run(server, super_resolve(batch_norm="input"))
    run(server, super_resolve("face.png", batch_norm="input"))
    again, _ = run(server, super_resolve(batch_norm="input", seed=0, style="aligned face"))
    np.testing.assert_array_equal(first["picture"][0], again["picture"][0])
    stored, _ = run(server, super_resolve())
    assert np.abs(stored["picture"][0] - first["picture"][0]).max() > LEVEL


def test_either_polarity_gives_the_same_face(server):
    dark, _ = run(server, sketch_to_face())
    light, _ = run(server, sketch_to_face("negative.png"))
    assert dark["picture"][0].shape == (96, 104, 3)
    np.testing.assert_allclose(dark["seen"][0], light["seen"][0], atol=LEVEL)
    np.testing.assert_allclose(dark["picture"][0], light["picture"][0], atol=LEVEL)


def test_a_painted_mask_is_a_sketch_too(server):
    graph = sketch_to_face() | {
        "image": foreign("LoadImageMask", image="lines.png", channel="red"),
    }
    from_mask, _ = run(server, graph)
    from_image, _ = run(server, sketch_to_face())
    np.testing.assert_allclose(from_mask["picture"][0], from_image["picture"][0], atol=LEVEL)


def test_samples_and_references(server):
    three, _ = run(server, sketch_to_face(samples=3, seed=7))
    assert len(three["picture"]) == 3 and len(three["seen"]) == 1
    second, _ = run(server, sketch_to_face(samples=1, seed=8))
    np.testing.assert_allclose(three["picture"][1], second["picture"][0], atol=LEVEL)
    assert np.abs(three["picture"][0] - three["picture"][1]).mean() > 0.01
    faces = {"faces": node("LoadImage", image="face.png")}
    looks, _ = run(server, sketch_to_face(reference=["faces", 0], seed=7) | faces)
    assert np.abs(looks["picture"][0] - three["picture"][0]).mean() > 0.01
    none, _ = run(
        server, sketch_to_face(reference=["faces", 0], reference_strength=0.0, seed=7) | faces
    )
    np.testing.assert_allclose(none["picture"][0], three["picture"][0], atol=LEVEL)


def test_a_photo_becomes_a_sketch_and_a_face_again(server):
    graph = sketch_to_face("face.png", sketch=["drawn", 0])
    graph["drawn"] = node("PhotoToSketch", image=["image", 0], mean_grey=239.0, line_width=1.5)
    graph["sketch"] = node("SaveImage", images=["drawn", 0], filename_prefix="sketch")
    pictures, _ = run(server, graph)
    assert 255 * float(pictures["sketch"][0].mean()) == pytest.approx(239, abs=1)
    assert pictures["picture"][0].shape == (128, 128, 3)


def test_label_maps_of_every_form_give_the_same_face(server):
    first, info = run(server, mask_to_face())
    assert first["picture"][0].shape == (72, 80, 3) and "whole cells" in info
    coloured, _ = run(server, mask_to_face("colours.png"))
    graph = mask_to_face() | {"image": foreign("LoadImageMask", image="labels.png", channel="red")}
    mask, _ = run(server, graph)
    for other in (coloured, mask):
        np.testing.assert_array_equal(other["picture"][0], first["picture"][0])
        np.testing.assert_array_equal(other["seen"][0], first["seen"][0])


def test_masks_put_together_survive_saving(server):
    graph = {
        "skin": node("SolidMask", value=1.0, width=64, height=48),
        "hair": foreign("LoadImageMask", image="hair.png", channel="red"),
        "map": node("LabelsFromMasks", skin=["skin", 0], hair=["hair", 0]),
        "saved": node("SaveImage", images=["map", 0], filename_prefix="labels"),
        "colours": node("SaveImage", images=["map", 1], filename_prefix="colours"),
    }
    hair = np.zeros((48, 64), np.uint8)
    hair[:20] = 255
    server.add_image("hair.png", Image.fromarray(hair))
    pictures, _ = run(server, graph)
    levels = np.round(255 * pictures["saved"][0][..., 0])
    assert (levels[:20] == 17).all() and (levels[20:] == 1).all()
    assert (np.round(255 * pictures["colours"][0][0, 0]) == core.class_colours()[17].numpy()).all()
    graph |= {"more": node("LabelsFromMasks", labels=["map", 0], hat=["small", 0])}
    graph |= {"small": node("SolidMask", value=1.0, width=32, height=48)}
    graph["saved"]["inputs"]["images"] = ["more", 0]
    assert "need one size" in server.run(graph).error


def test_a_class_that_does_not_exist_is_named(server):
    error = server.run(mask_to_face("wrong.png")).error
    for words in ("class 23 in 4 px", "x 7, y 60", "0 (background)", "18 (hat)", "repaint"):
        assert words in error
    error = server.run(mask_to_face("face.png")).error
    assert "Parse Face" in error and "nearest palette colour" in error
    assert server.run(mask_to_face()).error is None


def test_models_of_other_tasks_are_named(server):
    wrong = [
        (super_resolve(), "tiny_sketch", "styleganex_sr"),
        (sketch_to_face(), "tiny_mask", "Mask to Face"),
        (mask_to_face(), "tiny_super", "styleganex_mask2face"),
    ]
    for graph, model, words in wrong:
        error = server.run(graph | load(model)).error
        assert model in error and words in error
    graph = load("tiny_sketch") | {
        "image": node("LoadImage", image="face.png"),
        "latents": node("Encode", model=["model", 0], image=["image", 0]),
    }
    assert "Sketch to Face" in server.run(show(graph, ["latents", 0])).error


def test_parsing_without_and_with_weights(server):
    graph = {
        "image": node("LoadImage", image="face.png"),
        "parsed": node("ParseFace", image=["image", 0], enlarge=1.0, classes="0-18"),
        "labels": node("SaveImage", images=["parsed", 0], filename_prefix="parsed"),
        "colours": node("SaveImage", images=["parsed", 1], filename_prefix="parsed"),
        "mask": foreign("MaskToImage", mask=["parsed", 2]),
        "chosen": node("SaveImage", images=["mask", 0], filename_prefix="parsed"),
    }
    bundled, _ = run(server, graph)  # the parser that comes with the pack
    assert np.round(255 * bundled["labels"][0]).max() <= 18
    assert len(np.unique(bundled["labels"][0])) > 3
    path = server.base / "models" / "face_parsing" / "79999_iter.pth"
    path.parent.mkdir()
    torch.save(published_tensors(), path)
    pictures, _ = run(server, graph)
    assert np.round(255 * pictures["labels"][0]).max() <= 18
    assert not np.array_equal(pictures["labels"][0], bundled["labels"][0])
    assert float(pictures["chosen"][0].min()) == 1
    graph["parsed"]["inputs"]["classes"] = "hair"
    chosen = run(server, graph)[0]["chosen"][0][..., 0]
    hair = np.round(255 * pictures["labels"][0][..., 0]) == 17
    np.testing.assert_array_equal(chosen == 1, hair)
    graph["parsed"]["inputs"]["classes"] = "beard"
    assert "hair" in server.run(graph).error
    graph["parsed"]["inputs"]["classes"] = "hair"
    path.write_bytes(path.read_bytes()[:1000])
    assert "79999_iter.pth" in server.run(graph).error


def test_edits_chain_on_the_latents(server):
    graph = super_resolve(noise="zero") | {
        "other": node("LoadModel", file="tiny_other.safetensors"),
        "swapped": node("DomainSwap", model=["model", 0], domain=["other", 0], layers="8-",
                        strength=1.0),
        "style": node("Sample", model=["model", 0], seed=3, truncation=1.0),
        "mixed": node("StyleMix", latents=["task", 1], style=["style", 0], layers="8-",
                      strength=1.0),
    }  # fmt: skip
    graph["decoded"] = node("Decode", model=["swapped", 0], latents=["mixed", 0], noise="zero")
    pictures, _ = run(server, graph)
    assert pictures["again"][0].shape == pictures["picture"][0].shape
    assert np.abs(pictures["again"][0] - pictures["picture"][0]).mean() > 0.01


def test_a_batch_can_be_cancelled_in_the_middle(server):
    graph = sketch_to_face(samples=64)
    graph["many"] = foreign("RepeatImageBatch", image=["image", 0], amount=SLOW_PICTURES)
    graph["task"]["inputs"]["sketch"] = ["many", 0]
    most = patience(CANCEL_SECONDS)
    prompt_id = server.queue(graph)["prompt_id"]
    deadline = time.monotonic() + 60
    while not any(entry[1] == prompt_id for entry in server.request("/queue")["queue_running"]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(2)
    server.request("/interrupt", {})
    assert server.wait(prompt_id, most).interrupted
    assert server.run(sketch_to_face(seed=99)).error is None


def test_more_samples_than_memory_are_refused(server):
    graph = sketch_to_face(samples=64)
    graph["image"] = node("EmptyImage", width=512, height=512, batch_size=128, color=0xFFFFFF)
    error = server.run(graph).error
    assert "8192 pictures from 512x512 px" in error and "fewer at once" in error
