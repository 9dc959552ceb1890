"""What runs again and what does not, and what stays untouched."""

from __future__ import annotations

import os
import shutil

import numpy as np
from graphs import encode, node, show

import styleganex_core as core


def edit_graph(strength: float, vector: str = "demo: smile") -> dict:
    graph = encode() | {
        "vector": node("LoadEditVector", file=vector),
        "edited": node(
            "ApplyEditVector", latents=["latents", 0], vector=["vector", 0], strength=strength
        ),
    }
    return show(graph, ["edited", 0])


def test_an_unchanged_graph_runs_nothing_again(server):
    graph = edit_graph(1.25)
    assert server.run(graph).error is None
    assert server.run(graph).cached == set(graph)


def with_other_weights(model: core.Model) -> core.Model:
    for parameter in model.generator.parameters():
        parameter.mul_(1.3)
    return model


def test_a_changed_strength_runs_only_what_follows(server):
    server.run(edit_graph(1.5))
    again = server.run(edit_graph(1.75))
    assert again.cached == {"model", "image", "latents", "vector"}


def test_earlier_results_are_not_changed_by_later_nodes(server):
    plain = show(encode(), ["latents", 0])
    before = server.pictures(server.run(plain), "picture")[0]
    server.run(edit_graph(4.0))
    moved = encode() | {
        "edited": node(
            "FeatureTransform",
            latents=["latents", 0],
            dx=2.0,
            dy=0.0,
            rotation=10.0,
            scale=1.1,
            flip=True,
        )
    }
    server.run(show(moved, ["edited", 0]))
    plain["picture"]["inputs"]["filename_prefix"] = "again"
    after = server.pictures(server.run(plain), "picture")[0]
    np.testing.assert_array_equal(before, after)


def test_a_changed_model_file_is_loaded_again(server, demo_files):
    path = server.models / "changing.safetensors"
    shutil.copy(demo_files["photo"], path)
    graph = show(encode(model=path.name), ["latents", 0])
    photo = server.pictures(server.run(graph), "picture")[0]
    assert "model" in server.run(graph).cached
    core.save_model(with_other_weights(core.load_demo()), path)
    again = server.run(graph)
    assert "model" not in again.cached and again.error is None
    assert np.abs(server.pictures(again, "picture")[0] - photo).mean() > 0.01


def test_changed_latents_are_loaded_again(server):
    saving = encode() | {
        "saved": node("SaveLatent", latents=["latents", 0], filename_prefix="changing")
    }
    name = server.run(saving).outputs["saved"]["text"][0]
    graph = {
        "model": node("LoadModel", file="demo: photo"),
        "loaded": node("LoadLatent", file=name),
    }
    graph = show(graph, ["loaded", 0])
    server.run(graph)
    assert "loaded" in server.run(graph).cached
    os.utime(server.base / "output" / name.removesuffix(" [output]"))
    assert "loaded" not in server.run(graph).cached
