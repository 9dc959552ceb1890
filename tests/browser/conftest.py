"""ComfyUI's editor in a real Chromium, in front of a real ComfyUI with this pack.

CHROMIUM names the browser (default: the first one on PATH). COMFYUI_FRONTEND names the folder of a
further frontend, such as `.../comfyui_frontend_package/static` of the newest release: the suite
then runs once more with it. Without ComfyUI, Chromium or Playwright all tests here are skipped.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..comfy.conftest import Server, find_comfyui, run_server
from .editor import Editor

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# No GPU, no calls home, no first-run pages.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
VIEW = {"width": 1280, "height": 900}  # px
RENDERERS = ("classic", "vue")
USUAL = {"shipped": "classic", "newest": "vue"}  # the renderer that each frontend starts with


def find_chromium() -> str:
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found or not Path(found).is_file():
        pytest.skip(
            f"NO CHROMIUM: {named or 'none of ' + ', '.join(BROWSERS) + ' on PATH'}. Install "
            "one, or set CHROMIUM to its program, to test the editor's widgets."
        )
    return found


def frontends() -> dict[str, str | None]:
    """The static folders to test with by name; None is the one that ComfyUI brings."""
    newest = os.environ.get("COMFYUI_FRONTEND")
    return {"shipped": None} | ({"newest": newest} if newest else {})


@pytest.fixture(scope="session", params=frontends().items(), ids=frontends().keys())
def comfyui(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A ComfyUI with one of the frontends."""
    find_comfyui()
    name, folder = request.param
    options = [] if folder is None else ["--front-end-root", folder]
    with run_server(tmp_path_factory.mktemp(name), *options) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="NO PLAYWRIGHT: pip install playwright to test the editor."
    )
    program = find_chromium()
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session", params=RENDERERS)
def renderer(request: pytest.FixtureRequest) -> str:
    """Which of the editor's renderers; tests marked `classic_only` do not depend on it."""
    return request.param


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test runs once per frontend, in that one's own renderer.

    Those of what differs between renderers, such as sizes, drawing and the life of elements, are
    marked `every_renderer` and run in both; those that name their renderer run in that one. What is
    ours alone, such as texts and rules, is marked `one_frontend` and runs with the newest.
    """
    config.hook.pytest_deselected(items=[item for item in items if not _is_chosen(item)])
    items[:] = filter(_is_chosen, items)


def _is_chosen(item: pytest.Item) -> bool:
    frontend, _ = item.callspec.params["comfyui"]
    if item.get_closest_marker("one_frontend") and frontend != list(frontends())[-1]:
        return False
    named = any(mark.args[0] == "renderer" for mark in item.iter_markers("parametrize"))
    if named or item.get_closest_marker("every_renderer"):
        return True
    return item.callspec.params["renderer"] == USUAL[frontend]


@pytest.fixture(scope="session")
def page(comfyui: Server, chromium, renderer: str) -> Iterator:
    """One page per frontend and renderer: the editor takes seconds to open.

    Its renderer is chosen before it opens, as by a user who has it so: the early Vue renderer of
    frontend 1.27 misses later graphs when it is switched on in an open editor.
    """
    context = chromium.new_context(viewport=VIEW, reduced_motion="reduce")
    opened = context.new_page()
    opened.styleganex_editor = Editor(opened, comfyui, vue=renderer == "vue")
    yield opened
    context.close()


@pytest.fixture
def editor(page) -> Iterator[Editor]:
    """The open editor; the test fails when the console shows an error or warning."""
    page.styleganex_editor.console.clear()
    yield page.styleganex_editor
    page.styleganex_editor.check_console()
