"""The shipped graphs as files: readable when they open, no node over another, the same twice."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"
GRAPHS = sorted(WORKFLOWS.glob("*.json"))
OFFICIAL = [path for path in GRAPHS if path.name.startswith("official-")]
WINDOW, FILLED = (1600, 1000), 0.75  # px; the share of it that an opened graph fills
TITLE = 30  # px above a node
READABLE = 0.6  # the scale below which the editor leaves titles and notes blank
PREVIEW = 260  # px: a node that shows pictures once it has run is that much higher from the start
SHOWING = {"Optimize", "ExampleVideo", "TrackFaces", "EditVideo", "LiveEdit", "EditFace"}


def boxes(path: Path) -> list[tuple[int, int, int, int]]:
    """Left, top, right and bottom px of all nodes, their titles included."""
    nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"]
    return [
        (x, y - TITLE, x + width, y + height)
        for (x, y), (width, height) in ((node["pos"], node["size"]) for node in nodes)
    ]


@pytest.mark.parametrize("path", GRAPHS, ids=lambda path: path.stem)
def test_a_graph_opens_large_enough_to_be_read(path):
    left, top, right, bottom = zip(*boxes(path), strict=True)
    width, height = max(right) - min(left), max(bottom) - min(top)
    scale = FILLED * min(WINDOW[0] / width, WINDOW[1] / height)
    assert scale >= (0.7 if path.stem == "start-here" else READABLE)


@pytest.mark.parametrize("path", GRAPHS, ids=lambda path: path.stem)
def test_no_node_lies_over_another(path):
    found = boxes(path)
    for index, (left, top, right, bottom) in enumerate(found):
        for other in found[index + 1 :]:
            apart = other[0] >= right or other[2] <= left or other[1] >= bottom or other[3] <= top
            assert apart, f"{path.stem}: {found[index]} and {other}"


@pytest.mark.parametrize("path", GRAPHS, ids=lambda path: path.stem)
def test_nodes_that_show_what_they_made_have_room_for_it(path):
    nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"]
    low = [
        node["type"]
        for node in nodes
        if node["type"].removeprefix("StyleGANEX_") in SHOWING and node["size"][1] < PREVIEW + 60
    ]
    assert not low


@pytest.mark.parametrize("path", GRAPHS, ids=lambda path: path.stem)
def test_a_second_run_shows_the_same_picture(path):
    nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"]
    moving = [node["type"] for node in nodes if "randomize" in node.get("widgets_values", [])]
    assert not moving


@pytest.mark.parametrize("path", GRAPHS, ids=lambda path: path.stem)
def test_a_graph_needs_no_file_of_the_input_folder(path):
    """A fresh one is empty: editors frame such nodes in red and say that media are missing."""
    nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"]
    assert not {node["type"] for node in nodes} & {"LoadImage", "LoadVideo", "LoadAudio"}


@pytest.mark.parametrize("path", OFFICIAL, ids=lambda path: path.stem)
def test_a_graph_that_was_never_run_shows_what_it_needs_and_no_picture(path):
    """No other model's output is shown for it, and its note says that nobody has seen its own."""
    with Image.open(path.with_suffix(".jpg")) as thumbnail:
        small = np.asarray(thumbnail.convert("RGB").reduce(2)).reshape(-1, 3)
    plain = np.abs(small.astype(int) - np.median(small, axis=0)).max(axis=1) < 12
    assert plain.mean() > 0.7, "words on a plain ground"
    note = (WORKFLOWS / "notes" / f"{path.stem}.md").read_text(encoding="utf-8")
    assert "Not run here" in note


def photo_graphs() -> list[Path]:
    """The API graphs whose latents come with optional skips: those of `demo: photo`."""
    return [
        path
        for path in sorted((WORKFLOWS / "api").glob("*.json"))
        if any(n["inputs"].get("file") == "demo: photo" for n in read_api(path))
    ]


def read_api(path: Path) -> list[dict]:
    return list(json.loads(path.read_text(encoding="utf-8")).values())


@pytest.mark.parametrize("path", photo_graphs(), ids=lambda path: path.stem)
def test_step_two_of_a_layout_is_gentle_where_edits_leave_skips_out(path):
    """A faster `f` is no face any more in what is drawn without skips, and edits show patches."""
    for node in read_api(path):
        if node["class_type"] == "StyleGANEX_Optimize" and node["inputs"]["optimize_f"]:
            assert node["inputs"]["learning_rate"] <= 0.1
