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
RENDERERS = {"classic": False, "vue": True}  # Comfy.VueNodes.Enabled


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


@pytest.fixture(scope="session")
def page(comfyui: Server, chromium) -> Iterator:
    """One page per frontend: the editor takes seconds to open, a graph is loaded at once."""
    context = chromium.new_context(viewport=VIEW, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture(params=RENDERERS.items(), ids=RENDERERS.keys())
def editor(request: pytest.FixtureRequest, page, comfyui: Server) -> Iterator[Editor]:
    """The editor in each renderer; the test fails when the console shows an error or warning."""
    open_editor = Editor.of(page, comfyui)
    open_editor.set_setting("Comfy.VueNodes.Enabled", request.param[1])
    yield open_editor
    open_editor.check_console()


@pytest.fixture
def classic_editor(page, comfyui: Server) -> Iterator[Editor]:
    """The editor in the canvas renderer, for what does not depend on the renderer."""
    open_editor = Editor.of(page, comfyui)
    open_editor.set_setting("Comfy.VueNodes.Enabled", False)
    yield open_editor
    open_editor.check_console()
