"""The queue command against small servers: spread, broken off, resumed, cancelled."""

from __future__ import annotations

import json
import time

from styleganex_lab.batch.journal import NAME
from styleganex_lab.batch.queue import MAX_LOSSES, Queue

from .runs import (
    GRAPH,
    PATIENT,
    QUICK,
    add_pictures,
    expected,
    in_background,
    queue,
    results,
    wait_for,
)


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
    thread.join(PATIENT)
    assert codes == [0]
    assert results(folder) == expected(*names)
    assert sorted(servers[1].ran) == [f"{name}|0" for name in names]
    lines = [json.loads(line) for line in (folder / "out" / NAME).read_text().splitlines()]
    assert len({line["done"] for line in lines[1:]}) == len(lines) - 1 == len(names)
    assert f"{servers[0].url} does not answer" in capsys.readouterr().err


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
    thread.join(PATIENT)
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
    thread.join(PATIENT)
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
    thread.join(PATIENT)
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
    server.endless = "a"
    thread, codes = in_background(lambda: queue(folder, [server], "--wait", "20"))
    for _ in range(MAX_LOSSES):
        wait_for(lambda: server.runs("a"))
        time.sleep(0.1)  # so that it is seen running
        server.kill()
        time.sleep(0.05)
        server.start()
    thread.join(PATIENT)
    assert codes == [1]
    assert results(folder) == expected("b")
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


def test_ctrl_c_cancels_and_keeps_the_journal(folder, servers, monkeypatch):
    add_pictures(folder, "a", "b", "c")
    server = servers[0]

    hand_out = Queue._hand_out

    def interrupt(queue, sizes):
        hand_out(queue, sizes)
        if queue.done and server.running:
            raise KeyboardInterrupt

    def hold(label):
        return lambda done, total: server.hold.clear()

    monkeypatch.setattr(Queue, "_hand_out", interrupt)
    monkeypatch.setattr("styleganex_lab.__main__.progress_bar", hold)
    assert queue(folder, [server]) == 130
    wait_for(lambda: not server.running and not server.pending)
    ran = len(server.ran)
    assert len(results(folder)) in (ran, ran - 1)
    monkeypatch.undo()
    server.hold.set()
    assert queue(folder, [server]) == 0
    assert results(folder) == expected("a", "b", "c")
