"""Settings objects and their fields as keywords are the same call."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

import pytest

from styleganex_core.settings import takes_fields


@dataclass(frozen=True)
class Shape:
    width: int = 2
    height: int = 3

    def __post_init__(self) -> None:
        if self.width < 0:
            raise ValueError("width")


@takes_fields(Shape)
def area(times: int, *, settings: Shape | None = None) -> int:
    """An area."""
    shape = settings or Shape()
    return times * shape.width * shape.height


def test_fields_change_the_defaults_or_the_settings_given():
    assert area(1) == 6
    assert area(1, width=5) == area(1, settings=Shape(width=5)) == 15
    assert area(2, settings=Shape(height=10), width=1) == 20


def test_fields_are_checked_as_settings_are_and_others_refused():
    with pytest.raises(ValueError, match="width"):
        area(1, width=-1)
    with pytest.raises(TypeError, match="depth"):
        area(1, depth=1)


def test_the_signature_lists_the_fields():
    parameters = inspect.signature(area).parameters
    assert list(parameters) == ["times", "settings", "width", "height"]
    assert parameters["height"].default == 3
    assert area.__doc__ == "An area."
