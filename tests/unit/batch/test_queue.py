"""The queue command against small servers: spread, broken off, resumed, refused, cancelled."""

from __future__ import annotations

import json
import threading
import time

import pytest

from styleganex_core.__main__ import main
from styleganex_core.batch import command
from styleganex_core.batch.journal import NAME
from styleganex_core.batch.queue import MAX_LOSSES, Patience

from .fake_server import FakeServer

QUICK = Patience(poll=0.01, lost_after=0.15, retry=0.05)
GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "face.png"}},
    "2": {"class_type": "Sample", "inputs": {"image": ["1", 0], "seed": 0}},
    "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0]}, "_meta": {"title": "Save"}},
}


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
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_work_is_spread_and_each_item_done_once(folder, servers):
    names = [f"p{number}" for number in range(12)]
    add_pictures(folder, *names)
    assert queue(folder, servers) == 0
    assert results(folder) == expected(*names)
    assert sorted(servers[0].ran + servers[1].ran) == sorted(f"{name}|0" for name in names)
    assert all(len(server.ran) >= 2 and server.most_held <= 2 for server in servers)


def test_pictures_times_seeds_upload_each_picture_once(folder, servers):
    add_pictures(folder, "a", "b")
    assert queue(folder, servers[:1], "--seeds", "0-2") == 0
    assert results(folder) == {
        f"{name}_3_seed{seed}_01.png": f"{name}|{seed}" for name in "ab" for seed in range(3)
    }
    assert servers[0].uploads == ["a", "b"]


def test_seeds_alone(folder, servers):
    graph = {key: GRAPH[key] for key in "23"}
    graph["2"]["inputs"].pop("image")
    (folder / "graph.json").write_text(json.dumps(graph))
    assert queue(folder, servers, "--seeds", "5,7", images=False) == 0
    assert results(folder) == {"graph_3_seed5_01.png": "|5", "graph_3_seed7_01.png": "|7"}


def test_a_server_killed_midway_loses_and_doubles_nothing(folder, servers, capsys):
    names = [f"p{number:02}" for number in range(10)]
    add_pictures(folder, *names)
    servers[0].hold.clear()
    thread, codes = in_background(lambda: queue(folder, servers))
    wait_for(lambda: servers[0].running and servers[0].pending and len(servers[1].ran) >= 2)
    servers[0].kill()
    thread.join(20)
    assert codes == [0]
    assert results(folder) == expected(*names)
    assert sorted(servers[1].ran) == [f"{name}|0" for name in names]
    lines = [json.loads(line) for line in (folder / "out" / NAME).read_text().splitlines()]
    assert len({line["done"] for line in lines[1:]}) == len(lines) - 1 == len(names)
    assert "Items it held go back to the list: 2." in capsys.readouterr().err


def test_a_server_that_comes_back_is_used_again(folder, servers, capsys):
    names = [f"p{number:02}" for number in range(8)]
    add_pictures(folder, *names)
    for server in servers:
        server.hold.clear()
    thread, codes = in_background(lambda: queue(folder, servers))
    wait_for(lambda: all(server.running for server in servers))
    servers[0].kill()
    time.sleep(2 * QUICK.lost_after)
    servers[0].hold.set()
    servers[0].start()
    wait_for(lambda: len(servers[0].ran) == 6)  # the other still holds two
    servers[1].hold.set()
    thread.join(20)
    assert codes == [0]
    assert results(folder) == expected(*names)
    assert sorted(servers[0].ran + servers[1].ran) == [f"{name}|0" for name in names]
    assert f"{servers[0].url} is back." in capsys.readouterr().err


def test_a_quick_restart_forgets_nothing(folder, servers):
    add_pictures(folder, "a", "b", "c")
    servers[0].hold.clear()
    thread, codes = in_background(lambda: queue(folder, servers[:1]))
    wait_for(lambda: servers[0].running and servers[0].pending)
    servers[0].kill()
    servers[0].hold.set()
    servers[0].start()
    thread.join(20)
    assert codes == [0]
    assert results(folder) == expected("a", "b", "c")
    assert sorted(servers[0].ran) == ["a|0", "b|0", "c|0"]


def test_an_answer_that_got_lost_does_not_double_the_work(folder, servers):
    add_pictures(folder, "a", "b")
    servers[0].deaf = True
    assert queue(folder, servers[:1]) == 0
    assert sorted(servers[0].ran) == ["a|0", "b|0"]


def test_all_servers_gone_then_resumed(folder, servers, capsys):
    names = ["a", "b", "c", "d"]
    add_pictures(folder, *names)
    thread, codes = in_background(lambda: queue(folder, servers[:1]))
    wait_for(lambda: servers[0].ran)
    servers[0].hold.clear()
    servers[0].kill()
    thread.join(20)
    assert codes == [1]
    assert "no server is left" in capsys.readouterr().err
    before = results(folder)
    assert queue(folder, servers[1:]) == 0
    assert results(folder) == expected(*names)
    assert len(servers[1].ran) == len(names) - len(before)
    assert queue(folder, servers[1:]) == 0
    assert len(servers[1].ran) == len(names) - len(before)
    (folder / "out" / "b_3_01.png").unlink()
    assert queue(folder, servers[1:]) == 0
    assert results(folder) == expected(*names)


