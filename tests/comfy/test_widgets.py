"""What a run tells the editor's widgets, which an API client sees among the outputs."""

from __future__ import annotations

import numpy as np
import pytest
from graphs import encode, node, show
from PIL import Image

SLOTS = 14  # of the demo models


def test_nodes_tell_the_number_of_slots(server):
    graph = encode() | {
        "vector": node("LoadEditVector", file="demo: smile"),
        "edited": node(
            "ApplyEditVector", latents=["latents", 0], vector=["vector", 0], strength=1.0
        ),
        "mixed": node(
            "StyleMix", latents=["edited", 0], style=["latents", 0], layers="8-", strength=1.0
        ),
        "toon": node("LoadModel", file="demo: toon"),
        "swapped": node(
            "DomainSwap", model=["model", 0], domain=["toon", 0], layers="all", strength=1.0
        ),
    }
    result = server.run(show(graph, ["mixed", 0], model=["swapped", 0]))
    assert result.error is None
    for name in ("model", "edited", "mixed", "swapped"):
        assert result.outputs[name]["styleganex_slots"] == [SLOTS]


@pytest.mark.parametrize("decoded", [False, True])
def test_transform_tells_its_picture_and_cells(server, decoded):
    model = {"model": ["model", 0]} if decoded else {}
    moved = node(
        "FeatureTransform",
        latents=["latents", 0],
        dx=8.0,
        dy=0.0,
        rotation=0.0,
        scale=1.0,
        flip=False,
        **model,
    )
    graph = show(encode(), ["latents", 0]) | {
        "moved": moved,
        "drawn": node("Decode", model=["model", 0], latents=["moved", 0]),
        "seen": node("PreviewImage", images=["drawn", 0]),
    }
    result = server.run(graph)
    assert result.error is None
    assert result.outputs["moved"]["styleganex_cells"] == [16, 16]
    assert _picture(server, result, "latents", "picture").shape == (128, 128, 3)
    if decoded:  # as it is before the move
        before = server.pictures(result, "picture")[0]
        shown = _picture(server, result, "moved", "picture")
        np.testing.assert_allclose(shown, before, atol=2 / 255)


def test_before_and_after_are_shown_and_joined(server):
    small = server.add_image("before.png", Image.new("RGB", (40, 30), (255, 0, 0)))
    large = server.add_image("after.png", Image.new("RGB", (80, 60), (0, 0, 255)))
    graph = {
        "before": node("LoadImage", image=small),
        "after": node("LoadImage", image=large),
        "both": node("BeforeAfter", before=["before", 0], after=["after", 0]),
        "picture": node("SaveImage", images=["both", 0], filename_prefix="both"),
    }
    result = server.run(graph)
    assert result.error is None
    joined = server.pictures(result, "picture")[0]
    assert joined.shape == (60, 160, 3)
    np.testing.assert_allclose(joined[:, :80], np.broadcast_to([1.0, 0, 0], (60, 80, 3)), atol=0.01)
    np.testing.assert_allclose(joined[:, 80:], np.broadcast_to([0, 0, 1.0], (60, 80, 3)), atol=0.01)
    for name in ("before", "after"):
        assert _picture(server, result, "both", name).shape == (60, 80, 3)


def test_a_sweep_tells_its_pictures_and_strengths(server):
    graph = encode() | {
        "vector": node("LoadEditVector", file="demo: smile"),
        "sweep": node(
            "SweepEdit",
            model=["model", 0],
            latents=["latents", 0],
            vector=["vector", 0],
            from_strength=-2.0,
            to_strength=2.0,
            steps=3,
        ),
        "picture": node("PreviewImage", images=["sweep", 1]),
    }
    result = server.run(graph)
    assert result.error is None
    told = result.outputs["sweep"]
    assert told["styleganex_strengths"] == [-2.0, 0.0, 2.0]
    assert len(told["styleganex_sweep"]) == 3
    shown = server.pictures(result, "picture")
    np.testing.assert_allclose(_picture(server, result, "sweep", "sweep"), shown[0], atol=1 / 255)


def _picture(server, result, node_name: str, key: str) -> np.ndarray:
    """The first picture that a node told its widget of."""
    entry = result.outputs[node_name][f"styleganex_{key}"][0]
    with Image.open(server.base / entry["type"] / entry["subfolder"] / entry["filename"]) as file:
        return np.asarray(file.convert("RGB"), dtype=np.float32) / 255
