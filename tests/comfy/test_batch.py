"""The queue command on two real ComfyUI processes: spread, one killed midway, errors, cancel.

Only core nodes and no custom pack, so that both servers are up soon.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import (
    EXAMPLE,
    ONE_THREAD,
    REPOSITORY,
    Server,
    find_comfyui,
    free_port,
    wait_until_up,
)
from PIL import Image

from styleganex_lab.__main__ import main
from styleganex_lab.batch import command
from styleganex_lab.batch.journal import NAME
from styleganex_lab.batch.queue import Patience
from styleganex_lab.batch.server import ComfyServer, ItemError

PICTURES = 6
SEEDS = 8  # so many that the server is killed while it holds some
STEPS = 400  # nodes of the graph that is cancelled between two of them; seconds, were it left alone
GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "face.png"}},
    "2": {
        "class_type": "ImageAddNoise",
        "inputs": {"image": ["1", 0], "seed": 0, "strength": 0.0},
        "_meta": {"title": "Grain"},
    },
    "3": {"class_type": "ImageInvert", "inputs": {"image": ["2", 0]}},
    "4": {"class_type": "SaveImage", "inputs": {"images": ["3", 0], "filename_prefix": "batch"}},
}


def start(base: Path) -> Server:
    folder, python = find_comfyui()
    for name in ("custom_nodes", "input", "output", "temp", "user"):
        (base / name).mkdir(parents=True)
    port = free_port()
    line = [python, "main.py", "--cpu", "--listen", "127.0.0.1", "--port", str(port)]
    line += ["--base-directory", str(base), "--user-directory", str(base / "user")]
    line += ["--disable-all-custom-nodes", "--disable-auto-launch", "--disable-api-nodes"]
    line += ["--database-url", "sqlite:///:memory:"]
    with (base / "server.log").open("wb") as log:
        process = subprocess.Popen(
            line, cwd=folder, env=ONE_THREAD | os.environ, stdout=log, stderr=subprocess.STDOUT
        )
    return Server(base, port, process)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Two servers; the first test kills the first of them."""
    servers = [start(tmp_path_factory.mktemp(f"batch{number}")) for number in range(2)]
    try:
        for server in servers:
            wait_until_up(server)
        yield servers
    finally:
        for server in servers:
            server.process.kill()
            server.process.wait()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of one grey each, one that is none, and the graph."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "graph.json").write_text(json.dumps(GRAPH))
    (folder / "images").mkdir()
    for number in range(PICTURES):
        grey = Image.new("RGB", (64, 64), (number, number, number))
        grey.save(folder / "images" / f"grey {number}.png")
    (folder / "images" / "broken.png").write_text("no picture")
    return folder


def queue(folder: Path, servers: list[Server], *more: str) -> int:
    arguments = ["queue", str(folder / "graph.json"), "--images", str(folder / "images")]
    arguments += ["--seeds", f"0-{SEEDS - 1}", "--out", str(folder / "out"), *more]
    for server in servers:
        arguments += ["--server", f"http://127.0.0.1:{server.port}"]
    return main(arguments)


def journal(folder: Path) -> list[dict]:
    path = folder / "out" / NAME
    lines = path.read_text().splitlines() if path.exists() else []
    return [entry for entry in map(json.loads, lines) if "done" in entry]


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_one_of_two_servers_is_killed_midway(pair, folder, monkeypatch, capsys):
    monkeypatch.setattr(command, "PATIENCE", Patience(poll=0.1, lost_after=2.0))
    codes = []
    thread = threading.Thread(target=lambda: codes.append(queue(folder, pair)))
    thread.start()
    doomed = f"http://127.0.0.1:{pair[0].port}"
    wait_for(lambda: any(entry["server"] == doomed for entry in journal(folder)))
    pair[0].process.kill()
    thread.join(120)
    said = capsys.readouterr().err
    assert codes == [1], said  # the picture that is none
    assert f"{doomed} does not answer" in said

    entries = journal(folder)
    assert len({entry["done"] for entry in entries}) == len(entries) == PICTURES * SEEDS
    assert {entry["server"] for entry in entries} == {doomed, f"http://127.0.0.1:{pair[1].port}"}
    for number in range(PICTURES):
        for seed in range(SEEDS):
            path = folder / "out" / f"grey {number}_4_seed{seed}_01.png"
            with Image.open(path) as picture:
                assert picture.getpixel((5, 5)) == (255 - number,) * 3
    assert len(list((folder / "out").iterdir())) == PICTURES * SEEDS + 1, "nothing left over"
    assert "failed: broken.png, seed 0: node 1 (LoadImage): " in said


