"""Long work: progress with a picture, cancel, several prompts, the result."""

from __future__ import annotations

import io
import json
import struct
import time

import numpy as np
import pytest
from graphs import encode, node, optimize, show
from PIL import Image

from tests.unit.speed import patience

PREVIEW_EVENT = 1  # ComfyUI's number for a binary message with a preview
CANCEL_SECONDS = 5


def long_graph(steps: int = 5000, seed: int = 0) -> dict:
    graph = encode() | {"optimised": optimize(steps=steps, seed=seed)}
    return show(graph, ["optimised", 0])


def wait_until_running(server, prompt_id: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if any(entry[1] == prompt_id for entry in server.request("/queue")["queue_running"]):
            return
        time.sleep(0.05)
    raise TimeoutError(server.log())


def test_cancel_stops_at_once_and_the_next_prompt_runs(server):
    most = patience(CANCEL_SECONDS)
    prompt_id = server.queue(long_graph())["prompt_id"]
    wait_until_running(server, prompt_id)
    time.sleep(3)  # well into the optimisation
    server.request("/interrupt", {})
    assert server.wait(prompt_id, most).interrupted
    assert server.run(show(encode(), ["latents", 0])).error is None


def test_two_queued_prompts_both_finish(server):
    first, second = (server.queue(long_graph(10, seed))["prompt_id"] for seed in (11, 12))
    assert server.wait(first).error is None
    assert server.wait(second).error is None


def test_optimising_comes_closer_and_says_which_loss_ran(server):
    graph = long_graph(30) | {
        "start": node("Decode", model=["model", 0], latents=["latents", 0]),
        "before": node("PreviewImage", images=["start", 0]),
        "target": node("PreviewImage", images=["image", 0]),
        "after": node("PreviewImage", images=["optimised", 1]),
        "report": {"class_type": "PreviewAny", "inputs": {"source": ["optimised", 2]}},
    }
    graph["latents"]["inputs"]["skip_layers"] = 0  # a start that leaves something to do
    result = server.run(graph)
    assert result.error is None
    target, before, after, decoded = (
        server.pictures(result, name)[0] for name in ("target", "before", "after", "picture")
    )
    assert np.square(after - target).mean() < 0.8 * np.square(before - target).mean()
    np.testing.assert_allclose(after, decoded, atol=1.5 / 255)
    report = result.outputs["report"]["text"][0]
    assert "multi-scale" in report
    assert "Likeness 0." in report
    assert report.endswith(("someone else.", "the same person."))


def test_a_likeness_in_the_loss_is_no_verdict(server):
    graph = long_graph(10)
    graph["optimised"]["inputs"]["likeness"] = 0.1
    graph["report"] = {"class_type": "PreviewAny", "inputs": {"source": ["optimised", 2]}}
    result = server.run(graph)
    assert result.error is None
    assert "look yourself" in result.outputs["report"]["text"][0]


def test_the_same_seed_gives_the_same_result(server):
    pictures = []
    for order in range(2):
        graph = long_graph(10, seed=3)
        # Another learning rate in between would not matter; a bypassed cache does.
        graph["optimised"]["inputs"]["style_pull"] = 0.0 if order else -0.0
        graph["picture"]["inputs"]["filename_prefix"] = f"order{order}"
        pictures.append(server.pictures(server.run(graph), "picture")[0])
    np.testing.assert_array_equal(*pictures)


def test_progress_shows_the_picture_as_it_stands(server):
    websocket = pytest.importorskip("websocket", reason="needs websocket-client")
    socket = websocket.create_connection(f"ws://127.0.0.1:{server.port}/ws?clientId=watcher")
    socket.settimeout(60)
    prompt_id = server.queue(long_graph(60, seed=21), client="watcher")["prompt_id"]
    previews, values = [], []
    while True:
        message = socket.recv()
        if isinstance(message, bytes):
            if struct.unpack(">I", message[:4])[0] == PREVIEW_EVENT:
                previews.append(np.asarray(Image.open(io.BytesIO(message[8:]))))
            continue
        event = json.loads(message)
        if event["type"] == "progress" and event["data"]["max"] == 60:
            values.append(event["data"]["value"])
        if event["type"] == "execution_success" and event["data"]["prompt_id"] == prompt_id:
            break
    socket.close()
    assert values == list(range(1, 61))
    assert previews and previews[-1].std() > 8
