"""Two small servers, a graph and a folder, and times short enough for tests."""

from __future__ import annotations

import json

import pytest

from styleganex_lab.batch import command

from .fake_server import FakeServer
from .runs import GRAPH, QUICK


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Short times, so that the tests end soon."""
    monkeypatch.setattr(command, "PATIENCE", QUICK)


@pytest.fixture
def servers():
    running = [FakeServer(), FakeServer()]
    yield running
    for server in running:
        server.hold.set()
        server.kill()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "graph.json").write_text(json.dumps(GRAPH))
    (tmp_path / "images").mkdir()
    return tmp_path
