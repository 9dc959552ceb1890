"""Every shipped graph runs as it is, and pictures come back as they should."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from graphs import encode, node, read_short, show
from PIL import Image
from script_files import load_script

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"
OFFICIAL = "official-"  # graphs that need a download; test_official.py runs them on stand-ins
DEMO_GRAPHS = sorted(
    path for path in (WORKFLOWS / "api").glob("*.json") if not path.name.startswith(OFFICIAL)
)
FLAT = 0.03  # standard deviation below which a picture shows nothing


@pytest.mark.parametrize("path", DEMO_GRAPHS, ids=lambda p: p.stem)
def test_shipped_graph_runs(server, path):
    graph = read_short(path)
    result = server.run(graph)
    assert result.error is None
    savers = [key for key, entry in graph.items() if entry["class_type"].endswith("Image")]
    shown = [picture for key in savers for picture in _pictures(server, result, key)]
    assert shown
    for picture in shown:
        assert min(picture.shape[:2]) >= 64
        assert picture.std() > FLAT


@pytest.mark.parametrize("path", sorted(WORKFLOWS.glob("*.json")), ids=lambda p: p.stem)
def test_editor_and_api_formats_agree(path):
    editor = json.loads(path.read_text())
    api = json.loads((WORKFLOWS / "api" / path.name).read_text())
    drawn = {str(entry["id"]): entry for entry in editor["nodes"]}
    notes = [key for key, entry in drawn.items() if entry["type"] == "MarkdownNote"]
    assert notes, "a graph explains itself"
    assert set(drawn) - set(notes) == set(api)
    for key, entry in api.items():
        assert drawn[key]["type"] == entry["class_type"]
        values = [value for value in entry["inputs"].values() if not isinstance(value, list)]
        missing = [value for value in values if value not in drawn[key]["widgets_values"]]
        assert not missing, f"the editor changed {missing} of {entry['class_type']}"


def test_the_editors_form_is_up_to_date(server):
    """`python scripts/export_workflows.py` mends this."""
    exporter = load_script("export_workflows")
    info = server.request("/object_info")
    stale = [
        path.name
        for path in sorted((WORKFLOWS / "api").glob("*.json"))
        if exporter.export(WORKFLOWS, path.stem, info)
        != json.loads((WORKFLOWS / path.name).read_text())
    ]
    assert not stale


@pytest.mark.parametrize("size", [(200, 152), (7, 9), (101, 67), (1, 1)])
def test_decoded_picture_has_the_size_of_the_input(server, size):
    name = server.add_image(f"size_{size[0]}x{size[1]}.png", _gradient(size))
    result = server.run(show(encode(node("LoadImage", image=name)), ["latents", 0]))
    assert result.error is None
    assert server.pictures(result, "picture")[0].shape[:2] == size[::-1]


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "I;16"])
def test_any_kind_of_picture_is_taken(server, mode):
    picture = _gradient((96, 128))
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257)
    else:
        picture = picture.convert(mode)
    name = server.add_image(f"mode_{mode.replace(';', '')}.png", picture)
    result = server.run(show(encode(node("LoadImage", image=name)), ["latents", 0]))
    assert result.error is None
    assert server.pictures(result, "picture")[0].shape == (128, 96, 3)


def test_a_batch_equals_its_pictures_one_by_one(server):
    names = [
        server.add_image(f"batch_{index}.png", _gradient((128, 96), turn=index))
        for index in range(2)
    ]
    loaders = {name: node("LoadImage", image=name) for name in names}
    both = node("ImageBatch", image1=[names[0], 0], image2=[names[1], 0])
    batch = server.run(show(loaders | encode(both), ["latents", 0]))
    assert batch.error is None
    together = server.pictures(batch, "picture")
    assert len(together) == 2
    for name, picture in zip(names, together, strict=True):
        alone = server.run(show(encode(node("LoadImage", image=name)), ["latents", 0]))
        np.testing.assert_allclose(server.pictures(alone, "picture")[0], picture, atol=2 / 255)


def test_samples_follow_their_seed(server):
    def people(seed: int, count: int, width: int = 0) -> list[np.ndarray]:
        graph = {
            "model": node("LoadModel", file="demo: photo"),
            "people": node(
                "Sample",
                model=["model", 0],
                seed=seed,
                truncation=0.7,
                toward="mean",
                width=width,
                height=0,
                batch_size=count,
            ),
        }
        return server.pictures(server.run(show(graph, ["people", 0])), "picture")

    first = people(5, 2)
    np.testing.assert_allclose(first[1], people(6, 1)[0], atol=1.5 / 255)
    assert np.abs(first[0] - first[1]).mean() > 0.01
    assert people(5, 1, width=384)[0].shape[:2] == (256, 384)


def test_an_edit_of_strength_zero_changes_nothing(server):
    def edited(strength: float) -> np.ndarray:
        graph = encode() | {
            "vector": node("LoadEditVector", file="demo: smile"),
            "edited": node(
                "ApplyEditVector", latents=["latents", 0], vector=["vector", 0], strength=strength
            ),
        }
        return server.pictures(server.run(show(graph, ["edited", 0])), "picture")[0]

    plain = server.pictures(server.run(show(encode(), ["latents", 0])), "picture")[0]
    np.testing.assert_array_equal(edited(0.0), plain)
    assert not np.array_equal(edited(3.0), plain)


def test_saved_latents_load_again(server):
    saving = encode() | {
        "saved": node("SaveLatent", latents=["latents", 0], filename_prefix="round/trip")
    }
    saved = server.run(show(saving, ["latents", 0]))
    name = saved.outputs["saved"]["text"][0]
    options = server.request("/object_info/StyleGANEX_LoadLatent")["StyleGANEX_LoadLatent"]
    assert name in options["input"]["required"]["file"][1]["options"]
    loading = {
        "model": node("LoadModel", file="demo: photo"),
        "loaded": node("LoadLatent", file=name),
    }
    loaded = server.run(show(loading, ["loaded", 0]))
    np.testing.assert_array_equal(
        server.pictures(loaded, "picture")[0], server.pictures(saved, "picture")[0]
    )
    assert not list((server.base / "output" / "styleganex" / "round").glob("tmp*"))


@pytest.mark.parametrize(
    ("prefix", "answer"),
    [
        ("kept/%date:yyyy%", f"kept/{datetime.now():%Y}_00001"),
        ("n" * 300, "bytes long"),
        ("cut\0off", "cut_off_00001"),
        ("../out", "not a name inside"),
    ],
)
def test_names_of_saved_latents(server, prefix, answer):
    """Marks of time are filled in, and what no system takes is refused with a sentence."""
    saving = encode() | {
        "saved": node("SaveLatent", latents=["latents", 0], filename_prefix=prefix)
    }
    result = server.run(saving)
    assert answer in (result.error or result.outputs["saved"]["text"][0])
    assert "Errno" not in (result.error or "")


def _pictures(server, result, key) -> list[np.ndarray]:
    return server.pictures(result, key) if "images" in result.outputs.get(key, {}) else []


def _gradient(size: tuple[int, int], turn: int = 0) -> Image.Image:
    """A colourful picture of width x height px."""
    x = np.linspace(0, 255, size[0])[None, :].repeat(size[1], 0)
    y = np.linspace(0, 255, size[1])[:, None].repeat(size[0], 1)
    channels = [x, y, 255 - x]
    return Image.fromarray(np.stack(channels[turn:] + channels[:turn], -1).astype(np.uint8))
