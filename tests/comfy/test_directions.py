"""Edit vectors found, saved, loaded again and swept in a real ComfyUI."""

from __future__ import annotations

import pytest
from graphs import node

MODES = ("weights (SeFa)", "samples (GANSpace)", "examples (InterFaceGAN)")


def people(seed: int, count: int = 2) -> dict:
    return node("Sample", model=["model", 0], seed=seed, truncation=0.7, batch_size=count)


def find(mode: str, **inputs: object) -> dict:
    """A model, a vector found in it, and the vector swept over two pictures."""
    search = {"model": ["model", 0], "mode": mode, "component": 2, "layers": "all"}
    sweep = {"from_strength": -2.0, "to_strength": 2.0, "steps": 2, "layers": "all", "picture": 1}
    return {
        "model": node("LoadModel", file="demo: photo"),
        "with": people(0),
        "without": people(10),
        "found": node("FindEditVectors", **(search | inputs)),
        "sweep": node(
            "SweepEdit", model=["model", 0], latents=["with", 0], vector=["found", 0], **sweep
        ),
        "strip": node("SaveImage", images=["sweep", 0], filename_prefix="strip"),
        "pictures": node("SaveImage", images=["sweep", 1], filename_prefix="swept"),
    }


@pytest.mark.parametrize("mode", MODES)
def test_a_vector_is_found_and_swept(server, mode):
    sets = {"latents_with": ["with", 0], "latents_without": ["without", 0]}
    result = server.run(find(mode, **(sets if mode == MODES[2] else {})))
    assert result.error is None
    pictures = server.pictures(result, "pictures")
    assert len(pictures) == 2
    assert abs(pictures[0] - pictures[1]).mean() > 0.002
    strip = server.pictures(result, "strip")[0]
    assert strip.shape == (296, 8 + 2 * 264, 3)


def test_pictures_serve_as_examples(server):
    graph = find(MODES[2], images_with=["drawn", 0], latents_without=["without", 0])
    graph["drawn"] = node("Decode", model=["model", 0], latents=["with", 0])
    assert server.run(graph).error is None


def test_a_label_is_enough(server):
    graph = find("labels (face readers)", label="turn", samples=1000)
    graph["report"] = {"class_type": "PreviewAny", "inputs": {"source": ["found", 1]}}
    result = server.run(graph)
    assert result.error is None
    assert "on 25 random people" in result.outputs["report"]["text"][0]
    pictures = server.pictures(result, "pictures")
    assert abs(pictures[0] - pictures[1]).mean() > 0.002


def test_examples_that_are_missing_are_asked_for(server):
    result = server.run(find(MODES[2], latents_with=["with", 0]))
    assert "needs latents_without or images_without; got none" in result.error


def test_a_saved_vector_is_listed_and_loads(server):
    graph = find(MODES[0])
    graph["saved"] = node(
        "SaveEditVector", vector=["found", 0], name="second", filename_prefix="mine/second"
    )
    result = server.run(graph)
    assert result.error is None
    (file,) = result.outputs["saved"]["text"]
    assert file == "mine/second_00001.safetensors"
    assert (server.base / "output" / "styleganex" / "edit_vectors" / file).is_file()

    def options(kind: str) -> list[str]:
        info = server.request(f"/object_info/StyleGANEX_{kind}")[f"StyleGANEX_{kind}"]
        return info["input"]["required"]["file"][1]["options"]

    assert file in options("LoadEditVector")
    assert not [name for name in options("LoadLatent") if "edit_vectors" in name]
    graph = find(MODES[0])
    graph["found"] = node("LoadEditVector", file=file, name="second")
    again = server.run(graph)
    assert again.error is None
    assert (server.pictures(again, "strip")[0] == server.pictures(result, "strip")[0]).all()


@pytest.mark.parametrize("prefix", ["", "../outside", "/tmp/outside"])
def test_vectors_are_saved_nowhere_else(server, prefix):
    graph = find(MODES[0])
    graph["saved"] = node("SaveEditVector", vector=["found", 0], name="v", filename_prefix=prefix)
    assert "is not a name inside" in server.run(graph).error
