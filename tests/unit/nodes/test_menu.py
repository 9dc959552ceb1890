"""The editor's search finds nodes by what people call their wish."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ..live_parts import node_part

NODES = json.loads((Path(__file__).parents[2] / "public_surface.json").read_text())["nodes"]
WISHES = {
    "smile": "LiveEdit",
    "age": "LiveEdit",
    "glasses": "EditFace",
    "portrait": "EditFace",
    "expression": "LiveEdit",
    "hair": "LiveEdit",
    "beard": "LiveEdit",
    "toon": "EditVideo",
    "restore": "SuperResolve",
    "slider": "LiveEdit",
    "compare": "BeforeAfter",
}
menu = node_part("menu")


@dataclass
class OldSchema:
    """As ComfyUI 0.3.64 has it."""

    category: str = ""


@dataclass
class NewSchema(OldSchema):
    search_aliases: list[str] = field(default_factory=list)


@pytest.mark.parametrize(("wish", "node"), WISHES.items())
def test_a_wish_finds_a_node(wish, node):
    assert wish in menu.entry(node, NewSchema)["search_aliases"]


def test_every_node_has_its_place_and_words():
    assert {f"StyleGANEX_{node}" for node in menu.NODES} == set(NODES)
    for node in menu.NODES:
        settings = NewSchema(**menu.entry(node, NewSchema))
        assert settings.category.startswith("StyleGANEX/")
        assert settings.search_aliases


def test_a_host_that_knows_no_aliases_is_given_none():
    for node in menu.NODES:
        assert OldSchema(**menu.entry(node, OldSchema)).category.startswith("StyleGANEX/")
