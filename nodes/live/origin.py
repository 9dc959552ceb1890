"""Who may call the live routes: the editor's own pages, and programs that are no pages.

A page of another site can send a request here in two ways that ComfyUI's own comparison lets
through: without a name (a sandboxed frame, `Origin: null`), and from a name that its owner points
at this machine (DNS rebinding), where Host and Origin agree. A name that only this machine or its
network knows cannot be pointed here by strangers, and neither can a page that came by TLS.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from .request import NoPicture

# Endings that no public name has: RFC 6761, 6762, 8375 and ICANN's `internal`; `lan`, `home` and
# `localdomain` are what routers hand out.
LOCAL_ENDINGS = ("localhost", "local", "home.arpa", "internal", "lan", "home", "localdomain")


def check_caller(scheme: str, host: str | None, origin: str | None, *, opened: bool) -> None:
    """Raises NoPicture for a page that is not this server's own.

    `scheme` is how the request came, `host` and `origin` its headers; `opened` says that ComfyUI
    was started with --enable-cors-header, for proxies and other sites.
    """
    name, port = _split(f"{scheme}://{host or ''}")
    came = urlsplit("") if origin is None else _parse(origin)
    if origin is not None and (came.scheme not in ("http", "https") or not came.hostname):
        raise _refuse("the request does not say which page it comes from")
    if opened:
        return
    if origin is not None:
        page_name, page_port = _split(origin)
        if page_name != name or (port and page_port and port != page_port):
            raise _refuse("the page belongs to another site")
    if not name or not (is_local(name) or "https" in (scheme, came.scheme)):
        raise _refuse("this server does not answer to that host name")


def is_local(name: str) -> bool:
    """Whether a host name is an address, or one that only this machine or its network knows."""
    try:
        ipaddress.ip_address(name.split("%")[0])
        return True
    except ValueError:
        pass
    own = socket.gethostname().lower()
    return "." not in name or name == own or name.endswith(tuple(f".{e}" for e in LOCAL_ENDINGS))


def _split(url: str) -> tuple[str, int | None]:
    parts = _parse(url)
    try:
        return (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "", None


def _parse(url: str):
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _refuse(reason: str) -> NoPicture:
    return NoPicture(
        403,
        "invalid",
        f"{reason}. Open the editor by this machine's address or over https; behind a proxy start "
        "ComfyUI with --enable-cors-header and the proxy's address.",
    )
