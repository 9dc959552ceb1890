"""API-format graphs: what is refused with which sentence, and values put in their places."""

from __future__ import annotations

import json

import pytest

from styleganex_core import StyleGANEXError
from styleganex_lab.batch.graph import (
    fill_graph,
    find_image_nodes,
    find_node,
    find_seed_inputs,
    load_graph,
    parse_seeds,
    set_input,
)


def node(kind, title=None, **inputs):
    meta = {"_meta": {"title": title}} if title else {}
    return {"class_type": kind, "inputs": inputs, **meta}


GRAPH = {
    "1": node("LoadImage", image="face.png"),
    "2": node("StyleGANEX_Sample", image=["1", 0], seed=3, layers="8-", on=True, size=1.5),
    "3": node("StyleGANEX_Decode", "Show it", latents=["2", 0], seed=0),
    "4": node("StyleGANEX_Decode", "Again", latents=["2", 0], seed=["2", 1]),
}
EXAMPLES = {
    "1": node("StyleGANEX_ExampleImage", "Portrait", name="a"),
    "2": node("StyleGANEX_ExampleImage", name="b"),
    "3": node("SaveImage", images=["1", 0]),
}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", r"Export \(API\)"),
        ("{}", r"Export \(API\)"),
        (json.dumps({"nodes": [], "links": [], "version": 0.4}), "editor's own format"),
        (json.dumps({"7": {"inputs": {}}}), "node 7 has no class_type"),
        (json.dumps({"7": node("SaveImage", "Out", images=["6", 0])}), r'node 7 .*"Out".* node 6'),
    ],
)
def test_what_is_no_graph_is_refused(tmp_path, content, sentence):
    path = tmp_path / "graph.json"
    path.write_text(content)
    with pytest.raises(StyleGANEXError, match=sentence):
        load_graph(path)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(StyleGANEXError, match=r"cannot read .*nothing\.json: No such file"):
        load_graph(tmp_path / "nothing.json")


def test_nodes_are_found_by_id_title_or_kind():
    assert [find_node(GRAPH, text) for text in ("3", "Show it", "LoadImage")] == ["3", "3", "1"]
    with pytest.raises(StyleGANEXError, match=r"more than one .*node 3 .*node 4"):
        find_node(GRAPH, "StyleGANEX_Decode")
    with pytest.raises(StyleGANEXError, match='no node "9"'):
        find_node(GRAPH, "9")


def test_the_picture_goes_into_the_only_loader():
    assert find_image_nodes(GRAPH) == ["1"]
    assert find_image_nodes(GRAPH | {"5": EXAMPLES["1"]}) == ["1"]
    assert find_image_nodes({"1": EXAMPLES["1"]}) == ["1"]


def test_examples_become_loaders():
    with pytest.raises(StyleGANEXError, match=r'--image-node.*"Portrait"'):
        find_image_nodes(EXAMPLES)
    nodes = find_image_nodes(EXAMPLES, ["Portrait", "2"])
    filled = fill_graph(EXAMPLES, nodes, "folder/x.png")
    assert filled["1"] == node("LoadImage", "Portrait", image="folder/x.png")
    assert filled["2"] == node("LoadImage", image="folder/x.png")
    assert EXAMPLES["1"]["class_type"] == "StyleGANEX_ExampleImage", "inputs are never written to"


def test_only_nodes_that_load_take_a_picture():
    with pytest.raises(StyleGANEXError, match="takes no picture"):
        find_image_nodes(GRAPH, ["3"])
    with pytest.raises(StyleGANEXError, match="put a LoadImage"):
        find_image_nodes({"3": GRAPH["3"]})


def test_every_seed_that_is_a_number_is_set():
    places = find_seed_inputs(GRAPH)
    assert places == [("2", "seed"), ("3", "seed")]
    filled = fill_graph(GRAPH, seed_inputs=places, seed=42)
    assert [filled[key]["inputs"]["seed"] for key in "234"] == [42, 42, ["2", 1]]
    assert find_seed_inputs(GRAPH, ["Show it"]) == [("3", "seed")]
    with pytest.raises(StyleGANEXError, match="no seed to change"):
        find_seed_inputs(GRAPH, ["1"])


def test_seed_ranges():
    assert parse_seeds("0-2, 7,1") == [0, 1, 2, 7]
    for text in ("", "a", "3-1", "-1", "1-", "0-999999999", str(2**64)):
        with pytest.raises(StyleGANEXError, match="seeds"):
            parse_seeds(text)


def test_set_keeps_the_kind_of_a_value():
    changed = set_input(GRAPH, "2.layers=4")
    changed = set_input(changed, "2.on=false")
    changed = set_input(changed, "StyleGANEX_Sample.size=2")
    changed = set_input(changed, "Show it.seed=5")
    assert changed["2"]["inputs"] | {"image": 0, "seed": 0} == {
        "image": 0,
        "seed": 0,
        "layers": "4",
        "on": False,
        "size": 2,
    }
    assert changed["3"]["inputs"]["seed"] == 5
    assert GRAPH["3"]["inputs"]["seed"] == 0


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [
        ("2.size", "expected node.input=value"),
        ("size=2", "expected node.input=value"),
        ("2.width=2", "has no input width; it has image, seed"),
        ("2.size=big", "expected a number"),
        ("2.size=NaN", "expected a number"),
        ("2.on=1", "expected true or false"),
        ("2.image=[1, 2]", "expected a number, a text"),
    ],
)
def test_bad_assignments_are_refused(assignment, sentence):
    with pytest.raises(StyleGANEXError, match=sentence):
        set_input(GRAPH, assignment)
