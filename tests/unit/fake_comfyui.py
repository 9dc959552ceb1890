"""Just enough of ComfyUI to run a node without it, on memory that a test makes up."""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import MagicMock

import torch

import styleganex_core
from styleganex_core.networks import Model

ROOT = Path(styleganex_core.__file__).resolve().parents[1]
PACK = "pack_in_fake_comfyui"
CPU = torch.device("cpu")


class Output:
    """What a node gives back."""

    def __init__(self, *args: object, ui: object = None) -> None:
        self.args = args
        self.ui = ui


class Patcher:
    """As ComfyUI's ModelPatcher: `model` on its device."""

    def __init__(self, model: torch.nn.Module, load_device: torch.device, **_: object) -> None:
        self.model, self.load_device = model, load_device


@dataclass
class FakeComfyUI:
    """The nodes' package, and a machine whose devices have `free` bytes, computing on `device`."""

    free: float = 2**40
    device: torch.device = CPU
    done: list[int] = field(default_factory=list)  # what progress bars were told

    def node(self, name: str) -> types.ModuleType:
        """nodes/<name>.py."""
        return importlib.import_module(f"{PACK}.nodes.{name}")

    def manage(self, network: Model) -> Patcher:
        return self.node("runtime").manage(network)


class ProgressBar:
    def __init__(self, comfyui: FakeComfyUI) -> None:
        self._comfyui = comfyui

    def update_absolute(self, done: int, *_: object) -> None:
        self._comfyui.done.append(done)


@contextmanager
def run_fake() -> Iterator[FakeComfyUI]:
    """The modules of ComfyUI that nodes import are ours inside, and the nodes are anew."""
    comfyui = FakeComfyUI()
    management = MagicMock()
    management.get_free_memory = lambda device: comfyui.free
    management.throw_exception_if_processing_interrupted = lambda: None
    management.get_torch_device = lambda: comfyui.device
    management.intermediate_device = management.unet_offload_device = lambda: CPU
    latest = MagicMock()
    latest.io.ComfyNode = object
    latest.io.NodeOutput = Output
    utils = MagicMock()
    utils.ProgressBar = lambda total: ProgressBar(comfyui)
    fakes: dict[str, object] = {
        "comfy": MagicMock(model_management=management),
        "comfy.model_management": management,
        "comfy.model_patcher": MagicMock(ModelPatcher=Patcher),
        "comfy.utils": utils,
        "comfy_api": MagicMock(latest=latest),
        "comfy_execution": MagicMock(),
        "comfy_execution.utils": MagicMock(),
        "comfy_api.latest": latest,
        "folder_paths": MagicMock(),
        "server": MagicMock(),
        f"{PACK}.styleganex_core": styleganex_core,
    }
    for package, folder in ((PACK, ROOT), (f"{PACK}.nodes", ROOT / "nodes")):
        fakes[package] = module = types.ModuleType(package)
        module.__path__ = [str(folder)]
    vars(fakes[PACK])["styleganex_core"] = styleganex_core
    kept = {name: sys.modules.get(name) for name in fakes}
    sys.modules.update(fakes)  # type: ignore[arg-type]
    try:
        yield comfyui
    finally:
        for name in [name for name in sys.modules if name.startswith(f"{PACK}.")]:
            del sys.modules[name]
        for name, module in kept.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module
