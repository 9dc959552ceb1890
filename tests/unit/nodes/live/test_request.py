"""The live routes take the documented fields in their ranges and nothing else."""

from __future__ import annotations

import json

import pytest

from ...live_parts import live_part

request = live_part("request")
HANDLE = "abcdefghijklmnopqrstuvwx"
NAN = json.loads("NaN")


def test_a_request_is_read():
    body = {"handle": HANDLE, "strengths": "smile: 1.5, age: 0, Hat: -2", "side": 256}
    read = request.read_picture_request(body)
    assert read == request.PictureRequest(HANDLE, (("hat", -2.0), ("smile", 1.5)), "all", 256)


def test_order_spelling_and_zeros_make_no_difference():
    def read(strengths: str):
        return request.read_picture_request({"handle": HANDLE, "strengths": strengths})

    assert read("smile: 1, age: 2.0") == read("age: 2, Smile: 1.00, hat: 0")
    assert read("") == read("smile: 0")


def test_strengths_of_faces_are_read_in_one_order_and_keep_their_zeros():
    def read(text: str):
        body = {"handle": HANDLE, "face_strengths": text, "face": 2}
        return request.read_picture_request(body)

    assert read("[2] Smile: 0; [1] b: 1, a: 2; [3]").face_strengths == (
        (1, (("a", 2.0), ("b", 1.0))),
        (2, (("smile", 0.0),)),
    )
    assert read("").face == 2 and read("") == read("[1]")


@pytest.mark.parametrize(
    "change",
    [
        {"handle": None},
        {"handle": 5},
        {"handle": ["a"]},
        {"handle": "short"},
        {"handle": "../../etc/passwd/etc/passwd"},
        {"handle": HANDLE + "é"},
        {"handle": "a" * 65},
        {"strengths": None},
        {"strengths": {"smile": 1}},
        {"strengths": "smile"},
        {"strengths": "smile: nan"},
        {"strengths": "smile: inf"},
        {"strengths": "smile: 1e9"},
        {"strengths": "smile: 1, smile: 2"},
        {"strengths": "a: 1," * 2000},
        {"layers": 3},
        {"layers": "0," * 200},
        {"side": 31},
        {"side": 1025},
        {"side": 256.0},
        {"side": NAN},
        {"side": True},
        {"side": "256"},
        {"side": 10**30},
        {"face": -1},
        {"face": 100},
        {"face": 1.0},
        {"face": True},
        {"face": "1"},
        {"face_strengths": {"1": "smile: 1"}},
        {"face_strengths": "smile: 1"},
        {"face_strengths": "[1] smile: 1; [1] age: 1"},
        {"face_strengths": "[1] smile: 99"},
        {"face_strengths": "[1] a: 1," * 1000},
        {"extra": 1},
    ],
    ids=lambda change: json.dumps(change)[:40],
)
def test_anything_else_is_refused_with_a_sentence(change):
    body = {"handle": HANDLE, "strengths": "smile: 1", "layers": "all", "side": 256} | change
    with pytest.raises(request.NoPicture) as refused:
        request.read_picture_request(body)
    assert refused.value.status == 400
    assert refused.value.as_json()["type"] == "invalid"
    assert len(str(refused.value)) > 15


@pytest.mark.parametrize("body", [None, 1, "text", [], [HANDLE], {}])
def test_a_body_is_an_object_with_a_handle(body):
    with pytest.raises(request.NoPicture):
        request.read_picture_request(body)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"handles": HANDLE},
        {"handles": [1]},
        {"handles": [HANDLE] * 65},
        {"handles": [HANDLE], "replaced": 1},
        {"handles": [HANDLE], "else": True},
    ],
)
def test_a_release_is_checked_too(body):
    with pytest.raises(request.NoPicture):
        request.read_release(body)


def test_a_release_is_read():
    assert request.read_release({"handles": [HANDLE]}) == ([HANDLE], False)
    assert request.read_release({"handles": [], "replaced": True}) == ([], True)


def test_a_handle_nobody_knows_is_turned_away_before_anything_is_read():
    def refuse(handle: str) -> None:
        raise request.NoPicture(202, "gone", f"{handle} is gone.")

    with pytest.raises(request.NoPicture) as refused:
        request.read_picture_request({"handle": HANDLE, "strengths": "nonsense"}, check=refuse)
    assert refused.value.kind == "gone"
