"""Files that users bring: where they are found, and what they must look like."""

from __future__ import annotations

import shutil

import numpy as np
from graphs import encode, node, show

import styleganex_core as core


def options(server, kind: str, name: str) -> list[str]:
    info = server.request(f"/object_info/StyleGANEX_{kind}")[f"StyleGANEX_{kind}"]
    return info["input"]["required"][name][1]["options"]


def smile(**inputs: object) -> dict:
    graph = encode() | {
        "vector": node("LoadEditVector", **inputs),
        "edited": node(
            "ApplyEditVector", latents=["latents", 0], vector=["vector", 0], strength=2.0
        ),
    }
    if "model" in inputs:
        graph["vector"]["inputs"]["model"] = ["model", 0]
    return show(graph, ["edited", 0])


def test_extra_model_paths_are_searched(server, demo_files):
    path = server.base / "elsewhere" / "faces" / "of_a_friend.safetensors"
    shutil.copy(demo_files["photo"], path)
    assert path.name in options(server, "LoadModel", "file")
    assert server.run(show(encode(model=path.name), ["latents", 0])).error is None


def test_only_models_are_listed_as_models(server, demo_files):
    shutil.copy(demo_files["photo"], server.models / "listed.safetensors")
    (server.models / "readme.txt").write_text("no model")
    (server.models / "vgg16-397923af.pth").write_bytes(b"a backbone for LPIPS")
    vectors = server.models / "edit_vectors"
    core.save_edit_vectors(vectors / "listed.safetensors", {"a": core.load_demo_edit("smile")})
    try:
        files = options(server, "LoadModel", "file")
        assert "listed.safetensors" in files
        assert not {"readme.txt", "vgg16-397923af.pth", "edit_vectors/listed.safetensors"} & {
            *files
        }
        assert "listed.safetensors" in options(server, "LoadEditVector", "file")
    finally:
        (server.models / "vgg16-397923af.pth").unlink()


def test_a_vector_is_the_same_from_everywhere(server):
    vectors = server.models / "edit_vectors"
    vector = core.load_demo_edit("smile")
    np.save(vectors / "smile.npy", vector.numpy())
    core.save_edit_vectors(vectors / "two.safetensors", {"smile": vector, "other": -vector})
    graphs = [
        smile(file="demo: smile"),
        smile(file="smile.npy"),
        smile(file="two.safetensors", name="smile"),
        smile(file="from the model", name="smile", model=True),
    ]
    results = [server.run(graph) for graph in graphs]
    assert [result.error for result in results] == [None] * 4
    pictures = [server.pictures(result, "picture")[0] for result in results]
    for picture in pictures[1:]:
        np.testing.assert_array_equal(picture, pictures[0])


def test_a_wrong_name_is_answered_with_the_right_ones(server):
    vector = core.load_demo_edit("smile")
    path = server.models / "edit_vectors" / "named.safetensors"
    core.save_edit_vectors(path, {"first": vector, "second": vector})
    for name in ("", "third"):
        error = server.run(smile(file=path.name, name=name)).error
        assert "first" in error and "second" in error
    assert "smile" in server.run(smile(file="from the model", name="frown", model=True)).error
    assert "connect" in server.run(smile(file="from the model", name="smile")).error