def test_an_item_that_kills_servers_is_given_up(folder, servers, capsys):
    add_pictures(folder, "a", "b")
    server = servers[0]
    server.hold.clear()
    thread, codes = in_background(lambda: queue(folder, [server], "--wait", "20"))
    for _ in range(MAX_LOSSES):
        wait_for(lambda: server.running)
        server.kill()
        time.sleep(0.05)
        server.start()
    server.hold.set()
    thread.join(20)
    assert codes == [1]
    assert len(results(folder)) == 1
    assert f"{MAX_LOSSES} times a server fell silent over it" in capsys.readouterr().err


def test_errors_of_items_do_not_stop_the_rest(folder, servers, capsys):
    add_pictures(folder, "a", "bad", "c", "refused", "e")
    assert queue(folder, servers) == 1
    assert results(folder) == expected("a", "c", "e")
    said = capsys.readouterr().err
    assert "failed: bad.png: node 2 (Sample): the picture [2J is bad.\n" in said
    assert "failed: refused.png: node 1 (LoadImage): Value too small (image)" in said
    (folder / "images" / "bad.png").write_text("good")
    (folder / "images" / "refused.png").unlink()
    assert queue(folder, servers) == 0
    assert results(folder)["bad_3_01.png"] == "good|0"


def test_a_name_too_long_fails_alone(folder, servers, capsys):
    add_pictures(folder, "a")
    (folder / "images" / f"{'x' * 248}.png").write_text("b")
    assert queue(folder, servers) == 1
    assert results(folder) == expected("a")
    assert "File name too long" in capsys.readouterr().err


def test_names_from_the_server_lead_nowhere(folder, servers):
    add_pictures(folder, "a")
    servers[0].file_name = "../../../escaped.png"
    assert queue(folder, servers[:1]) == 0
    assert results(folder) == expected("a")


def test_a_file_cut_off_is_no_result(folder, servers, capsys):
    add_pictures(folder, "a")
    servers[0].cut_files = True
    assert queue(folder, servers[:1]) == 1
    assert results(folder) == {}
    assert "it sent 3 of 103 bytes" in capsys.readouterr().err


def test_servers_that_cannot_are_left_out(folder, servers, capsys):
    add_pictures(folder, "a", "b", "c")
    servers[0].kinds.remove("Sample")
    assert queue(folder, servers) == 0
    assert servers[0].ran == []
    assert f"{servers[0].url} lacks the node Sample" in capsys.readouterr().err
    assert queue(folder, servers[:1], "--seeds", "1", "--out", str(folder / "other")) == 2
    assert "no server to work with" in capsys.readouterr().err


def test_a_server_that_turns_away_midway_is_left_out(folder, servers, capsys):
    names = [f"p{number}" for number in range(8)]
    add_pictures(folder, *names)
    servers[0].hold.clear()
    servers[1].hold.clear()
    thread, codes = in_background(lambda: queue(folder, servers))
    wait_for(lambda: all(server.running for server in servers))
    servers[0].denied = True
    servers[1].hold.set()
    thread.join(20)
    assert codes == [0]
    assert results(folder) == expected(*names)
    assert "HTTP 401" in capsys.readouterr().err


def test_ctrl_c_cancels_and_keeps_the_journal(folder, servers, monkeypatch):
    add_pictures(folder, "a", "b", "c")
    server = servers[0]

    def interrupt(done, total):
        if done == 1:
            server.hold.clear()
            wait_for(lambda: server.running)
            raise KeyboardInterrupt

    monkeypatch.setattr("styleganex_core.__main__._progress_bar", lambda label: interrupt)
    assert queue(folder, [server]) == 130
    wait_for(lambda: not server.running and not server.pending)
    ran = len(server.ran)
    assert len(results(folder)) in (ran, ran - 1)
    monkeypatch.undo()
    server.hold.set()
    assert queue(folder, [server]) == 0
    assert results(folder) == expected("a", "b", "c")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--server", "file:///etc/passwd"], "expected a server such as"),
        (["--server", "http://user:secret@host"], "expected a server such as"),
        (["--server", "http://127.0.0.1:99999"], "expected a server such as"),
        (["--server", "http://127.0.0.1:9"], "does not answer"),
        (["--server", "http://a..b"], "does not answer"),
        (["--seeds", "x"], "expected seeds"),
        (["--set", "9.a=1"], 'no node "9"'),
        (["--image-node", "3"], "takes no picture"),
    ],
)
def test_usage_errors_end_before_any_work(folder, arguments, sentence, capsys):
    add_pictures(folder, "a")
    assert queue(folder, [], *arguments) == 2
    assert sentence in capsys.readouterr().err


def test_a_folder_is_for_one_graph_and_not_the_pictures(folder, servers, capsys):
    add_pictures(folder, "a")
    assert queue(folder, servers) == 0
    assert queue(folder, servers, "--set", "2.seed=9") == 2
    assert "results of another graph" in capsys.readouterr().err
    assert queue(folder, servers, "--out", str(folder / "images")) == 2
    assert queue(folder, servers, images=False) == 2
    assert "nothing to vary" in capsys.readouterr().err
