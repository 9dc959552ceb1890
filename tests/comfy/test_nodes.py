"""What the editor learns of our nodes when ComfyUI has started."""

from __future__ import annotations

from pathlib import Path

import pytest

NODES = {
    "StyleGANEX_ApplyEditVector",
    "StyleGANEX_CropFace",
    "StyleGANEX_Decode",
    "StyleGANEX_DomainSwap",
    "StyleGANEX_Encode",
    "StyleGANEX_ExampleImage",
    "StyleGANEX_FeatureTransform",
    "StyleGANEX_FindEditVectors",
    "StyleGANEX_LoadEditVector",
    "StyleGANEX_LoadLatent",
    "StyleGANEX_LoadModel",
    "StyleGANEX_Optimize",
    "StyleGANEX_PasteFace",
    "StyleGANEX_Sample",
    "StyleGANEX_SaveEditVector",
    "StyleGANEX_SaveLatent",
    "StyleGANEX_StyleMix",
    "StyleGANEX_SweepEdit",
}
WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"


def test_every_node_is_there(server):
    ours = {name for name in server.request("/object_info") if name.startswith("StyleGANEX_")}
    assert ours == NODES, server.log()


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
