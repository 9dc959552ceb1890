"""Which runs a queue has, what their results are called, and the journal that outlives a break."""

from __future__ import annotations

import pytest

from styleganex_core import StyleGANEXError
from styleganex_lab.batch.answers import File
from styleganex_lab.batch.items import Item, list_items, list_pictures, list_skipped, name_results
from styleganex_lab.batch.journal import NAME, Journal


def make_pictures(folder, *names):
    for name in names:
        (folder / name).write_text(name)
    return folder


def test_every_picture_with_every_seed(tmp_path):
    folder = make_pictures(tmp_path, "b.png", "a.JPG", "notes.txt", ".hidden.png")
    items = list_items(folder, [4, 2], "graph")
    assert [item.name for item in items] == [
        "a.JPG, seed 4",
        "a.JPG, seed 2",
        "b.png, seed 4",
        "b.png, seed 2",
    ]
    assert len({item.key for item in items}) == 4
    assert [item.stem for item in list_items(None, [0], "graph")] == ["graph"]


def test_the_key_follows_name_content_and_seed(tmp_path):
    folder = make_pictures(tmp_path, "a.png")
    before = list_items(folder, None, "g")[0].key
    assert list_items(folder, None, "other")[0].key == before
    (folder / "a.png").write_text("changed")
    assert list_items(folder, None, "g")[0].key != before


def test_shared_stems_are_told_apart(tmp_path):
    pictures = list_pictures(make_pictures(tmp_path, "a.png", "A.jpg", "b.png"))
    assert sorted(picture.stem for picture in pictures) == ["A-jpg", "a-png", "b"]
    make_pictures(tmp_path, "b.gif", "b-png.gif")
    with pytest.raises(StyleGANEXError, match="rename one"):
        list_pictures(tmp_path)


def test_folders_without_pictures_are_refused(tmp_path):
    with pytest.raises(StyleGANEXError, match="holds no picture"):
        list_pictures(tmp_path)
    with pytest.raises(StyleGANEXError, match=r"cannot read .*: No such file"):
        list_pictures(tmp_path / "nothing")


def test_upload_names_are_plain(tmp_path):
    make_pictures(tmp_path, 'äö "x"\r.PNG', "女.png")
    names = [picture.upload_name for picture in list_pictures(tmp_path)]
    assert all(name.isascii() and name.endswith(".png") for name in names)
    assert names[0].startswith("x-") and names[1].startswith("picture-")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("ComfyUI_00001_.png", "face_9_seed3_01.png"),
        ("../../etc/passwd", "face_9_seed3_01.bin"),
        ("..\\..\\x.PNG", "face_9_seed3_01.png"),
        ("a.png/../../b", "face_9_seed3_01.bin"),
        ("x.png\0", "face_9_seed3_01.bin"),
        ("clip.webm", "face_9_seed3_01.webm"),
    ],
)
def test_names_come_from_us_alone(theirs, ours):
    item = Item("face", seed=3)
    assert name_results(item, [File("9", theirs, "..", "output")]) == [ours]


def test_results_of_a_node_are_numbered():
    files = [File(node, "x.png", "", "output") for node in ("9", "9", "3:1", "../3_1")]
    assert name_results(Item("face"), files) == [
        "face_9_01.png",
        "face_9_02.png",
        "face_3-1_01.png",
        "face_-3-1_01.png",
    ]


def test_the_journal_remembers(tmp_path):
    with Journal(tmp_path / "out", "graph one") as journal:
        (tmp_path / "out" / "a.png").write_text("picture")
        journal.add_done("key a", "a", ["a.png"], "server")
        journal.add_done("key b", "b", ["lost.png"], "server")
        journal.add_failed("key c", "c", "why")
    with (tmp_path / "out" / NAME).open("ab") as file:
        file.write(b'{"done": "key d", "fil')  # cut off by a break
    for _ in range(2):
        with Journal(tmp_path / "out", "graph one") as journal:
            assert [journal.holds(f"key {key}") for key in "abcd"] == [True, False, False, False]
            journal.add_done("key e", "e", [], "server")
    with Journal(tmp_path / "out", "graph one") as journal:
        assert journal.holds("key e")


def test_a_journal_of_another_graph_is_refused(tmp_path):
    Journal(tmp_path, "one").__exit__(None, None, None)
    with pytest.raises(StyleGANEXError, match="results of another graph"):
        Journal(tmp_path, "two")
    (tmp_path / NAME).write_bytes(b"\x00 something else")
    with pytest.raises(StyleGANEXError, match="not a journal of this command"):
        Journal(tmp_path, "two")


def test_two_queues_do_not_share_a_folder(tmp_path):
    with Journal(tmp_path, "one"), pytest.raises(StyleGANEXError, match="another queue"):
        Journal(tmp_path, "one")


def test_every_kind_of_picture_that_pillow_reads_is_taken_and_the_rest_is_named(tmp_path):
    from PIL import Image, features

    folder = make_pictures(tmp_path, "a.jfif", "b.JPE", "c.avif", "d.heic", "e.txt", ".hidden")
    taken = [picture.path.name for picture in list_pictures(folder)]
    assert {"a.jfif", "b.JPE"} <= set(taken)
    assert ("c.avif" in taken) == features.check("avif")
    assert ("d.heic" in taken) == (Image.registered_extensions().get(".heic") in Image.OPEN)
    assert sorted(taken + list_skipped(folder)) == ["a.jfif", "b.JPE", "c.avif", "d.heic", "e.txt"]


@pytest.mark.parametrize(
    "suffix", [".sh", ".exe", ".py", ".html", ".svg", ".bat", ".lnk", ".PNG.sh"]
)
def test_a_server_does_not_choose_what_a_system_would_run(suffix):
    (name,) = name_results(Item("a"), [File("9", "result" + suffix, "", "output")])
    assert name == "a_9_01.bin"


@pytest.mark.parametrize("suffix", [".png", ".MP4", ".safetensors", ".jfif"])
def test_ordinary_results_keep_their_suffix(suffix):
    (name,) = name_results(Item("a"), [File("9", "result" + suffix, "", "output")])
    assert name == "a_9_01" + suffix.lower()
