"""One ordinary ComfyUI server over its HTTP API, with nothing but the standard library.

What a server says is data: file names only travel back to that server, never into a local path.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable, Iterator
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    OpenerDirector,
    Request,
)

from styleganex_core.errors import StyleGANEXError

from .answers import File, list_files, read_failure, read_refusal
from .deadline import HTTPInTime, HTTPSInTime
from .graph import Graph

DEFAULT_URL = "http://127.0.0.1:8188"
UPLOAD_FOLDER = "styleganex_queue"  # inside the server's input folder
PIECE_BYTES = 1 << 18
LARGEST_ANSWER = 1 << 26  # bytes of JSON
LARGEST_FILE = 1 << 33  # bytes of a result
SLOWEST = 1024  # bytes a second of a file, below which a server counts as gone
ANSWER_SECONDS = 30.0  # a server busy with a big model may take its time
GONE = {502, 503, 504}  # what a proxy says when the server behind it is away
ITEM_CODES = {400, 404, 413, 422, 500}  # the server works, this item does not


class ServerGoneError(StyleGANEXError):
    """The server does not answer; it may come back."""


class ServerUnfitError(StyleGANEXError):
    """The server answers, but cannot do this work."""


class ItemError(StyleGANEXError):
    """The server refused or failed this item; the message is its sentence."""


class ComfyServer:
    """Requests to the server at `url`; each either answers or raises one of the three errors."""

    def __init__(self, url: str, seconds: float = ANSWER_SECONDS) -> None:
        self.url = check_url(url)
        self._seconds = seconds
        self._client = uuid.uuid4().hex  # keeps our progress out of browsers open on the server
        # No proxies, no redirects, no file: or ftp: addresses.
        self._opener = OpenerDirector()
        for handler in (HTTPInTime, HTTPSInTime, HTTPDefaultErrorHandler, HTTPErrorProcessor):
            self._opener.add_handler(handler())

    def missing_nodes(self, kinds: Iterable[str]) -> list[str]:
        """Those of the node kinds that the server does not have."""
        return [
            kind for kind in kinds if kind not in self._ask(f"/object_info/{quote(kind, safe='')}")
        ]

    def upload(self, name: str, content: bytes) -> str:
        """Put a picture into the input folder; returns the name that LoadImage takes."""
        fields = {"type": "input", "subfolder": UPLOAD_FOLDER, "overwrite": "true"}
        body, kind = _form(fields, name, content)
        answer = self._ask("/upload/image", body, kind, about_item=True)
        folder, stored = answer.get("subfolder"), answer.get("name")
        if not isinstance(stored, str) or not isinstance(folder, str):
            raise ServerUnfitError(f"{self.url} did not say where it put {name}.")
        return f"{folder}/{stored}" if folder else stored

    def queue(self, graph: Graph, prompt: str) -> None:
        """Queue a graph under the id `prompt`."""
        payload = {"prompt": graph, "prompt_id": prompt, "client_id": self._client}
        try:
            answer = self._post("/prompt", payload, about_item=True)
        except _RefusalError as refusal:
            raise ItemError(read_refusal(graph, refusal.answer) or str(refusal)) from refusal
        if answer.get("prompt_id") != prompt:
            raise ServerUnfitError(
                f"{self.url} did not keep the prompt's id; update its ComfyUI to 0.3.64 or newer."
            )
        if answer.get("node_errors"):  # the server would leave out the outputs behind them
            self.cancel([prompt])
            raise ItemError(read_refusal(graph, answer))

    def known(self) -> set[str]:
        """The ids of all prompts that run or wait."""
        return self._prompts("queue_running", "queue_pending")

    def result(self, graph: Graph, prompt: str) -> list[File] | None:
        """The files of a prompt that has ended, None while it has not; ItemError if it failed."""
        entry = self._ask(f"/history/{quote(prompt, safe='')}").get(prompt)
        if not isinstance(entry, dict):
            return None
        status = entry.get("status")
        if isinstance(status, dict) and status.get("status_str") == "error":
            raise ItemError(read_failure(graph, status.get("messages")))
        return list_files(entry.get("outputs"))

    def fetch(self, file: File) -> Iterator[bytes]:
        """A file's content, piece by piece."""
        query = {"filename": file.name, "subfolder": file.subfolder, "type": file.folder}
        request = Request(f"{self.url}/view?{urlencode(query)}")
        got = 0
        try:
            with self._open(request, about_item=True) as response:
                started = time.monotonic()
                while piece := response.read1(PIECE_BYTES):
                    got += len(piece)
                    self._check_pace(got, time.monotonic() - started)
                    if got > LARGEST_FILE:
                        raise ServerUnfitError(
                            f"{self.url} sends an endless file; the limit is {LARGEST_FILE} bytes."
                        )
                    yield piece
                expected = response.headers.get("Content-Length", str(got))
        except (HTTPException, OSError) as error:
            raise self._gone(error) from error
        if expected != str(got):  # reading in pieces does not notice a connection that broke off
            raise self._gone(f"it sent {got} of {expected} bytes")

    def cancel(self, prompts: Iterable[str]) -> None:
        """Take prompts out of the queue, or stop them where they run."""
        ids = set(prompts)
        if ids:
            self._post("/queue", {"delete": sorted(ids)})
            for prompt in sorted(ids & self._prompts("queue_running")):
                self._post("/interrupt", {"prompt_id": prompt})

    def _prompts(self, *lists: str) -> set[str]:
        """The prompts' ids in lists of the queue, in one look: they move between the lists."""
        answer = self._ask("/queue")
        try:
            return {str(entry[1]) for name in lists for entry in answer[name]}
        except (KeyError, IndexError, TypeError) as error:
            raise ServerUnfitError(
                f"{self.url} did not answer /queue as a ComfyUI does."
            ) from error

    def _post(self, path: str, payload: dict[str, Any], about_item: bool = False) -> dict[str, Any]:
        return self._ask(path, json.dumps(payload).encode(), "application/json", about_item)

    def _ask(
        self,
        path: str,
        body: bytes | None = None,
        kind: str | None = None,
        about_item: bool = False,
    ) -> dict[str, Any]:
        """The answer to GET, or to POST of a body; an empty one is {}."""
        request = Request(self.url + path, body, {"Content-Type": kind} if kind else {})
        try:
            with self._open(request, about_item) as response:
                content = self._read_all(response)
        except (HTTPException, OSError) as error:
            raise self._gone(error) from error
        answer = _parse(content or b"{}")
        if answer is None:
            raise ServerUnfitError(f"{self.url} did not answer {path} as a ComfyUI does.")
        return answer

    def _open(self, request: Request, about_item: bool = False) -> Any:
        """The open response; a refusal is the item's fault only where the request is about one."""
        try:
            return self._opener.open(request, timeout=self._seconds)
        except HTTPError as error:
            sentence = f"HTTP {error.code} {error.reason}".strip()
            if error.code in GONE:
                raise self._gone(sentence) from error
            if not about_item or error.code not in ITEM_CODES:
                raise ServerUnfitError(
                    f"{self.url} does not respond as a ComfyUI does: {sentence}."
                ) from error
            raise _RefusalError(sentence, _parse(error.read(LARGEST_ANSWER)) or {}) from error
        except URLError as error:
            raise self._gone(error.reason) from error
        except UnicodeError as error:  # a host name that no name server could know
            raise self._gone(error) from error

    def _read_all(self, response: Any) -> bytes:
        """The body of an answer in JSON, within the usual time and size."""
        content = bytearray()
        end = time.monotonic() + self._seconds
        while piece := response.read1(PIECE_BYTES):
            content += piece
            if len(content) > LARGEST_ANSWER:
                raise ServerUnfitError(
                    f"{self.url} answers with more than {LARGEST_ANSWER} bytes, which no ComfyUI "
                    "does."
                )
            if time.monotonic() > end:
                raise self._gone(f"its answer was not complete after {self._seconds:g} s")
        return bytes(content)

    def _check_pace(self, got: int, seconds: float) -> None:
        """Raises ServerGoneError when a file only drips."""
        if seconds > self._seconds and got < SLOWEST * seconds:
            raise self._gone(f"it sent {got} bytes in {seconds:.0f} s")

    def _gone(self, reason: object) -> ServerGoneError:
        return ServerGoneError(f"{self.url} does not answer ({reason}).")


class _RefusalError(ItemError):
    """An HTTP status that is about the item, and what came with it."""

    def __init__(self, sentence: str, answer: dict[str, Any]) -> None:
        super().__init__(sentence)
        self.answer = answer


def check_url(url: str) -> str:
    """The server's address without a trailing slash; refuses what is no plain http(s) address."""
    try:
        parts = urlsplit(url)
        plain = parts.scheme in ("http", "https") and parts.port != 0 and parts.username is None
        fits = plain and bool(parts.hostname) and url.isascii() and not set("?# ") & set(url)
    except ValueError as error:
        raise StyleGANEXError(f'expected a server such as {DEFAULT_URL}, got "{url}".') from error
    if not fits:
        raise StyleGANEXError(f'expected a server such as {DEFAULT_URL}, got "{url}".')
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def _parse(content: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _form(fields: dict[str, str], name: str, content: bytes) -> tuple[bytes, str]:
    """A multipart body with one picture, and its content type; `name` is plain ASCII."""
    boundary = uuid.uuid4().hex
    head = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    )
    head += f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="{name}"\r\n'
    head += "Content-Type: application/octet-stream\r\n\r\n"
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"
