"""What the editor learns of our nodes when ComfyUI has started."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SURFACE = json.loads(Path(__file__).parents[1].joinpath("public_surface.json").read_text())
NODES = SURFACE["nodes"]  # a promise to saved graphs: it changes on purpose only
LONGEST_NAME = 24  # characters
MOST_IN_A_FOLDER = 9  # nodes, of our menu
WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"


def test_every_node_is_there(server):
    ours = {name for name in server.request("/object_info") if name.startswith("StyleGANEX_")}
    assert ours == set(NODES), server.log()


@pytest.mark.parametrize("node", sorted(NODES))
def test_inputs_and_outputs_stay(server, node):
    info = server.request(f"/object_info/{node}")[node]
    inputs = [name for part in ("required", "optional") for name in info["input"].get(part, {})]
    assert {"inputs": inputs, "outputs": info["output"]} == NODES[node]


@pytest.mark.parametrize("node", sorted(NODES))
def test_everything_is_explained(server, node):
    info = server.request(f"/object_info/{node}")[node]
    assert info["description"].endswith(".")
    assert len(info["display_name"]) <= LONGEST_NAME, "a longer one wraps in the list of nodes"
    assert all(info["output_tooltips"]) and info["output"]
    for kind in ("required", "optional"):
        for name, (_, options) in info["input"].get(kind, {}).items():
            assert len(options.get("tooltip", "")) > 20, f"{node}.{name} has no tooltip"


def test_the_menu_has_folders_and_no_name_is_another_nodes(server):
    nodes = server.request("/object_info")
    ours = {name: info for name, info in nodes.items() if name.startswith("StyleGANEX_")}
    folders: dict[str, list[str]] = {}
    for name, info in ours.items():
        folders.setdefault(info["category"], []).append(name)
    assert all(folder.startswith("StyleGANEX/") for folder in folders)
    assert all(len(names) <= MOST_IN_A_FOLDER for names in folders.values()), folders
    names = [info["display_name"] for info in nodes.values()]
    assert [n for n in ours if names.count(ours[n]["display_name"]) > 1] == []


def test_nodes_that_show_what_they_made_show_it_in_a_cached_run_too(server):
    """ComfyUI tells the editor again of nodes that end a graph, and of no others."""
    for node in ("Optimize", "ExampleVideo", "TrackFaces", "EditVideo"):
        info = server.request(f"/object_info/StyleGANEX_{node}")[f"StyleGANEX_{node}"]
        assert info["output_node"] is True, node


def test_demo_entries_come_first(server):
    files = server.request("/object_info/StyleGANEX_LoadModel")["StyleGANEX_LoadModel"]
    options = files["input"]["required"]["file"][1]["options"]
    assert options[0].startswith("demo: ")


def test_seeds_change_after_each_run(server):
    for node in ("Sample", "Decode", "Optimize"):
        info = server.request(f"/object_info/StyleGANEX_{node}")[f"StyleGANEX_{node}"]
        inputs = info["input"]["required"] | info["input"].get("optional", {})
        assert inputs["seed"][1]["control_after_generate"] is True


def test_what_is_no_randomness_stays_as_chosen(server):
    info = server.request("/object_info/StyleGANEX_ExampleVideo")["StyleGANEX_ExampleVideo"]
    assert info["input"]["required"]["seed"][1]["control_after_generate"] is False


def test_the_template_browser_lists_the_workflows(server):
    listed = server.request("/workflow_templates")["ComfyUI-StyleGANEX"]
    assert sorted(listed) == sorted(path.stem for path in WORKFLOWS.glob("*.json"))
    assert sorted(listed) == sorted(path.stem for path in (WORKFLOWS / "api").glob("*.json"))
    for name in listed:
        assert (WORKFLOWS / f"{name}.jpg").is_file(), f"{name} has no thumbnail"
