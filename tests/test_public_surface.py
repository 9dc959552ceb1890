"""What others rely on: `public_surface.json` changes only on purpose."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import styleganex_core as core

SURFACE = json.loads(Path(__file__).with_name("public_surface.json").read_text())


def test_names_of_the_core():
    assert sorted(core.__all__) == SURFACE["core"]
    assert all(hasattr(core, name) for name in core.__all__)


def test_parameters_of_the_core():
    came = {
        name: list(inspect.signature(getattr(core, name)).parameters)
        for name in SURFACE["parameters"]
    }
    assert came == SURFACE["parameters"]
