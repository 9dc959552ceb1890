"""What a queue refuses: names, files, servers and command lines that cannot be."""

from __future__ import annotations

import pytest

from .runs import PATIENT, add_pictures, expected, in_background, queue, results, wait_for


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
    thread.join(PATIENT)
    assert codes == [0]
    assert results(folder) == expected(*names)
    assert "HTTP 401" in capsys.readouterr().err


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
