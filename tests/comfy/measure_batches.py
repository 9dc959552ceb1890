"""Run by ComfyUI's Python: the memory that a node takes beyond its batch, in batches, as JSON.

python measure_batches.py COMFYUI PACK NODE COUNT HEIGHT WIDTH
"""

from __future__ import annotations

import importlib
import json
import sys
import threading
import time
from pathlib import Path
from types import ModuleType

import torch


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


def main() -> None:
    comfyui, pack, name, *sizes = sys.argv[1:7]
    count, height, width = (int(size) for size in sizes)
    node = next(n for n in start_comfyui(comfyui, pack).NODES if n.__name__ == name)

    def run(batch: torch.Tensor) -> int:
        if name == "CropFace":
            x, y = width // 2, height // 2
            places = [(-64, -40), (64, -40), (0, 10), (-50, 60), (50, 60)]
            points = ";".join(f"{x + a},{y + b}" for a, b in places)
            results = node.execute(batch, "largest", 0, False, points=points).args
        else:
            results = node.execute(*batch.chunk(2)).args
        return len(results)

    with torch.inference_mode():
        run(frames(4, height, width))
        batch = frames(count, height, width)
        peak = Peak()
        before = resident()
        peak.start()
        run(batch)
        peak.going = False
    size = batch.numel() * batch.element_size()
    sys.stdout.write(json.dumps({"share": (peak.largest - before) / size}) + "\n")


if __name__ == "__main__":
    main()
