"""Graphs in ComfyUI's API format, put together from short pieces."""

from __future__ import annotations

import json
from pathlib import Path

Graph = dict[str, dict]
Link = list[str | int]


def read_short(path: Path) -> Graph:
    """A graph's file, with few steps of an optimisation so that tests end soon."""
    graph = json.loads(path.read_text())
    for entry in graph.values():
        if "steps" in entry["inputs"]:
            entry["inputs"]["steps"] = 10
    return graph


def node(kind: str, **inputs: object) -> dict:
    """One node; our own kinds need no prefix."""
    theirs = {"LoadImage", "SaveImage", "PreviewImage", "EmptyImage", "ImageBatch", "SolidMask"}
    return {"class_type": kind if kind in theirs else f"StyleGANEX_{kind}", "inputs": inputs}


def encode(image: dict | None = None, model: str = "demo: photo") -> Graph:
    """model, image, latents; the small face unless told otherwise."""
    return {
        "model": node("LoadModel", file=model),
        "image": image or node("LoadImage", image="face.png"),
        "latents": node("Encode", model=["model", 0], image=["image", 0]),
    }


def optimize(**changes: object) -> dict:
    """Ten steps from `latents` toward `image`, unless told otherwise."""
    inputs = {
        "model": ["model", 0],
        "latents": ["latents", 0],
        "image": ["image", 0],
        "steps": 10,
        "learning_rate": 0.05,
        "optimize_f": True,
        "optimize_w_plus": True,
        "optimize_noise": False,
        "seed": 0,
    }
    return node("Optimize", **(inputs | changes))


def show(graph: Graph, latents: Link, model: Link | None = None, **inputs: object) -> Graph:
    """The graph with its latents decoded and saved as `picture`."""
    decode = node("Decode", model=model or ["model", 0], latents=latents, **inputs)
    save = node("SaveImage", images=["decoded", 0], filename_prefix="test")
    return graph | {"decoded": decode, "picture": save}
