"""Workers on loopback: a cluster that is there, processes of our own, and none at all."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import torch
from PIL import Image

import styleganex_core as core
from styleganex_lab import batch
from styleganex_lab.__main__ import main
from styleganex_lab.batch import cluster, feeder, photos
from styleganex_lab.batch.cluster import ClusterSettings, open_cluster
from styleganex_lab.batch.feeder import BESIDE
from styleganex_lab.batch.journal import NAME

from ...tiny import random_vectors, tiny_model
from .runs import PATIENT, add_pictures, expected, in_background, queue, results, wait_for

REPOSITORY = Path(__file__).parents[4]


def done_lines(folder):
    path = folder / NAME
    lines = path.read_text().splitlines() if path.exists() else []
    return [entry for entry in map(json.loads, lines) if "done" in entry]


@pytest.fixture
def dask():
    """Starts dask's own commands, and ends them."""
    with ExitStack() as stack:

        def start(*arguments, **environment):
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments],
                cwd=REPOSITORY,
                env={**os.environ, "PYTHONPATH": str(REPOSITORY), **environment},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        yield start


@pytest.fixture
def scheduler(dask):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    dask("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    return f"tcp://127.0.0.1:{port}"


def start_workers(dask, scheduler, servers, folder):
    arguments = ["--no-nanny", "--no-dashboard", "--nthreads", "2", "--host", "127.0.0.1"]
    arguments += ["--local-directory", str(folder / "scratch")]
    return [dask("worker", scheduler, *arguments, **{BESIDE: server.url}) for server in servers]


@pytest.mark.slow
def test_a_worker_killed_midway_loses_and_doubles_nothing(folder, servers, dask, scheduler):
    names = [f"p{number:02}" for number in range(10)]
    add_pictures(folder, *names)
    for server in servers:
        server.hold.clear()
    workers = start_workers(dask, scheduler, servers, folder)
    more = ["--scheduler", scheduler, "--wait", str(PATIENT)]
    thread, codes = in_background(lambda: queue(folder, [], *more))
    wait_for(lambda: all(server.running and server.pending for server in servers))
    workers[0].send_signal(signal.SIGKILL)
    servers[1].hold.set()
    thread.join(PATIENT)
    assert codes == [0]
    assert results(folder) == expected(*names)
    assert sorted(servers[1].ran) == [f"{name}|0" for name in names]
    assert len({line["done"] for line in done_lines(folder / "out")}) == len(names)
    assert len(done_lines(folder / "out")) == len(names)
    assert {line["server"] for line in done_lines(folder / "out")} == {servers[1].url}


@pytest.mark.slow
def test_results_travel_where_no_disk_is_shared(folder, servers, dask, scheduler, monkeypatch):
    """The fake folder of the workers is another, as on another machine."""
    add_pictures(folder, "a", "b")
    start_workers(dask, scheduler, servers[:1], folder)

    class Elsewhere(batch.command.ResultFolder):
        def __reduce__(self):
            return batch.command.ResultFolder, (self.path / "elsewhere", self.work)

    monkeypatch.setattr(batch.command, "ResultFolder", Elsewhere)
    more = ["--scheduler", scheduler, "--wait", str(PATIENT)]
    assert queue(folder, [], *more) == 0
    assert results(folder) == expected("a", "b")


def test_results_too_large_to_travel_are_refused(folder, servers, monkeypatch, capsys):
    add_pictures(folder, "a")
    monkeypatch.setattr(feeder, "CARRIED", 2)
    monkeypatch.setattr(batch.orders.ResultFolder, "is_here", lambda self: False)
    assert queue(folder, servers[:1]) == 1
    assert results(folder) == {}
    assert "--out on a disk that all machines share" in capsys.readouterr().err


def test_a_name_too_long_fails_alone_where_results_travel(folder, servers, monkeypatch, capsys):
    add_pictures(folder, "a")
    (folder / "images" / f"{'x' * 248}.png").write_text("b")
    monkeypatch.setattr(batch.orders.ResultFolder, "is_here", lambda self: False)
    assert queue(folder, servers[:1]) == 1
    assert results(folder) == expected("a")
    assert "File name too long" in capsys.readouterr().err


@pytest.mark.slow
def test_what_nobody_expected_ends_its_item_alone(faces, without_dask, monkeypatch, capsys):
    draw = photos.Retoucher._draw

    def fail_once(hand, model, photo):
        monkeypatch.setattr(photos.Retoucher, "_draw", draw)
        raise RuntimeError("no kernel image")

    monkeypatch.setattr(photos.Retoucher, "_draw", fail_once)
    with Image.open(faces / "faces" / "face 0.png") as face:
        for number in range(2):
            face.resize((32, 32)).save(faces / "faces" / f"face {number}.png")
    long = faces / "faces" / f"{'x' * 248}.png"
    (faces / "faces" / "face 1.png").rename(long)
    assert run_photos(faces, "super-resolve") == 1
    said = capsys.readouterr().err
    assert "failed: face 0.png: RuntimeError: no kernel image" in said
    assert "File name too long" in said
    long.rename(faces / "faces" / "face 1.png")
    assert run_photos(faces, "super-resolve") == 0


def test_no_scheduler_is_a_sentence(folder, capsys, monkeypatch):
    monkeypatch.setattr(batch.cluster, "CONNECT_SECONDS", 0.5)
    add_pictures(folder, "a")
    assert queue(folder, [], "--scheduler", "tcp://127.0.0.1:9") == 2
    assert "cannot reach the scheduler tcp://127.0.0.1:9" in capsys.readouterr().err
    assert queue(folder, [], "--scheduler", "http://x") == 2
    assert "expected a scheduler such as" in capsys.readouterr().err


@pytest.fixture
def without_dask(monkeypatch):
    monkeypatch.delattr(batch, "cluster", raising=False)
    monkeypatch.delitem(sys.modules, "styleganex_lab.batch.cluster", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)


def test_old_command_lines_work_without_dask(folder, servers, without_dask, capsys):
    names = ["a", "bad", "c", "d"]
    add_pictures(folder, *names)
    servers[0].hold.clear()
    thread, codes = in_background(lambda: queue(folder, servers))
    wait_for(lambda: servers[0].running)
    servers[0].kill()
    thread.join(PATIENT)
    assert codes == [1]
    assert results(folder) == expected("a", "c", "d")
    said = capsys.readouterr().err
    assert "one server at a time" in said and 'pip install -e ".[cluster]"' in said
    assert "failed: bad.png: node 2 (Sample)" in said
    (folder / "images" / "bad.png").unlink()
    assert queue(folder, servers[1:]) == 0


def test_ctrl_c_without_dask_cancels_what_runs(folder, servers, without_dask, monkeypatch):
    add_pictures(folder, "a")
    server = servers[0]
    server.hold.clear()

    def interrupt(*_):
        if server.running:
            raise KeyboardInterrupt

    monkeypatch.setattr(feeder.Feeder, "_look_ahead", interrupt)
    assert queue(folder, [server]) == 130
    wait_for(lambda: not server.running and not server.pending)
    assert results(folder) == {}


@pytest.mark.parametrize(
    "more", [["--scheduler", "tcp://127.0.0.1:9"], ["--dashboard"], ["--resources", "GPU=1"]]
)
def test_what_needs_dask_says_how_to_install_it(folder, without_dask, capsys, more):
    add_pictures(folder, "a")
    assert queue(folder, [], *more) == 2
    assert 'python -m pip install -e ".[cluster]"' in capsys.readouterr().err


@pytest.fixture
def faces(tmp_path):
    (tmp_path / "faces").mkdir()
    face = core.to_pil(core.example_image("astronaut_portrait")).reduce(2)
    for number in range(2):
        face.save(tmp_path / "faces" / f"face {number}.png")
    return tmp_path


@pytest.fixture(scope="module")
def model_file(tmp_path_factory):
    """A model as large as the bundled ones and of few channels."""
    model = tiny_model(256)
    model.edit_vectors = random_vectors(model, "glasses")
    path = tmp_path_factory.mktemp("model") / "tiny.safetensors"
    core.save_model(model, path, dtype=torch.float32)
    return path


def run_photos(folder, *arguments):
    kind, *more = arguments
    places = ["--images", str(folder / "faces"), "--out", str(folder / "out")]
    return main(["queue", kind, *places, *more])


def test_a_folder_is_edited_as_the_core_edits(faces, without_dask, model_file):
    assert run_photos(faces, "edit", "--edit", "glasses=2", "--model", str(model_file)) == 0
    photo = core.load_image(faces / "faces" / "face 1.png")
    model = core.load_model(model_file)
    wanted = core.to_pil(core.edit_photo(photo, {"glasses": 2}, model=model))
    assert wanted.tobytes() != core.to_pil(photo).tobytes()
    with Image.open(faces / "out" / "face 1_edit.png") as edited:
        assert edited.tobytes() == wanted.tobytes()
    assert len(list((faces / "out").iterdir())) == 3, "two results and the journal"


@pytest.mark.slow
def test_a_folder_is_toonified_and_enlarged(faces, without_dask, capsys):
    (faces / "faces" / "face 1.png").unlink()
    assert run_photos(faces, "toonify") == 0
    photo = core.load_image(faces / "faces" / "face 0.png")
    drawn = core.load_image(faces / "out" / "face 0_toonify.png")
    assert drawn.shape == photo.shape
    change = (drawn - photo).abs().mean(dim=1)
    assert (change > 0.3).float().mean() > 0.003, "a toon has black lines where skin was"
    with Image.open(faces / "faces" / "face 0.png") as face:
        face.resize((48, 48)).save(faces / "faces" / "face 0.png")
    assert run_photos(faces, "super-resolve", "--out", str(faces / "large")) == 0
    assert core.load_image(faces / "large" / "face 0_super-resolve.png").shape[-2:] == (192, 192)
    more = ["--factor", "8", "--out", str(faces / "large")]
    assert run_photos(faces, "super-resolve", *more) == 2
    assert "results of another graph" in capsys.readouterr().err


def test_photos_that_cannot_be_are_named_and_the_rest_done(faces, without_dask, model_file, capsys):
    (faces / "faces" / "none.png").write_text("no picture")
    assert run_photos(faces, "toonify", "--model", str(model_file)) == 1
    assert "failed: none.png: none.png is not a picture" in capsys.readouterr().err
    assert len(done_lines(faces / "out")) == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["edit"], "give the strengths"),
        (["edit", "--edit", "grin=1"], "has no edit 'grin'"),
        (["edit", "--edit", "smile=1", "--seeds", "0-9"], "--seeds is not for edit"),
        (["toonify", "--edit", "smile=1"], "--edit is not for toonify"),
        (["toonify", "--model", "missing.pt"], "missing.pt"),
        (["super-resolve", "--resources", "GPU"], "expected a resource such as GPU=1"),
        (["toonify", "--workers", "2"], "this needs workers"),
        (["toonify", "--workers", "0"], "--workers"),
    ],
)
def test_photo_command_lines_that_cannot_be(faces, without_dask, arguments, sentence, capsys):
    assert run_photos(faces, *arguments) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.slow
