"""The live routes answer the editor's own pages and programs, and no page of another site."""

from __future__ import annotations

import socket

import pytest

from ...live_parts import live_part

origin = live_part("origin")
request = live_part("request")


@pytest.mark.parametrize(
    ("scheme", "host", "page"),
    [
        ("http", "127.0.0.1:8188", None),
        ("http", "127.0.0.1:8188", "http://127.0.0.1:8188"),
        ("http", "localhost:8188", "http://localhost:8188"),
        ("http", "[::1]:8188", "http://[::1]:8188"),
        ("http", "192.168.1.7:8188", "http://192.168.1.7:8188"),
        ("http", "studio.local:8188", "http://studio.local:8188"),
        ("http", "Studio:8188", "http://studio:8188"),
        ("http", "studio.localhost", "http://studio.localhost"),
        ("http", f"{socket.gethostname()}:8188", f"http://{socket.gethostname()}:8188"),
        ("http", "comfy.example.org", "https://comfy.example.org"),
        ("http", "comfy.example.org", "https://comfy.example.org:8443"),
        ("https", "comfy.example.org:8188", "https://comfy.example.org:8188"),
    ],
)
def test_own_pages_and_programs_are_let_in(scheme, host, page):
    origin.check_caller(scheme, host, page, opened=False)


@pytest.mark.parametrize(
    ("host", "page"),
    [
        ("127.0.0.1:8188", "null"),
        ("127.0.0.1:8188", ""),
        ("127.0.0.1:8188", "file://"),
        ("127.0.0.1:8188", "chrome-extension://abcdef"),
        ("127.0.0.1:8188", "http://evil.example"),
        ("127.0.0.1:8188", "http://127.0.0.1:9999"),
        ("192.168.1.7:8188", "http://evil.example"),
        ("evil.example:8188", "http://evil.example:8188"),
        ("evil.example:8188", None),
        ("evil.example.:8188", "http://evil.example.:8188"),
        ("127.0.0.1.evil.example:8188", "http://127.0.0.1.evil.example:8188"),
        ("local.example", "http://local.example"),
        ("evillocal.example", "http://evillocal.example"),
        ("evil.example:8188", "https://other.example"),
        ("127.0.0.1:8188", "http://[::1"),
        ("127.0.0.1:99999999", "http://127.0.0.1:99999999"),
        ("", None),
        (None, None),
    ],
)
def test_pages_of_others_are_refused(host, page):
    with pytest.raises(request.NoPicture) as refused:
        origin.check_caller("http", host, page, opened=False)
    assert refused.value.status == 403
    assert "--enable-cors-header" in str(refused.value)


def test_a_server_that_was_opened_takes_other_sites_but_none_without_a_name():
    origin.check_caller("http", "comfy.example", "http://studio.example", opened=True)
    with pytest.raises(request.NoPicture):
        origin.check_caller("http", "127.0.0.1:8188", "null", opened=True)
