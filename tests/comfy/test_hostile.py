"""Whatever stands in an input, the host goes on: half characters, numbers beyond their range."""

from __future__ import annotations

import json
import math

import pytest
from graphs import Graph, Link, encode, node, optimize, show

HALF = "a\ud800b"  # half a surrogate pair: no text that can be written or sent as UTF-8
SOURCES: dict[str, Link] = {
    "STYLEGANEX_MODEL": ["model", 0],
    "STYLEGANEX_LATENT": ["latents", 0],
    "STYLEGANEX_EDIT_VECTOR": ["vector", 0],
    "STYLEGANEX_CROP": ["crop", 2],
    "STYLEGANEX_TRACK": ["track", 0],
    "STYLEGANEX_CLIP_EDIT": ["edit", 0],
    "VIDEO": ["video", 0],
    "IMAGE": ["image", 0],
    "MASK": ["mask", 0],
}


def parts() -> Graph:
    """One node for every type that our nodes take."""
    return encode() | {
        "vector": node("LoadEditVector", file="demo: age"),
        "photo": node("ExampleImage", name="astronaut_portrait"),
        "crop": node("CropFace", image=["photo", 0], which="largest", index=0, upright=False),
        "video": node("ExampleVideo", name="one person", seconds=0.2, seed=0),
        "track": node("TrackFaces", clip=["video", 0], search_every=8, style_frame=0),
        "edit": node("ClipEdit", vector=["vector", 0], strength="1", layers="all", person=-1),
        "mask": node("SolidMask", value=1.0, width=64, height=64),
    }


@pytest.fixture(scope="module")
def kinds(server) -> dict[str, dict]:
    told = server.request("/object_info")
    return {name: kind for name, kind in told.items() if name.startswith("StyleGANEX_")}


def fields(kind: dict):
    """Name, type, options and whether it is needed, of every input."""
    for part in ("required", "optional"):
        for name, (wanted, *options) in kind["input"].get(part, {}).items():
            yield name, wanted, (options or [{}])[0], part == "required"


def is_text(wanted) -> bool:
    return isinstance(wanted, list) or wanted in ("STRING", "COMBO")


def run_one(server, name: str, kind: dict, changed: str, value: object, **more: dict):
    """The node alone with what it needs, one input changed."""
    inputs: dict[str, object] = {}
    for field, wanted, options, needed in fields(kind):
        if field == changed:
            inputs[field] = value
        elif not needed:
            continue
        elif is_text(wanted) or wanted in ("INT", "FLOAT", "BOOLEAN"):
            choices = wanted if isinstance(wanted, list) else options.get("options") or [""]
            inputs[field] = options.get("default", choices[0])
        else:
            inputs[field] = SOURCES[wanted.split(",")[0]]
    graph = parts() | {"tried": {"class_type": name, "inputs": inputs}} | more
    graph["seen"] = {"class_type": "PreviewAny", "inputs": {"source": ["tried", 0]}}
    return server.run(graph)


def test_half_a_character_in_any_text_stops_nothing(server, kinds):
    tried = 0
    for name, kind in kinds.items():
        for field, wanted, _, _ in fields(kind):
            if is_text(wanted):
                result = run_one(server, name, kind, field, HALF)
                raw = result.error is not None and "codec" in result.error
                assert not raw, (name, field, result.error)
                sent = json.dumps(result.outputs, ensure_ascii=False)
                assert sent == sent.encode(errors="replace").decode(), (name, field, sent[-300:])
                tried += 1
    assert tried > 30
    assert server.run(show(encode(), ["latents", 0])).error is None


def test_a_number_beyond_its_range_is_refused_by_name(server, kinds):
    tried = 0
    for name, kind in kinds.items():
        for field, wanted, options, _ in fields(kind):
            if wanted not in ("INT", "FLOAT") or field == "seed":
                continue
            source = "PrimitiveInt" if wanted == "INT" else "PrimitiveFloat"
            linked = {"class_type": source, "inputs": {"value": options["max"] + 1}}
            result = run_one(server, name, kind, field, ["linked", 0], linked=linked)
            assert result.error and field in result.error and "number" in result.error, (
                name, field, result.error,
            )  # fmt: skip
            tried += 1
    assert tried > 40


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_strength_that_is_not_finite_is_refused(server, kinds, number):
    name = "StyleGANEX_ApplyEditVector"
    result = run_one(server, name, kinds[name], "strength", number)
    assert result.error and "strength" in result.error


@pytest.mark.parametrize(("width", "height"), [(1, 1100), (1100, 1), (3, 4200)])
def test_a_picture_thinner_than_any_preview_stops_nothing(server, width, height):
    graph = encode(node("EmptyImage", width=width, height=height, batch_size=1, color=0x808080))
    graph["optimised"] = optimize(steps=11)
    result = server.run(show(graph, ["optimised", 0]))
    assert result.error is None, result.error
    assert server.process.poll() is None
