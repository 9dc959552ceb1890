"""A real ComfyUI, started once per session as a subprocess with this pack linked into it.

COMFYUI_DIR names ComfyUI's folder (default ~/ComfyUI), COMFYUI_PYTHON its interpreter (default:
its venv or .venv, else the one that runs the tests). Without ComfyUI all tests here are skipped.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLE = REPOSITORY / "styleganex_core" / "demo" / "pictures" / "astronaut_face.jpg"
PACK = "ComfyUI-StyleGANEX"  # the folder name under custom_nodes
START_SECONDS = 180
ONE_THREAD = {"OMP_NUM_THREADS": "1"}  # for small pictures more threads only fight over the cores
Graph = dict[str, dict]


@dataclass
class Result:
    """How a prompt ended: `error` is the sentence a user sees, `cached` the nodes not run again."""

    outputs: dict[str, dict]
    cached: set[str] = field(default_factory=set)
    error: str | None = None
    interrupted: bool = False


class Server:
    """A running ComfyUI and what a browser would ask of it."""

    def __init__(self, base: Path, port: int, process: subprocess.Popen) -> None:
        self.base = base
        self.port = port
        self.process = process

    def request(self, path: str, payload: dict | None = None) -> dict:
        """GET, or POST of a payload as JSON; the answer, with its status under 'http'."""
        data = None if payload is None else json.dumps(payload).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data, {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.loads(response.read() or b"{}")
        except urllib.error.HTTPError as error:
            return {"http": error.code, **json.loads(error.read() or b"{}")}

    def queue(self, graph: Graph, client: str = "tests") -> dict:
        return self.request("/prompt", {"prompt": graph, "client_id": client})

    def wait(self, prompt_id: str, seconds: float = 240) -> Result:
        """The result of a queued prompt, once it is in the history."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            entry = self.request(f"/history/{prompt_id}").get(prompt_id)
            if entry:
                return read_result(entry)
            time.sleep(0.1)
        raise TimeoutError(f"the prompt took more than {seconds} s\n{self.log()}")

    def run(self, graph: Graph) -> Result:
        """Queue and wait; a graph that fails validation gives a result with the reasons."""
        answer = self.queue(graph)
        if "prompt_id" not in answer:
            return Result({}, error=json.dumps(answer))
        result = self.wait(answer["prompt_id"])
        if answer.get("node_errors") and result.error is None:  # other outputs were valid and ran
            return replace(result, error=json.dumps(answer["node_errors"]))
        return result

    def pictures(self, result: Result, node: str) -> list[np.ndarray]:
        """The pictures [H, W, 3] in 0..1 that a SaveImage or PreviewImage node wrote."""
        arrays = []
        for entry in result.outputs[node]["images"]:
            path = self.base / entry["type"] / entry["subfolder"] / entry["filename"]
            with Image.open(path) as picture:
                arrays.append(np.asarray(picture.convert("RGB"), dtype=np.float32) / 255)
        return arrays

    def log(self) -> str:
        return "\n".join((self.base / "server.log").read_text(errors="replace").splitlines()[-60:])

    def add_image(self, name: str, picture: Image.Image) -> str:
        picture.save(self.base / "input" / name)
        return name

    @property
    def models(self) -> Path:
        return self.base / "models" / "styleganex"


def read_result(entry: dict) -> Result:
    result = Result(entry["outputs"])
    for kind, message in entry["status"]["messages"]:
        if kind == "execution_cached":
            result.cached = set(message["nodes"])
        elif kind == "execution_error":
            result.error = message["exception_message"].strip()
        elif kind == "execution_interrupted":
            result.interrupted = True
    return result


def find_comfyui() -> tuple[Path, str]:
    folder = Path(os.environ.get("COMFYUI_DIR") or Path.home() / "ComfyUI")
    if not (folder / "main.py").is_file():
        pytest.skip(
            f"NO COMFYUI: {folder} has no main.py. Set COMFYUI_DIR to a ComfyUI of 0.3.64 or newer "
            "to test the nodes in it.",
            allow_module_level=True,
        )
    choices = [
        os.environ.get("COMFYUI_PYTHON"),
        *(folder / venv / "bin" / "python" for venv in ("venv", ".venv")),
        *(folder / venv / "Scripts" / "python.exe" for venv in ("venv", ".venv")),
    ]
    found = [str(choice) for choice in choices if choice and Path(choice).exists()]
    return folder, found[0] if found else sys.executable


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with run_server(tmp_path_factory.mktemp("comfyui")) as running:
        yield running


@contextmanager
def run_server(base: Path, *arguments: str) -> Iterator[Server]:
    """A ComfyUI with its files in `base`, started with further arguments; stopped at the end."""
    folder, python = find_comfyui()
    for name in (
        "custom_nodes",
        "input",
        "output",
        "temp",
        "user",
        "models/styleganex",
        "elsewhere/faces",
    ):
        (base / name).mkdir(parents=True)
    (base / "custom_nodes" / PACK).symlink_to(REPOSITORY, target_is_directory=True)
    extra = base / "extra.yaml"
    extra.write_text(f"more:\n  base_path: {base / 'elsewhere'}\n  styleganex: faces\n")
    port = free_port()
    command = [python, "main.py", "--cpu", "--listen", "127.0.0.1", "--port", str(port)]
    command += ["--base-directory", str(base), "--user-directory", str(base / "user")]
    command += ["--extra-model-paths-config", str(extra)]
    command += ["--disable-auto-launch", "--disable-api-nodes"]
    command += ["--database-url", "sqlite:///:memory:", *arguments]
    with (base / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=ONE_THREAD | os.environ, stdout=log, stderr=subprocess.STDOUT
        )
    running = Server(base, port, process)
    try:
        with Image.open(EXAMPLE) as picture:
            running.add_image("face.png", picture.resize((128, 128)))
        wait_until_up(running)
        yield running
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_until_up(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            pytest.fail(f"ComfyUI stopped while starting:\n{server.log()}")
        try:
            server.request("/system_stats")
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.3)
            continue
        return
    pytest.fail(f"ComfyUI did not answer within {START_SECONDS} s:\n{server.log()}")


@pytest.fixture(scope="session")
def demo_files() -> dict[str, Path]:
    """The files of the bundled demo models, by name."""
    folder = REPOSITORY / "styleganex_core" / "demo"
    return {path.stem: path for path in folder.glob("*.safetensors")}
