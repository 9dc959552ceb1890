"""The editor's page as a user holds it: open, edit, queue, undo, reload, read what it shows."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from ..comfy.conftest import PACK, Result, Server

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"
TEXTS = Path(__file__).resolve().parents[2] / "web" / "js" / "template_texts"
PATIENCE = 120.0  # seconds for the page to follow, on a busy machine
BETWEEN_GESTURES = 250  # ms; what changes within 50 ms of a step, newest frontends fold into it
START_PATIENCE = 180.0  # seconds for the editor to open

# What ComfyUI and its frontend write into a fresh page's console by themselves.
THEIRS = re.compile(
    "|".join(
        [
            r"Failed to load resource",  # told apart by `ours`
            r"JobsApiError",  # a newer frontend before an older server
            r"TimeoutError: Fetch timeout",  # a newer frontend on a busy machine
            r"\[ComfyUI\] The legacy queue/history menu is deprecated",
            r"\[MaskEditor\] ComfyApp\.open_maskeditor is deprecated",
            r"Invalid layout total size",
            r"input\.link is deprecated",
            r"Attempted to cleanup event listeners for graph",  # 1.27, on entering a subgraph
        ]
    )
)
COLUMN = 500  # px: wider than any node
OURS = re.compile("styleganex", re.IGNORECASE)
# Not ours though they name us: the look for a translated help page before the English one, and
# sizes of files on sites that the tests keep out of reach.
LOOKUPS = re.compile(r"docs/StyleGANEX_\w+/[\w-]+\.md|ERR_FAILED \(https:|Error fetching file size")

# For tests of what does not depend on the renderer.
classic_only = pytest.mark.parametrize("renderer", ["classic"], indirect=True)

T = TypeVar("T")


def graph_texts(language: str) -> dict:
    """What the example graphs are called and about; the module holds one JSON object."""
    module = (TEXTS / f"{language}.js").read_text(encoding="utf-8")
    return json.loads(module.split("export default", 1)[1].strip().removesuffix(";"))


class Editor:
    """One page. Nodes, of the graph or subgraph in view, are named by their id."""

    def __init__(self, page: Any, server: Server, vue: bool) -> None:
        self.page = page
        self.server = server
        self.vue = vue
        self.console: list[str] = []
        page.set_default_timeout(PATIENCE * 1000)
        page.set_default_navigation_timeout(START_PATIENCE * 1000)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.console.append(f"uncaught: {error.stack}"))
        page.route(lambda url: "127.0.0.1" not in url, lambda route: route.abort())
        self.open()

    def _on_console(self, message: Any) -> None:
        if message.type not in ("error", "warning"):
            return
        url = message.location.get("url", "")
        text = f"{message.type}: {message.text} ({url})"
        if not LOOKUPS.search(text) and (OURS.search(text) or not THEIRS.search(text)):
            self.console.append(text)

    def check_console(self) -> None:
        assert not self.console, "the console shows:\n" + "\n".join(self.console)

    def open(self) -> None:
        settings = {
            "Comfy.VueNodes.Enabled": self.vue,
            "Comfy.TutorialCompleted": True,  # else a fresh ComfyUI opens its template browser
        }
        self.server.request("/settings", settings)
        self.page.goto(f"http://127.0.0.1:{self.server.port}")
        self._wait_until_ready()

    def wait_kept(self, text: str) -> None:
        """Until the page's storage holds a graph with that text, for after a reload."""
        self.page.wait_for_function(
            """text => [localStorage, sessionStorage]
                .some(storage => Object.values(storage).some(kept => kept.includes(text)))""",
            arg=text,
        )

    def reload(self) -> None:
        """As F5 does; the editor brings its unsaved graph back."""
        self.page.reload()
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        self.page.wait_for_function(
            """() => Boolean(window.app?.graph && window.app.extensionManager &&
                LiteGraph.registered_node_types.StyleGANEX_LoadModel)""",
            timeout=START_PATIENCE * 1000,
        )
        self.page.wait_for_load_state("networkidle")
        # What the editor says of itself while it opens differs by version; what names us stays.
        self.console[:] = [text for text in self.console if OURS.search(text)]

    @property
    def version(self) -> str:
        """Of the frontend, such as 1.27.10."""
        return self.evaluate("() => window.__COMFYUI_FRONTEND_VERSION__")

    def evaluate(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)

    def wait_for(self, read: Callable[[], T], wanted: Callable[[T], bool], what: str) -> T:
        """Polls `read` until its value is `wanted`; the value."""
        deadline = time.monotonic() + PATIENCE
        while not wanted(value := read()):
            if time.monotonic() > deadline:
                raise AssertionError(f"{what}: still {value!r} after {PATIENCE:.0f} s")
            self.page.wait_for_timeout(50)
        return value

    # Settings

    def set_setting(self, name: str, value: Any) -> None:
        self.evaluate(
            "async ([name, value]) => { await app.extensionManager.setting.set(name, value) }",
            [name, value],
        )

    def set_language(self, code: str) -> None:
        """The whole editor in a language: a reload, as the editor asks for."""
        self.set_setting("Comfy.Locale", code)
        self.reload()

    def set_theme(self, name: str) -> None:
        """ "dark" or "light"."""
        self.set_setting("Comfy.ColorPalette", name)

    # Graphs

    def open_template(self, name: str) -> None:
        """One of our graphs, picked in the template browser."""
        expected = len(json.loads((WORKFLOWS / f"{name}.json").read_text())["nodes"])
        self.evaluate("() => app.graph.clear()")
        self.evaluate(
            "() => { void app.extensionManager.command.execute('Comfy.BrowseTemplates') }"
        )
        self.page.get_by_text(PACK, exact=True).first.click()
        card = self.page.get_by_title(graph_texts("en")["graphs"][name]["title"], exact=True).first
        self.wait_for(lambda: self._scroll_to(card), bool, f"a card of {name}")
        card.click()
        self.page.wait_for_function("count => app.graph._nodes.length === count", arg=expected)
        self._settle()

    def listed_templates(self, language: str = "en") -> list[str]:
        """Our graphs that the template browser shows first, in its order."""
        texts = graph_texts(language)["graphs"]
        names = {graph["title"]: name for name, graph in texts.items()}
        self.evaluate(
            "() => { void app.extensionManager.command.execute('Comfy.BrowseTemplates') }"
        )
        self.page.get_by_text(PACK, exact=True).first.click()
        read = """titles => [...document.querySelectorAll('[title]')]
            .map(card => card.title).filter(title => titles.includes(title))"""
        listed = self.wait_for(lambda: self.evaluate(read, list(names)), bool, "cards")
        if self.version.startswith("1.27."):  # later cards show it under the pointer
            self.page.get_by_text(texts[names[listed[0]]]["about"]).first.wait_for()
        self.close_dialogs()
        return list(dict.fromkeys(names[title] for title in listed))

    def _scroll_to(self, card: Any) -> bool:
        """Whether a card is on the page; the browser lists more of them as it is scrolled."""
        if not card.count():
            view = self.page.viewport_size
            self.page.mouse.move(view["width"] / 2, view["height"] / 2)
            self.page.mouse.wheel(0, view["height"])
        return bool(card.count())

    def load_workflow(self, name: str) -> None:
        """One of workflows/*.json, as the template browser opens it."""
        self.load(json.loads((WORKFLOWS / f"{name}.json").read_text()))

    def load(self, graph: dict) -> None:
        """A graph in the editor's format."""
        self.leave_subgraph()  # where a test may have failed
        self.evaluate("async graph => { await app.loadGraphData(graph) }", graph)
        self._settle()

    def load_api(self, graph: dict) -> None:
        """A graph in the API's format, its nodes side by side.

        They are placed here: in its Vue renderer frontend 1.27 draws them elsewhere than it says.
        """
        self.leave_subgraph()
        self.evaluate("async graph => { await app.loadApiJson(graph, 'test') }", graph)
        placed = self.saved()
        for column, node in enumerate(placed["nodes"]):
            node["pos"] = [column * COLUMN, 0]
        self.load(placed)

    def _settle(self) -> None:
        """Until the renderer has drawn once more."""
        self.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def close_dialogs(self) -> None:
        """Such as the list of missing models of a graph for the official weights."""
        self.page.keyboard.press("Escape")
        self._settle()

    def saved(self) -> dict:
        """The graph as the editor saves it."""
        return json.loads(self.evaluate("() => JSON.stringify(app.graph.serialize())"))

    def api_graph(self) -> dict:
        """The graph as the editor queues it."""
        return json.loads(
            self.evaluate("async () => JSON.stringify((await app.graphToPrompt()).output)")
        )

    def node(self, name: str) -> int | str:
        """The id of the one node in view of that type or title."""
        found = self.evaluate(
            """name => app.canvas.graph._nodes
                .filter(node => [node.type, node.title].includes(name)).map(node => node.id)""",
            name,
        )
        assert len(found) == 1, f"{len(found)} nodes are called {name}"
        return found[0]

    def widgets(self) -> list[tuple[int | str, str]]:
        """(node, widget) of every widget of ours in the graph."""
        found = self.evaluate(
            """() => app.canvas.graph._nodes.flatMap(node => (node.widgets ?? [])
                .filter(widget => widget.element?.classList.contains('styleganex'))
                .map(widget => [node.id, widget.name]))"""
        )
        return [(node, name) for node, name in found]

    def show_node(self, node: int | str, scale: float = 1.0) -> None:
        """Brings a node to the view's upper left, large enough for its widgets to be drawn."""
        self.evaluate(
            """([id, scale]) => {
                const node = app.canvas.graph.getNodeById(id)
                app.canvas.ds.scale = scale
                app.canvas.ds.offset = [160 / scale - node.pos[0], 140 / scale - node.pos[1]]
                app.canvas.setDirty(true, true)
            }""",
            [node, scale],
        )
        self._settle()

    def value(self, node: int | str, widget: str) -> Any:
        return self.evaluate(
            """([id, name]) => app.canvas.graph.getNodeById(id).widgets
                .find(widget => widget.name === name).value""",
            [node, widget],
        )

    def set_value(self, node: int | str, widget: str, value: Any) -> None:
        """As typed into the node: the value, then its callback."""
        self.evaluate(
            """([id, name, value]) => {
                const node = app.canvas.graph.getNodeById(id)
                const widget = node.widgets.find(widget => widget.name === name)
                app.canvas.emitBeforeChange()
                widget.value = value
                widget.callback?.(value, app.canvas, node)
                app.canvas.emitAfterChange()
            }""",
            [node, widget, value],
        )

    def connect(self, source: int | str, target: int | str, name: str) -> None:
        """The first output of a node to the input of that name, as dragged."""
        self.evaluate(
            """([source, target, name]) => {
                const node = app.canvas.graph.getNodeById(target)
                const slot = node.inputs.findIndex(input => input.name === name)
                app.canvas.graph.getNodeById(source).connect(0, node, slot)
            }""",
            [source, target, name],
        )

    def wait_value(self, node: int | str, widget: str, value: Any) -> None:
        self.wait_for(lambda: self.value(node, widget), lambda now: now == value, widget)

    def element(self, node: int | str, widget: str) -> Any:
        """The element of a node's DOM widget, as a locator, once it is on the page and drawn."""
        self.page.wait_for_function(
            """([id, name]) => app.canvas.graph.getNodeById(id)?.widgets
                ?.find(widget => widget.name === name)?.element?.checkVisibility()""",
            arg=[node, widget],
        )
        mark = f"{widget} of {node}"
        self.evaluate(
            """([id, name, mark]) => {
                document.querySelector(`[data-tested="${mark}"]`)?.removeAttribute('data-tested')
                app.canvas.graph.getNodeById(id).widgets
                    .find(widget => widget.name === name).element.dataset.tested = mark
            }""",
            [node, widget, mark],
        )
        return self.page.locator(f'[data-tested="{mark}"]')

    # Doing

    @contextmanager
    def inside_subgraph(self, node: int | str) -> Iterator[int | str]:
        """Makes a node a subgraph and opens that; gives the node's id inside."""
        if self.vue and self.version.startswith("1.27."):
            pytest.skip(f"the Vue renderer of frontend {self.version} draws no nodes in subgraphs")
        self.evaluate(
            """id => {
                const node = app.graph.getNodeById(id)
                app.canvas.selectNode(node)
                app.canvas.openSubgraph(app.graph.convertToSubgraph(new Set([node])).subgraph)
            }""",
            node,
        )
        self._settle()
        inside = self.evaluate("() => app.canvas.graph.nodes[0].id")
        self.show_node(inside)
        yield inside
        self.leave_subgraph()

    def leave_subgraph(self) -> None:
        """Back to the whole graph, whose address a later reload looks for."""
        self.evaluate(
            """() => {
                if (app.canvas.graph !== app.graph) app.canvas.setGraph(app.graph)
                if (location.hash) history.replaceState(null, '', location.pathname)
            }"""
        )
        self._settle()

    def undo(self) -> None:
        self._press_on_canvas("Control+z")

    def redo(self) -> None:
        self._press_on_canvas("Control+y")

    def copy_and_paste(self, node: int | str) -> int | str:
        """The id of the pasted copy."""
        before = set(self.evaluate("() => app.graph._nodes.map(node => node.id)"))
        self.evaluate("id => app.canvas.selectNode(app.canvas.graph.getNodeById(id))", node)
        self._press_on_canvas("Control+c")
        self._press_on_canvas("Control+v")
        now = self.wait_for(
            lambda: set(self.evaluate("() => app.graph._nodes.map(node => node.id)")) - before,
            bool,
            "pasted nodes",
        )
        return now.pop()

    def _press_on_canvas(self, keys: str) -> None:
        self.evaluate("() => { document.activeElement?.blur(); app.canvas.canvas.focus() }")
        for key in (held := keys.split("+")):
            self.page.keyboard.down(key)
        self._settle()  # as a hand holds them: the editor looks at keys once per frame
        for key in reversed(held):
            self.page.keyboard.up(key)
        self._settle()

    def drag(self, start: tuple[float, float], end: tuple[float, float], steps: int = 8) -> None:
        """The mouse pressed at one point of the page, in px, and let go at another."""
        self.page.wait_for_timeout(BETWEEN_GESTURES)
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=steps)
        self.page.mouse.up()

    def queue(self) -> Result:
        """Runs the graph as the Run button does; its result once the page knows it too."""
        self.evaluate(
            """() => {
                window.finishedPrompts ??= []
                if (window.finishedPrompts.listening) return
                window.finishedPrompts.listening = true
                for (const kind of ['execution_success', 'execution_error'])
                    window.comfyAPI.api.api.addEventListener(
                        kind, event => window.finishedPrompts.push(event.detail.prompt_id))
            }"""
        )
        with self.page.expect_response(
            lambda answer: answer.url.endswith("/prompt") and answer.request.method == "POST"
        ) as answered:
            self.evaluate("() => { app.queuePrompt(0, 1) }")
        answer = answered.value.json()
        assert "prompt_id" in answer, answer
        result = self.server.wait(answer["prompt_id"])
        self.page.wait_for_function(
            "id => window.finishedPrompts.includes(id)",
            arg=answer["prompt_id"],
        )
        return result

    def picture(self, result: Result, node: int | str) -> np.ndarray:
        """The first picture [H, W, 3] in 0..1 that a node saved or previewed."""
        return self.server.pictures(result, str(node))[0]
