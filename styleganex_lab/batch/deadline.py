"""HTTP connections whose answer's head must be whole within the timeout, however it drips."""

from __future__ import annotations

import socket
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from threading import Event, Timer
from typing import Any
from urllib.request import HTTPHandler, HTTPSHandler, Request


class _InTime(HTTPConnection):
    """The library's own timeout is for each read, of which a head may take very many."""

    def getresponse(self) -> HTTPResponse:
        late, connection = Event(), self.sock

        def end() -> None:
            late.set()
            with suppress(OSError):  # closed by now
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

        timer = Timer(float(self.timeout or 0), end)
        timer.daemon = True
        timer.start()
        try:
            response = super().getresponse()
        finally:
            timer.cancel()
        if late.is_set():
            response.close()
            raise TimeoutError(f"its answer did not begin within {self.timeout:g} s")
        return response


class _SecureInTime(_InTime, HTTPSConnection):
    pass


class HTTPInTime(HTTPHandler):
    def http_open(self, req: Request) -> Any:
        return self.do_open(_InTime, req)


class HTTPSInTime(HTTPSHandler):
    def https_open(self, req: Request) -> Any:
        return self.do_open(_SecureInTime, req)
