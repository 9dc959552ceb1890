"""Queues run from the command line against small servers, and what they should leave behind."""

from __future__ import annotations

import threading
import time

from styleganex_lab.__main__ import main
from styleganex_lab.batch.journal import NAME
from styleganex_lab.batch.queue import Patience

PATIENT = 250  # seconds: other work may keep this machine busy
QUICK = Patience(poll=0.01, lost_after=0.15, retry=0.05)
GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "face.png"}},
    "2": {"class_type": "Sample", "inputs": {"image": ["1", 0], "seed": 0}},
    "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0]}, "_meta": {"title": "Save"}},
}


def add_pictures(folder, *contents):
    for content in contents:
        (folder / "images" / f"{content}.png").write_text(content)


def queue(folder, servers, *more, images=True):
    arguments = ["queue", str(folder / "graph.json"), "--out", str(folder / "out"), "--wait", "0.5"]
    arguments += ["--images", str(folder / "images")] if images else []
    for server in servers:
        arguments += ["--server", server.url]
    return main([*arguments, *more])


def results(folder):
    found = {path.name: path.read_text() for path in (folder / "out").iterdir()}
    found.pop(NAME)
    return found


def expected(*contents):
    return {f"{content}_3_01.png": f"{content}|0" for content in contents}


def in_background(call):
    """Start a queue; its exit code is the last entry of the list once the thread has ended."""
    codes = []
    thread = threading.Thread(target=lambda: codes.append(call()))
    thread.start()
    return thread, codes


def wait_for(condition):
    deadline = time.monotonic() + PATIENT
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)
