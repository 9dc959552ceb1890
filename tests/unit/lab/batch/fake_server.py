"""A small ComfyUI stand-in: the same HTTP API, run in threads; its "pictures" are plain text."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Graph = dict[str, dict]
KINDS = {"LoadImage", "Sample", "Decode", "SaveImage"}


class FakeServer:
    """Saves what LoadImage read and the seed as `picture|seed`, after `seconds` of work.

    Pictures with the text "bad" fail, with "refused" do not pass validation. `ran` counts what
    ran to its end, by content.
    """

    def __init__(self, seconds: float = 0.01, port: int = 0) -> None:
        self.seconds = seconds
        self.port = port
        self.kinds = set(KINDS)
        self.file_name = "result_00001_.png"
        self.cut_files = False  # announce more bytes than are sent
        self.denied = False  # answer 401 to everything
        self.deaf = False  # accept the work, then hang up without an answer
        self.endless = ""  # a picture's content over which work never ends
        self.hold = threading.Event()  # work waits for it
        self.hold.set()
        self.ran: list[str] = []
        self.most_held = 0
        self.lock = threading.Lock()  # prompts are in one list at any time
        self.uploads: list[str] = []
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Come up, with an empty memory and, after the first time, on the same port."""
        self.alive = True
        self.inputs: dict[str, str] = {}
        self.pending: list[tuple[str, Graph]] = []
        self.running: list[tuple[str, Graph]] = []
        self.stopped: set[str] = set()
        self.history: dict[str, dict] = {}
        self.outputs: dict[str, str] = {}
        handler = type("Handler", (_Handler,), {"fake": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        self._worker = threading.Thread(target=self._work, daemon=True)
        self._worker.start()

    def kill(self) -> None:
        if self.alive:
            self.alive = False
            self._http.shutdown()
            self._http.server_close()
            self._worker.join()

    def _work(self) -> None:
        while self.alive:
            with self.lock:
                self.running = self.pending[:1]
                self.pending = self.pending[1:]
            if not self.running:
                time.sleep(0.002)
                continue
            prompt, graph = self.running[0]
            deadline = time.monotonic() + self.seconds
            while self.alive and prompt not in self.stopped:
                ready = self.hold.is_set() and not self._is_endless(graph)
                if ready and time.monotonic() >= deadline:
                    break
                time.sleep(0.002)
            if self.alive:
                entry = self._run(prompt, graph)
                with self.lock:
                    self.history[prompt] = entry
                    self.running = []

    def runs(self, content: str) -> bool:
        """Whether a picture of that content runs."""
        return any(content in self._contents(graph) for _, graph in list(self.running))

    def _is_endless(self, graph: Graph) -> bool:
        return bool(self.endless) and self.endless in self._contents(graph)

    def _contents(self, graph: Graph) -> list[str]:
        names = [str(node["inputs"].get("image")) for node in graph.values()]
        return [self.inputs[name] for name in names if name in self.inputs]

    def _run(self, prompt: str, graph: Graph) -> dict:
        loader = next((n for n in graph.values() if n["class_type"] == "LoadImage"), None)
        content = self.inputs[loader["inputs"]["image"]] if loader else ""
        if prompt in self.stopped:
            return _end("error", [["execution_interrupted", {}]])
        if content == "bad":
            data = {"node_id": "2", "exception_message": "the picture\n\x1b[2J is bad.\n"}
            return _end("error", [["execution_error", data]])
        text = f"{content}|{graph['2']['inputs']['seed']}"
        self.ran.append(text)
        self.outputs[prompt] = text
        file = {"filename": self.file_name, "subfolder": prompt, "type": "output"}
        preview = {"filename": "preview.png", "subfolder": "", "type": "temp"}
        return _end("success", [], {"3": {"images": [file, preview]}})


def _end(status: str, messages: list, outputs: dict | None = None) -> dict:
    return {"status": {"status_str": status, "messages": messages}, "outputs": outputs or {}}


class _Handler(BaseHTTPRequestHandler):
    fake: FakeServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        fake, parts = self.fake, urlsplit(self.path)
        if fake.denied:
            return self.answer({}, 401)
        if parts.path.startswith("/object_info/"):
            kind = parts.path.rpartition("/")[2]
            return self.answer({kind: {}} if kind in fake.kinds else {})
        if parts.path == "/queue":
            with fake.lock:
                running = [[0, prompt] for prompt, _ in fake.running]
                pending = [[0, prompt] for prompt, _ in fake.pending]
            return self.answer({"queue_running": running, "queue_pending": pending})
        if parts.path.startswith("/history/"):
            prompt = parts.path.rpartition("/")[2]
            entry = fake.history.get(prompt)
            return self.answer({prompt: entry} if entry else {})
        if parts.path == "/view":
            text = fake.outputs.get(parse_qs(parts.query)["subfolder"][0], "")
            return self.send(text.encode(), 200, len(text) + (100 if fake.cut_files else 0))
        return self.answer({}, 404)

    def do_POST(self) -> None:
        fake = self.fake
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if fake.denied:
            return self.answer({}, 401)
        if self.path == "/upload/image":
            head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            for part in BytesParser().parsebytes(head + body).get_payload():
                name = part.get_filename()
                if name:
                    content = part.get_payload(decode=True).decode()
                    fake.inputs[f"folder/{name}"] = content
                    fake.uploads.append(content)
                    return self.answer({"name": name, "subfolder": "folder", "type": "input"})
        data = json.loads(body)
        if self.path == "/queue":
            with fake.lock:
                fake.pending = [row for row in fake.pending if row[0] not in data["delete"]]
        elif self.path == "/interrupt":
            fake.stopped.add(data["prompt_id"])
        elif self.path == "/prompt":
            return self.queue(data)
        return self.answer({})

    def queue(self, data: dict) -> None:
        fake, graph = self.fake, data["prompt"]
        for key, node in graph.items():
            if fake.inputs.get(str(node["inputs"].get("image"))) == "refused":
                reason = {"message": "Value too small", "details": "image"}
                nodes = {key: {"errors": [reason], "class_type": node["class_type"]}}
                error = {"message": "Prompt outputs failed validation", "details": ""}
                return self.answer({"error": error, "node_errors": nodes}, 400)
        with fake.lock:
            fake.pending.append((data["prompt_id"], graph))
            fake.most_held = max(fake.most_held, len(fake.pending) + len(fake.running))
        if fake.deaf:
            fake.deaf = False
            self.close_connection = True
            return None
        return self.answer({"prompt_id": data["prompt_id"], "number": 1, "node_errors": {}})

    def answer(self, payload: dict, status: int = 200) -> None:
        content = json.dumps(payload).encode()
        self.send(content, status, len(content))

    def send(self, content: bytes, status: int, length: int) -> None:
        with suppress(ConnectionError):
            self.send_response(status)
            self.send_header("Content-Length", str(length))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(content)
        self.close_connection = True
