"""Live editing without a browser: the node in graphs, and its routes."""

from __future__ import annotations

import http.client
import io
import json
import socket
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from graphs import Graph, encode, node, optimize, show
from PIL import Image

from styleganex_core.demo import FOLDER
from styleganex_core.edit_ranges import read_edit_ranges
from tests.unit.speed import seconds_of

PICTURE, RELEASE = "/styleganex/live/picture", "/styleganex/live/release"
JPEG_ERROR = 1.5 / 255  # mean difference that the preview's JPEG may make


def live(strengths: str = "", **inputs: object) -> Graph:
    """The small face with a Live Edit node, saved as `picture`."""
    inputs = {"model": ["model", 0], "latents": ["latents", 0], "strengths": strengths} | inputs
    save = node("SaveImage", images=["live", 1], filename_prefix="live")
    return encode() | {"live": node("LiveEdit", **inputs), "picture": save}


def post(server, path: str, body: object, **headers: str) -> tuple[int, str, bytes]:
    """Status, content type and body of the answer; `body` is sent as it is where it is bytes."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("POST", path, data, {"Content-Type": "application/json"} | headers)
    answer = connection.getresponse()
    return answer.status, answer.getheader("Content-Type", ""), answer.read()


def told(result) -> dict[str, Any]:
    return result.outputs["live"]["styleganex_live"][0]


def ask(server, handle: str, strengths: str = "", **fields: object) -> np.ndarray | dict:
    """The picture [H, W, 3] in 0..1, or the JSON that came instead."""
    body = {"handle": handle, "strengths": strengths} | fields
    _, kind, data = post(server, PICTURE, body)
    if kind != "image/jpeg":
        return json.loads(data)
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture, dtype=np.float32) / 255


@pytest.fixture(scope="module")
def run(server):
    result = server.run(live("smile: 1"))
    assert result.error is None, result.error
    return result


@pytest.fixture(scope="module")
def handle(run) -> str:
    return told(run)["handle"]


def test_the_node_tells_its_sliders(run):
    vectors = {vector["name"]: vector for vector in told(run)["vectors"]}
    assert vectors["smile"]["unit"] == vectors["age"]["unit"] == "σ"  # noqa: RUF001
    known = read_edit_ranges(FOLDER / "photo.safetensors")
    told_works = {name: vectors[name]["works"] for name in vectors}
    assert told_works == {
        name: {"low": known[name].low, "high": known[name].high, "faint": known[name].faint}
        if name in known
        else None
        for name in vectors
    }
    assert (told(run)["width"], told(run)["height"]) == (128, 128)


def test_a_preview_is_what_queueing_gives(server, handle):
    preview = ask(server, handle, "age: 3, glasses: 2", side=128)
    queued = server.run(live("glasses: 2, Age: 3"))
    saved = server.pictures(queued, "picture")[0]
    assert preview.shape == saved.shape
    assert np.abs(preview - saved).mean() < JPEG_ERROR
    plain = ask(server, handle, "", side=128)
    assert np.abs(plain - saved).mean() > 2 * JPEG_ERROR


def test_the_node_equals_its_parts(server):
    graph = live("age: 2", layers="0-8")
    graph["vector"] = node("LoadEditVector", file="demo: age")
    graph["edited"] = node(
        "ApplyEditVector", latents=["latents", 0], vector=["vector", 0], strength=2.0, layers="0-8"
    )
    decoded = show(graph, ["edited", 0])
    decoded["parts"] = decoded.pop("decoded")
    decoded["saved parts"] = node("SaveImage", images=["parts", 0], filename_prefix="parts")
    decoded["picture"] = graph["picture"]
    result = server.run(decoded)
    assert result.error is None
    np.testing.assert_array_equal(
        server.pictures(result, "picture")[0], server.pictures(result, "saved parts")[0]
    )


def test_previews_are_drawn_no_larger_than_asked_for(server, handle):
    assert ask(server, handle, "age: 1", side=64).shape == (64, 64, 3)
    assert ask(server, handle, "age: 1", side=65).shape == (128, 128, 3)
    assert ask(server, handle, "age: 1", side=1024).shape == (128, 128, 3)


def test_connected_vectors_get_sliders(server):
    graph = live("vector 2: 2", vector_2=["vector", 0])
    graph["vector"] = node("LoadEditVector", file="demo: glasses")
    result = server.run(graph)
    assert result.error is None
    assert told(result)["vectors"][-1] == {"name": "vector 2", "unit": "×"}  # noqa: RUF001
    own = ask(server, told(result)["handle"], "glasses: 2", side=128)
    assert np.abs(own - server.pictures(result, "picture")[0]).mean() < JPEG_ERROR


def test_a_batch_is_edited_whole_and_shown_by_its_first(server):
    graph = live("age: 2")
    two = node("ImageBatch", image1=["image", 0], image2=["other", 0])
    graph |= {"other": node("LoadImage", image="face.png"), "two": two}
    graph["latents"]["inputs"]["image"] = ["two", 0]
    result = server.run(graph)
    assert result.error is None
    pictures = server.pictures(result, "picture")
    assert len(pictures) == told(result)["pictures"] == 2
    first = ask(server, told(result)["handle"], "age: 2", side=128)
    assert np.abs(first - pictures[0]).mean() < JPEG_ERROR


@pytest.mark.parametrize(
    ("strengths", "part"),
    [("nose: 1", "age, beard"), ("smile", "cannot read"), ("smile: 99", "-20 to 20")],
)
def test_wrong_strengths_are_explained(server, handle, strengths, part):
    assert part in server.run(live(strengths)).error
    answer = ask(server, handle, strengths)
    assert answer["type"] == "invalid" and part in answer["message"]


def test_an_unchanged_graph_is_cached(server):
    first, again = server.run(live("beard: 1")), server.run(live("beard: 1"))
    assert "live" in again.cached
    assert told(again) == told(first)


def test_a_released_result_is_gone_and_comes_back_with_a_run(server):
    graph = live("hair_light: 1")
    first = told(server.run(graph))["handle"]
    assert post(server, RELEASE, {"handles": [first]})[0] == 200
    assert ask(server, first, "age: 1")["type"] == "gone"
    again = server.run(graph)
    assert "live" not in again.cached
    second = told(again)["handle"]
    assert second != first
    assert isinstance(ask(server, second, "age: 1"), np.ndarray)
    post(server, RELEASE, {"handles": [second], "replaced": True})
    assert "live" in server.run(graph).cached, "a replaced result makes nothing run again"


def test_a_handle_of_our_own_making_gives_nothing(server):
    status, _, body = post(server, PICTURE, {"handle": "A" * 24})
    assert (status, json.loads(body)["type"]) == (202, "gone")


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"\xff\xfe", {}, 400),
        (b"[" * 10_000, {}, 400),
        (b"{}" + b" " * 20_000, {}, 413),
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"{}", {"Origin": "http://example.org"}, 403),
        (b"{}", {"Origin": "null"}, 403),
        (b"{}", {"Host": "rebound.example:8188", "Origin": "http://rebound.example:8188"}, 403),
        (b"{}", {"Host": "rebound.example:8188"}, 403),
    ],
)
def test_other_bodies_and_origins_are_refused(server, body, headers, status):
    for path in (PICTURE, RELEASE, "/api" + PICTURE):
        assert post(server, path, body, **headers)[0] == status


HOSTILE = [" " * 4095 + "x", "a:" * 2000, ": " * 2000, "a\n:" + " " * 4000, "1" * 4000 + "x"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_holds_the_server_up(server, handle, text):
    def check(known: str) -> None:
        assert "type" in ask(server, known, text)

    for known in (handle, "A" * 24):
        assert seconds_of(lambda known=known: check(known), 1, time.monotonic) <= 1
    assert server.run(live(text)).error


@pytest.mark.parametrize("sent", [b"", b'{"handle": '])
@pytest.mark.parametrize("ending", ["stalls", "breaks off"])
def test_unfinished_bodies_leave_nothing_behind(server, sent, ending):
    head = f"POST {PICTURE} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: 900\r\n\r\n"
    before = server.log()
    callers = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
    for caller in callers:
        caller.sendall(head.encode() + sent)
    if ending == "stalls":
        for caller in callers:
            caller.settimeout(60)
            answer = b""
            while part := caller.recv(4096):
                answer += part
            assert answer.startswith(b"HTTP/1.1 408")
    for caller in callers:
        caller.close()
    deadline = time.monotonic() + 60
    while _open_connections(server) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _open_connections(server)
    assert "Traceback" not in server.log().removeprefix(before)


def _open_connections(server) -> list[str]:
    """Connections that the server still holds, as lines of /proc/net/tcp."""
    mine = f"0100007F:{server.port:04X}"
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    listening, time_wait = "0A", "06"
    return [
        line
        for line in lines
        if line.split()[1] == mine and line.split()[3] not in (listening, time_wait)
    ]


def test_no_other_site_is_let_in(server, handle):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    body = json.dumps({"handle": handle})
    connection.request("POST", PICTURE, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    assert answer.status == 200
    assert not [name for name, _ in answer.getheaders() if name.lower().startswith("access-")]


def test_a_running_graph_goes_first(server, handle):
    slow = encode() | {
        "optimized": optimize(steps=400),
        "vector": node("LoadEditVector", file="demo: age"),
    }
    queued = server.queue(show(slow, ["optimized", 0]))
    try:
        _wait_until_running(server)
        answer = ask(server, handle, "age: 1.234")
        assert answer["type"] == "busy"
        assert isinstance(ask(server, handle, "smile: 1"), np.ndarray), "the run's own is at hand"
        assert server.request("/queue")["queue_running"], "no answer waited for the graph's end"
    finally:
        server.request("/interrupt", {})
        server.wait(queued["prompt_id"])
    assert isinstance(ask(server, handle, "age: 1.234"), np.ndarray)


def test_of_many_requests_the_newest_is_drawn(server, handle):
    answers: dict[int, np.ndarray | dict] = {}

    def request(index: int) -> None:
        answers[index] = ask(server, handle, f"age: {index / 100}")

    threads = [threading.Thread(target=request, args=(index,)) for index in range(1, 11)]
    for thread in threads:
        thread.start()
        time.sleep(0.005)
    for thread in threads:
        thread.join()
    drawn = [index for index, answer in answers.items() if isinstance(answer, np.ndarray)]
    others = [answer["type"] for answer in answers.values() if isinstance(answer, dict)]
    assert drawn, answers
    assert set(others) <= {"superseded"}
    assert len(drawn) < 10


def _wait_until_running(server) -> None:
    deadline = time.monotonic() + 60
    while not server.request("/queue")["queue_running"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
