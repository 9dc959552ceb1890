"""Graphs for the official weights, run on small stand-ins in the official layout: same names, same
keys, same folders, random numbers. What the real files draw is not tested here.
"""

from __future__ import annotations

import json

import pytest
import torch
from conftest import REPOSITORY

from tests.unit.checkpoints.files import SLOTS, STYLE_DIM, narrow_checkpoint
from tests.unit.tasks.published_parser import published_tensors

WORKFLOWS = REPOSITORY / "workflows"
OFFICIAL = json.loads((REPOSITORY / "scripts" / "official_models.json").read_text())
GRAPHS = sorted((WORKFLOWS / "api").glob("official-*.json"))
TASKS = {
    "styleganex_inversion.pt": "inversion",
    "styleganex_sr.pt": "sr",
    "styleganex_sketch2face.pt": "sketch2face",
    "styleganex_mask2face.pt": "mask2face",
    "styleganex_edit_age.pt": "edit",
    "styleganex_toonify_cartoon.pt": "edit",  # its keys are those of an edit model
}
SMALLER = {"steps": 10, "frame_count": 2, "samples": 1, "seconds": 0.2}


@pytest.fixture(scope="module", autouse=True)
def stand_ins(server):
    random = torch.Generator().manual_seed(1)

    def vector(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, SLOTS, STYLE_DIM, generator=random) / 4

    for name, task in TASKS.items():
        extra = {"editing_w": vector(2)} if task == "edit" else {}
        torch.save(narrow_checkpoint(task, **extra), place_of(server, name))
    directions = {"smile": vector(1), "reduce_age": vector(1)}
    torch.save(directions, place_of(server, "direction_dics.pt"))
    parser = place_of(server, "faceparsing.pth")
    torch.save(published_tensors(), parser)
    yield
    parser.unlink()  # other tests want a server without one


def place_of(server, name: str):
    """Where the editor's download would put a file: at the top of its folder."""
    folders = server.request("/experiment/models")
    (found,) = [entry for entry in folders if entry["name"] == OFFICIAL[name]["directory"]]
    kind = OFFICIAL[name]["directory"]
    folder = server.models if kind == "styleganex" else server.models / "edit_vectors"
    assert str(folder) in found["folders"]
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


@pytest.mark.parametrize("path", GRAPHS, ids=lambda path: path.stem)
def test_the_graph_runs_on_files_of_the_official_names(server, path):
    graph = json.loads(path.read_text())
    for entry in graph.values():
        for name in entry["inputs"].keys() & SMALLER.keys():
            entry["inputs"][name] = SMALLER[name]
    result = server.run(graph)
    assert result.error is None
    assert any("images" in output for output in result.outputs.values())


@pytest.mark.parametrize("path", GRAPHS, ids=lambda path: path.stem)
def test_the_editor_is_told_where_the_files_are(server, path):
    editor = json.loads((WORKFLOWS / path.name).read_text())
    told = [dict(model) for model in editor.get("models", [])]
    for node in editor["nodes"]:
        models = node["properties"].get("models", [])
        chosen = [value for value in node.get("widgets_values", []) if value in OFFICIAL]
        assert [model["name"] for model in models] == chosen
        told += models
    assert told
    for model in told:
        assert model == {"name": model["name"], **OFFICIAL[model["name"]]}
        assert model["url"].startswith("https://huggingface.co/")
        assert model["url"].endswith(f"/{model['name']}")


@pytest.mark.parametrize("path", GRAPHS, ids=lambda path: path.stem)
def test_the_note_states_licence_and_files(path):
    note = (WORKFLOWS / "notes" / f"{path.stem}.md").read_text()
    assert "S-Lab License 1.0" in note and "non-commercial use only" in note
    named = [name for name in OFFICIAL if name in path.read_text()]
    if "ParseFace" in path.read_text():
        named.append("faceparsing.pth")
    assert named and all(name in note for name in named)