def test_a_process_killed_midway_loses_and_doubles_nothing(faces):
    """Two workers of our own; one is killed once the first photo is done."""
    with Image.open(faces / "faces" / "face 0.png") as face:
        small = face.resize((32, 32))
    for number in range(6):
        small.save(faces / "faces" / f"face {number}.png")
    codes = []
    before = set(psutil.Process().children(recursive=True))
    arguments = ["super-resolve", "--workers", "2"]
    thread = threading.Thread(target=lambda: codes.append(run_photos(faces, *arguments)))
    thread.start()
    wait_for(lambda: done_lines(faces / "out"))
    for process in set(psutil.Process().children(recursive=True)) - before:
        if any("spawn_main" in word for word in process.cmdline()):
            process.kill()
            break
    thread.join(PATIENT)
    assert codes == [0]
    lines = done_lines(faces / "out")
    assert len({line["done"] for line in lines}) == len(lines) == 6
    assert len(list((faces / "out").glob("*_super-resolve.png"))) == 6


def test_workers_of_our_own_take_turns_at_the_gpus(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    job = photos.PhotoJob(photos.PhotoWork("toonify"), photos.ResultFolder(tmp_path, "x"), 4)
    assert [job.hire(number)._device.index for number in range(4)] == [0, 1, 0, 1]
    assert job.hire(None)._device.index == 0


@pytest.mark.slow
def test_our_own_workers_listen_to_this_machine_alone(tmp_path):
    """And those in processes of their own only to who has the certificate of this run."""
    out = photos.ResultFolder(tmp_path, "x")
    graph = feeder.GraphJob({}, [], [], ("http://127.0.0.1:9",), out, feeder.Patience())
    for job in (graph, photos.PhotoJob(photos.PhotoWork("toonify"), out)):
        with open_cluster(job, ClusterSettings(), print) as cluster:
            (place,) = cluster.places()
            assert place.startswith("tls://127.0.0.1:" if job.in_processes else "inproc://")
            me = psutil.Process()
            sockets = [
                socket
                for process in (me, *me.children(recursive=True))
                for socket in process.net_connections()
                if socket.status == psutil.CONN_LISTEN
            ]
            assert sockets and {socket.laddr.ip for socket in sockets} == {"127.0.0.1"}


@pytest.mark.parametrize("given", ["8", None])
def test_workers_share_the_threads_that_the_user_set(monkeypatch, given):
    """Whatever the environment says, and again in the next run of the same process."""
    seen = []

    class Cluster:
        def __init__(self, **_: object) -> None:
            seen.append([os.environ.get(f"{name}_NUM_THREADS") for name in ("OMP", "MKL")])

        def __enter__(self) -> Cluster:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    if given:
        monkeypatch.setenv("OMP_NUM_THREADS", given)
    monkeypatch.setattr(cluster, "LocalCluster", Cluster)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    for workers in (1, 2):
        job = SimpleNamespace(places=range(workers), depth=1, in_processes=False)
        with cluster._start(job, ClusterSettings()):
            pass
    assert seen == [["8", "8"], ["4", "4"]]
    assert os.environ.get("OMP_NUM_THREADS") == given and "MKL_NUM_THREADS" not in os.environ