def test_a_shared_graph_takes_pictures_in_place_of_its_examples(server, tmp_path):
    (tmp_path / "images").mkdir()
    with Image.open(EXAMPLE) as picture:
        picture.resize((256, 256)).save(tmp_path / "images" / "face.png")
    graph = REPOSITORY / "workflows" / "api" / "encode-edit-decode.json"
    arguments = ["queue", str(graph), "--images", str(tmp_path / "images")]
    arguments += ["--out", str(tmp_path / "out"), "--server", f"http://127.0.0.1:{server.port}"]
    examples = [
        key
        for key, node in json.loads(graph.read_text()).items()
        if node["class_type"] == "StyleGANEX_ExampleImage"
    ]
    for key in examples:
        arguments += ["--image-node", key]
    assert main(arguments) == 0
    (result,) = (tmp_path / "out").glob("face_*_01.png")
    with Image.open(result) as picture:
        assert picture.size == (256, 256)
        low, high = picture.convert("L").getextrema()
        assert high - low > 100


def test_what_is_done_is_not_run_again(pair, folder, capsys):
    (folder / "images" / "broken.png").unlink()
    lost = folder / "out" / "grey 2_4_seed1_01.png"
    lost.unlink()
    assert queue(folder, pair[1:]) == 0
    assert (
        f"{PICTURES * SEEDS - 1} of {PICTURES * SEEDS} items were done" in capsys.readouterr().err
    )
    with Image.open(lost) as picture:  # out of the server's cache, or run anew
        assert picture.getpixel((5, 5)) == (253, 253, 253)


def test_a_value_that_the_server_refuses_is_named(pair, folder, capsys):
    more = ["--set", "Grain.strength=99", "--out", str(folder / "refused"), "--seeds", "1"]
    assert queue(folder, pair[1:], *more) == 1
    assert 'node 2 (ImageAddNoise, "Grain"): ' in capsys.readouterr().err


def test_a_node_that_the_server_lacks_is_named(pair, folder, capsys):
    graph = GRAPH | {"3": {"class_type": "No Such/Node", "inputs": {"image": ["2", 0]}}}
    (folder / "other.json").write_text(json.dumps(graph))
    arguments = [
        "queue",
        str(folder / "other.json"),
        "--seeds",
        "1",
        "--out",
        str(folder / "other"),
    ]
    assert main([*arguments, "--server", f"http://127.0.0.1:{pair[1].port}"]) == 2
    assert "lacks the node No Such/Node" in capsys.readouterr().err


def test_cancel_stops_what_runs_and_what_waits(pair):
    server = ComfyServer(f"http://127.0.0.1:{pair[1].port}")
    blank = {"width": 768, "height": 768, "batch_size": 1, "color": 7}
    long = {"0": {"class_type": "EmptyImage", "inputs": blank}}
    for step in range(1, STEPS + 1):
        size = {"width": 768 + step, "height": 768, "upscale_method": "lanczos"}
        inputs = {"image": [str(step - 1), 0], "crop": "disabled", **size}
        long[str(step)] = {"class_type": "ImageScale", "inputs": inputs}
    long["end"] = {"class_type": "PreviewImage", "inputs": {"images": [str(STEPS), 0]}}
    for prompt in ("one", "two"):
        server.queue(long, prompt)
    wait_for(lambda: pair[1].request("/queue")["queue_running"])
    server.cancel(["one", "two"])
    wait_for(lambda: not server.known())
    with pytest.raises(ItemError, match="stopped on the server"):
        server.result(long, "one")
    assert server.result(long, "two") is None
