"""Files of other programs and systems, and names that not every system takes."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import torch
from graphs import encode, node, optimize, show

import styleganex_core as core
from tests.unit.checkpoints.files import SLOTS, STYLE_DIM, narrow_generator
from tests.unit.checkpoints.nvlabs_files import torch_network, write_torch


def save(prefix: str) -> dict:
    return encode() | {"saved": node("SaveLatent", latents=["latents", 0], filename_prefix=prefix)}


def load(name: str, **inputs: object) -> dict:
    graph = {"model": node("LoadModel", file="demo: photo")}
    return show(graph | {"loaded": node("LoadLatent", file=name, **inputs)}, ["loaded", 0])


def test_an_nvlabs_pickle_samples_inverts_and_edits(server):
    mean = torch.linspace(-1, 1, STYLE_DIM)
    write_torch(server.models / "cats.pkl", torch_network(narrow_generator(), mean))
    np.save(server.models / "edit_vectors" / "cats.npy", np.ones((SLOTS, STYLE_DIM), np.float32))
    sampled = show(
        {
            "model": node("LoadModel", file="cats.pkl"),
            "latents": node(
                "Sample", model=["model", 0], seed=1, truncation=0.7, width=64, height=64
            ),
        },
        ["latents", 0],
    )
    first = server.run(sampled)
    assert first.error is None
    edited = {key: part for key, part in sampled.items() if key != "picture"} | {
        "other": node("Sample", model=["model", 0], seed=2, truncation=0.7, width=64, height=64),
        "found": optimize(latents=["other", 0], image=["decoded", 0], steps=10),
        "vector": node("LoadEditVector", file="cats.npy"),
        "edited": node("ApplyEditVector", latents=["found", 0], vector=["vector", 0], strength=2.0),
        "result": node("Decode", model=["model", 0], latents=["edited", 0]),
        "shown": node("SaveImage", images=["result", 0], filename_prefix="cats"),
    }
    second = server.run(edited)
    assert second.error is None
    pictures = server.pictures(second, "shown")[0], server.pictures(first, "picture")[0]
    assert np.abs(pictures[0] - pictures[1]).mean() > 0.01


def test_names_with_the_slashes_of_another_system_are_found(server, demo_files):
    (server.models / "sub").mkdir(exist_ok=True)
    shutil.copy(demo_files["photo"], server.models / "sub" / "model.safetensors")
    graph = show(encode(model="sub\\model.safetensors"), ["latents", 0])
    assert server.run(graph).error is None
    name = server.run(save("slashes/anna")).outputs["saved"]["text"][0]
    assert server.run(load(name.replace("/", "\\"))).error is None


def test_a_folder_for_results_may_be_a_link(server, tmp_path):
    link = server.base / "output" / "styleganex" / "linked"
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(tmp_path, target_is_directory=True)
    try:
        saved = server.run(save("linked/anna"))
        assert saved.error is None
        assert [path.name for path in tmp_path.iterdir()] == ["anna_00001.safetensors"]
        assert server.run(load(saved.outputs["saved"]["text"][0])).error is None
    finally:
        link.unlink()


@pytest.mark.parametrize(
    ("prefix", "name"),
    [
        ("CON", "CON_"),
        ("a:b?", "a_b_"),
        ("dots...", "dots"),
        ("gpj.\u202eexe", "gpj._exe"),
        ("half\ud800", "half_"),
        ("nul\0", "nul_"),
    ],
)
def test_every_name_is_made_safe_on_every_system(server, prefix, name):
    saved = server.run(save(prefix))
    assert saved.error is None
    assert saved.outputs["saved"]["text"][0].startswith(f"styleganex/{name}_0000")


def test_names_too_long_for_a_file_are_a_sentence(server):
    assert "bytes long" in server.run(save("a" * 300)).error
    assert "there is no file" in server.run(show(encode(model="a" * 300), ["latents", 0])).error
    assert "there are no latents" in server.run(load("a" * 300)).error


@pytest.mark.parametrize("ending", ["pt", "npy", "npz"])
def test_styles_of_other_programs_are_latents_with_their_model(server, ending):
    path = server.base / "input" / f"latents.{ending}"
    styles = torch.zeros(3, *demo_styles())
    if ending == "pt":
        torch.save(styles, path)
    elif ending == "npy":
        np.save(path, styles.numpy())
    else:
        np.savez(path, latents=styles.numpy())
    assert "give the model" in server.run(load(path.name)).error
    result = server.run(load(path.name, model=["model", 0]))
    assert result.error is None and len(server.pictures(result, "picture")) == 3


def demo_styles() -> tuple[int, int]:
    """Slots and style width of the bundled model."""

    model = core.load_demo()
    return model.num_slots, model.style_dim
