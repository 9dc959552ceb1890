"""Graphs of earlier releases: they load, mean the same and run; `tests/frozen` is never edited."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from conftest import REPOSITORY, find_comfyui
from graphs import read_short

FROZEN = REPOSITORY / "tests" / "frozen"
API_GRAPHS = sorted(FROZEN.glob("*/api/*.json"))
EDITOR_GRAPHS = sorted(FROZEN.glob("*/editor/*.json"))
NODES = [
    (path.parent.name, name)
    for path in sorted(FROZEN.glob("*/nodes.json"))
    for name in json.loads(path.read_text())
]
WIDGETS = {"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO"}


def name_of(path: Path) -> str:
    return f"{path.parents[1].name}-{path.stem}"


def test_there_are_frozen_graphs():
    assert len(NODES) >= 18
    assert len(API_GRAPHS) >= 7
    assert list(map(name_of, API_GRAPHS)) == list(map(name_of, EDITOR_GRAPHS))


@pytest.mark.parametrize(("release", "node"), NODES)
def test_what_a_release_had_is_still_there(server, release, node):
    then = json.loads((FROZEN / release / "nodes.json").read_text())[node]
    now = server.request(f"/object_info/{node}").get(node) or _replaced(server, node)
    required, optional = now["input"].get("required", {}), now["input"].get("optional", {})
    kinds = {name: kind for name, (kind, _) in (required | optional).items()}
    assert (then["required"] | then["optional"]).items() <= kinds.items()
    assert set(required) <= set(then["required"]), "what an old graph lacks must stay optional"
    for name, options in then["options"].items():
        offered = (required | optional)[name][1]["options"]
        assert set(options) <= set(offered), f"{node}.{name} lost an option"
    assert now["output"][: len(then["outputs"])] == then["outputs"], "links count outputs"


@pytest.mark.parametrize("path", API_GRAPHS, ids=name_of)
def test_frozen_graph_runs(server, path):
    graph = read_short(path)
    result = server.run(graph)
    assert result.error is None
    assert any("images" in output for output in result.outputs.values())


@pytest.mark.parametrize("path", EDITOR_GRAPHS, ids=name_of)
def test_widgets_of_a_frozen_graph_keep_their_values(server, path):
    """The editor saves widgets' values in order, without names: an input put between moves them."""
    saved = json.loads((path.parents[1] / "api" / path.name).read_text())
    for entry in json.loads(path.read_text())["nodes"]:
        if not entry["type"].startswith("StyleGANEX_"):
            continue
        info = server.request(f"/object_info/{entry['type']}")[entry["type"]]
        read = dict(zip(_widget_order(info), entry["widgets_values"], strict=False))
        meant = saved[str(entry["id"])]["inputs"]
        widgets = {name: value for name, value in meant.items() if not isinstance(value, list)}
        assert {name: read[name] for name in widgets} == widgets


def test_renamed_nodes_are_found_under_their_old_names(tmp_path):
    """With a renaming of our own, in ComfyUI's own interpreter: no release has needed one yet."""
    comfyui, python = find_comfyui()
    script = Path(__file__).with_name("renaming.py")
    ran = subprocess.run(
        [python, str(script), str(REPOSITORY)],
        cwd=comfyui,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(comfyui)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert ran.returncode == 0, ran.stderr
    inputs = ["model", "number", "truncation", "toward", "width", "height", "batch_size"]
    assert json.loads(ran.stdout.splitlines()[-1]) == {
        "id": "StyleGANEX_OldSample",
        "deprecated": True,
        "inputs": inputs,
        "outputs": ["STYLEGANEX_LATENT"],
        "ran_with": {"model": 1, "seed": 7},
        "replaced": [
            {
                "new_node_id": "StyleGANEX_Sample",
                "old_node_id": "StyleGANEX_OldSample",
                "old_widget_ids": inputs[1:],
                "input_mapping": [
                    {"new_id": "seed" if name == "number" else name, "old_id": name}
                    for name in inputs
                ],
                "output_mapping": [{"new_idx": 0, "old_idx": 0}],
            }
        ],
        "kept_where_sockets_may_be_open": ["StyleGANEX_OldFind"],
    }


def _replaced(server, node: str) -> dict:
    """The node that takes the place of an old one, where ComfyUI rewrites graphs."""
    replacements = server.request("/node_replacements").get(node)
    assert replacements, f"{node} is gone and nothing replaces it: see nodes/replace.py"
    name = replacements[0]["new_node_id"]
    info = server.request(f"/object_info/{name}")[name]
    old_names = {
        pair["new_id"]: pair["old_id"]
        for pair in replacements[0]["input_mapping"]
        if "old_id" in pair
    }
    for part, inputs in info["input"].items():
        info["input"][part] = {old_names.get(key, key): value for key, value in inputs.items()}
    return info


def _widget_order(info: dict) -> list[str]:
    """The names to which the editor gives saved values, one after the other."""
    order = []
    for part in ("required", "optional"):
        for name, (kind, settings) in info["input"].get(part, {}).items():
            if kind in WIDGETS:
                order.append(name)
                if settings.get("control_after_generate"):
                    order.append(f"{name}: what to do after a run")
    return order
