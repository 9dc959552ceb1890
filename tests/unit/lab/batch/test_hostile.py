"""Graphs, seeds and servers that mean no good end in a sentence, soon."""

from __future__ import annotations

import json
import socket
import threading
import time

import pytest

from styleganex_core import StyleGANEXError
from styleganex_lab.batch import server as server_module
from styleganex_lab.batch.answers import File
from styleganex_lab.batch.graph import load_graph, parse_seeds
from styleganex_lab.batch.server import ComfyServer, ServerGoneError, ServerUnfitError

DRIP_SECONDS = 0.05


@pytest.mark.parametrize("depth", [65, 500, 900, 100_000])
@pytest.mark.parametrize("brackets", ["[]", "{}"])
def test_a_graph_nested_without_sense_is_refused(tmp_path, depth, brackets):
    first = "[" if brackets == "[]" else '{"a":'
    value = first * depth + "1" + brackets[1] * depth
    path = tmp_path / "graph.json"
    path.write_text(f'{{"1": {{"class_type": "LoadImage", "inputs": {{"image": {value}}}}}}}')
    with pytest.raises(StyleGANEXError) as refused:
        load_graph(path)
    assert len(str(refused.value)) < 700


def test_a_graph_with_ordinary_lists_is_taken(tmp_path):
    path = tmp_path / "graph.json"
    graph = {"1": {"class_type": "LoadImage", "inputs": {"image": [[[["a"]]]], "n": 10**30}}}
    path.write_text(json.dumps(graph))
    assert load_graph(path) == graph


@pytest.mark.parametrize(
    "text", ["9" * 5000, "1-" + "9" * 5000, "0" * 30 + "x", "\u0661", "1-", "-", ",", "1," * 60_000]
)
def test_seeds_that_are_none_are_refused_in_a_short_sentence(text):
    with pytest.raises(StyleGANEXError) as refused:
        parse_seeds(text)
    assert len(str(refused.value)) < 500


def test_seeds_are_read_as_ever():
    assert parse_seeds("0-2, 7,0") == [0, 1, 2, 7]
    assert parse_seeds(str(2**64 - 1)) == [2**64 - 1]


class BadServer:
    """Answers every request with `head` and then `piece` again and again, every `pause` seconds.

    `sent` counts the pieces.
    """

    def __init__(self, head: bytes, piece: bytes, pause: float) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._answer = (head, piece, pause)
        self.sent = 0
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _serve(self) -> None:
        head, piece, pause = self._answer
        while True:
            caller, _ = self._listener.accept()
            with caller:
                caller.recv(65536)
                try:
                    caller.sendall(head)
                    while True:
                        caller.sendall(piece)
                        self.sent += 1
                        time.sleep(pause)
                except OSError:
                    continue


def bad_head(kind: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n".encode()


def check_given_up(bad: BadServer) -> None:
    """Whatever is asked of a server that drips, it soon counts as gone."""
    with pytest.raises(ServerGoneError):
        ComfyServer(bad.url, seconds=0.5).known()
    with pytest.raises(ServerGoneError):
        list(ComfyServer(bad.url, seconds=0.5).fetch(File("9", "a.png", "", "output")))
    assert bad.sent < 5 / DRIP_SECONDS  # not by a clock: this machine may be slow


def test_a_server_that_drips_counts_as_gone():
    check_given_up(BadServer(bad_head("application/json"), b" ", DRIP_SECONDS))


@pytest.mark.slow
@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nX: ", b""])
def test_a_head_that_drips_counts_as_gone_too(head):
    check_given_up(BadServer(head, b"X: 1\r\n" if head.endswith(b"\n") else b"H", DRIP_SECONDS))


def test_a_server_without_end_is_unfit(monkeypatch):
    monkeypatch.setattr(server_module, "LARGEST_ANSWER", 1 << 20)
    monkeypatch.setattr(server_module, "LARGEST_FILE", 1 << 20)
    bad = BadServer(bad_head("application/json"), b" " * 65536, 0)
    with pytest.raises(ServerUnfitError):
        ComfyServer(bad.url, seconds=20).known()
    with pytest.raises(ServerUnfitError):
        list(ComfyServer(bad.url, seconds=20).fetch(File("9", "a.png", "", "output")))
