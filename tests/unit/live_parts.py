"""The parts of nodes/ and nodes/live that need no ComfyUI, imported as the pack imports them."""

from __future__ import annotations

import importlib
import sys
import types
from pathlib import Path

import styleganex_core

ROOT = Path(__file__).resolve().parents[2]
PACK = "pack_without_comfyui"


def live_part(name: str) -> types.ModuleType:
    """nodes/live/<name>.py."""
    return node_part(f"live.{name}")


def node_part(name: str) -> types.ModuleType:
    """nodes/<name>.py; `nodes/__init__.py`, which imports ComfyUI, is left out."""
    for package, folder in ((PACK, ROOT), (f"{PACK}.nodes", ROOT / "nodes")):
        if package not in sys.modules:
            module = types.ModuleType(package)
            module.__path__ = [str(folder)]
            sys.modules[package] = module
    sys.modules.setdefault(f"{PACK}.styleganex_core", styleganex_core)
    vars(sys.modules[PACK])["styleganex_core"] = styleganex_core
    return importlib.import_module(f"{PACK}.nodes.{name}")
