"""Run by ComfyUI's Python: the memory that a node takes beyond its batch, in batches, as JSON.

python measure_batches.py COMFYUI PACK NODE COUNT HEIGHT WIDTH
"""

from __future__ import annotations

import importlib
import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

NETWORKS = ("Decode",)
FEW = 16  # pictures, twice as many as are worked on at once


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


class Peak(threading.Thread):
    """The largest resident memory from start to `stop`."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.largest, self.going = resident(), True

    def run(self) -> None:
        while self.going:
            self.largest = max(self.largest, resident())
            time.sleep(0.002)


def frames(count: int, height: int, width: int) -> torch.Tensor:
    """A batch whose px lie in memory, not all alike."""
    row = torch.linspace(0, 1, width)[None, None, :, None]
    return row.expand(count, height, -1, 3).contiguous()


def start_comfyui(comfyui: str, pack: str) -> ModuleType:
    """The pack's nodes in a ComfyUI without a server."""
    sys.path[:0] = [comfyui, str(Path(pack).parent)]
    sys.argv = ["main.py", "--cpu"]
    importlib.import_module("comfy.options").enable_args_parsing()
    importlib.import_module("utils.install_util")  # before comfy's own `utils` is on the path
    torch.set_num_threads(1)
    importlib.import_module("folder_paths").set_temp_directory(str(Path.cwd()))
    importlib.import_module("nodes")
    importlib.import_module("server")
    return importlib.import_module(f"{Path(pack).name}.nodes")


def prepare(pack: ModuleType, name: str) -> Callable[[torch.Tensor], tuple]:
    """What runs the node on a batch, or on latents of as many pictures, and gives its results."""
    node = pack.check_inputs(next(n for n in pack.NODES if n.__name__ == name))
    core = importlib.import_module(f"{Path(str(pack.__file__)).parents[1].name}.styleganex_core")
    model: Any = pack.runtime.manage(core.load_demo()) if name in NETWORKS else None

    def run(batch: torch.Tensor) -> tuple:
        count, height, width, _ = batch.shape
        x, y = width // 2, height // 2
        if name == "CropFace":
            places = [(-64, -40), (64, -40), (0, 10), (-50, 60), (50, 60)]
            points = ";".join(f"{x + a},{y + b}" for a, b in places)
            chosen = {"which": "largest", "index": 0, "upright": False, "points": points}
            return node.execute(image=batch, **chosen).args
        if name == "PasteFace":
            rows = ((1.0, 0.0, x - 32.0), (0.0, 1.0, y - 32.0))
            places = [core.FaceCrop(rows, (64, 64), (height, width), n) for n in range(count)]
            pictures = {"original": batch, "edited": batch[:, 8:72, 8:72], "place": tuple(places)}
            options = {"feather": 32.0, "match_colour": False, "enlarge": False}
            return node.execute(**pictures, **options).args
        if name == "PhotoToSketch":
            return node.execute(image=batch, mean_grey=239.0, line_width=1.5).args
        if name == "Decode":
            latents = core.encode_face(model.model.network, core.to_bchw(batch[:1]))
            tensors = [t.expand(count, *t.shape[1:]) for t in latents.tensors]
            return node.execute(model=model, latents=latents.with_tensors(tensors)).args
        return node.execute(**dict(zip(("before", "after"), batch.chunk(2), strict=True))).args

    return run


def count_bytes(results: tuple) -> int:
    """Of the tensors and latents among a node's results."""
    tensors = [t for result in results for t in getattr(result, "tensors", [result])]
    return sum(t.numel() * t.element_size() for t in tensors if isinstance(t, torch.Tensor))


def measure(run: Callable[[torch.Tensor], tuple], batch: torch.Tensor) -> tuple[int, int]:
    """Bytes that there are at most but for the batch, and those of the batch or the results."""
    peak = Peak()
    peak.start()
    results = run(batch)
    peak.going = False
    given = count_bytes((batch,))
    return peak.largest - given, max(given, count_bytes(results))


def main() -> None:
    comfyui, pack, name, *sizes = sys.argv[1:7]
    count, height, width = (int(size) for size in sizes)
    run = prepare(start_comfyui(comfyui, pack), name)
    with torch.inference_mode():
        run(frames(4, height, width))
        few = measure(run, frames(FEW, height, width))  # what does not grow with the batch
        taken, size = measure(run, frames(count, height, width))
    share = (taken - few[0]) / (size - few[1])
    sys.stdout.write(json.dumps({"share": share}) + "\n")


if __name__ == "__main__":
    main()
