"""The modules of scripts/, which is no package."""

from __future__ import annotations

import importlib.util
from types import ModuleType

from conftest import REPOSITORY


def load_script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, REPOSITORY / "scripts" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
