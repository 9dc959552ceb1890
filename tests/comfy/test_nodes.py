"""What the editor learns of our nodes when ComfyUI has started."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SURFACE = json.loads(Path(__file__).parents[1].joinpath("public_surface.json").read_text())
NODES = SURFACE["nodes"]  # a promise to saved graphs: it changes on purpose only
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
    assert info["category"] == "StyleGANEX"
    assert info["display_name"].endswith("(StyleGANEX)")
    assert all(info["output_tooltips"]) and info["output"]
    for kind in ("required", "optional"):
        for name, (_, options) in info["input"].get(kind, {}).items():
            assert len(options.get("tooltip", "")) > 20, f"{node}.{name} has no tooltip"


def test_demo_entries_come_first(server):
    files = server.request("/object_info/StyleGANEX_LoadModel")["StyleGANEX_LoadModel"]
    options = files["input"]["required"]["file"][1]["options"]
    assert options[0].startswith("demo: ")


def test_seeds_change_after_each_run(server):
    for node in ("Sample", "Decode", "Optimize"):
        info = server.request(f"/object_info/StyleGANEX_{node}")[f"StyleGANEX_{node}"]
        inputs = info["input"]["required"] | info["input"].get("optional", {})
        assert inputs["seed"][1]["control_after_generate"] is True


def test_the_template_browser_lists_the_workflows(server):
    listed = server.request("/workflow_templates")["ComfyUI-StyleGANEX"]
    assert sorted(listed) == sorted(path.stem for path in WORKFLOWS.glob("*.json"))
    assert sorted(listed) == sorted(path.stem for path in (WORKFLOWS / "api").glob("*.json"))
    for name in listed:
        assert (WORKFLOWS / f"{name}.jpg").is_file(), f"{name} has no thumbnail"
