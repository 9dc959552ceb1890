"""Turn workflows/api/*.json into graphs for ComfyUI's editor, drawn by the editor itself.

Start ComfyUI with this pack, `pip install playwright`, have a Chromium, then

    python scripts/export_workflows.py --url http://127.0.0.1:8188 [--screenshots FOLDER] [NAME ...]

Each graph is loaded into the real frontend, laid out in columns along the flow, given the note of
workflows/notes/<name>.md, and written to workflows/<name>.json as the editor saves it. A node that
chooses a file of official_models.json says where the editor can download it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import uuid
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

WORKFLOWS = Path(__file__).resolve().parents[1] / "workflows"
OFFICIAL = json.loads(Path(__file__).with_name("official_models.json").read_text())
SLOW_MACHINE = 900_000  # ms
PARSER, PARSER_FILE = "StyleGANEX_ParseFace", "faceparsing.pth"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
VIEWPORT = {"width": 1920, "height": 1080}
# px added to the height of nodes that show something once they run.
ROOM = {
    "SaveImage": 260,
    "PreviewImage": 260,
    "PreviewAny": 60,
    "StyleGANEX_Optimize": 240,
}
SMALLEST = {"StyleGANEX_LiveEdit": [340, 620], "StyleGANEX_BeforeAfter": [340, 460]}  # px

# Runs in the page. Columns follow the longest way from a source; nodes of a column are stacked in
# the order of what feeds them.
LAY_OUT = """
async ({graph: prompt, name, note, noteSize, gap, room, smallest, id, official}) => {
  app.canvas.ds.scale = 1
  await app.loadApiJson(prompt, name)
  const graph = app.graph
  const nodes = graph._nodes
  for (const node of nodes) {
    const chosen = (node.widgets ?? [])
      .filter(widget => official[widget.value])
      .map(widget => ({name: widget.value, ...official[widget.value]}))
    if (chosen.length) node.properties.models = chosen
    for (const widget of node.widgets ?? [])
      if (widget.name === 'control_after_generate')
        widget.value = node.type === 'StyleGANEX_Sample' ? 'randomize' : 'fixed'
    const least = node.computeSize()
    const extra = room[node.type] ?? 0
    const [width, height] = smallest[node.type] ?? [300, 0]
    node.setSize([Math.max(least[0], width), Math.max(least[1] + extra, height)])
  }
  const feeds = node => (node.inputs ?? [])
    .filter(input => input.link != null)
    .map(input => graph.getNodeById(graph.links.get(input.link).origin_id))
  const columnOf = new Map()
  const column = node => {
    if (!columnOf.has(node))
      columnOf.set(node, Math.max(-1, ...feeds(node).map(column)) + 1)
    return columnOf.get(node)
  }
  nodes.forEach(column)
  // A source moves right, next to its first reader, so that links stay short.
  for (const node of nodes) {
    if (feeds(node).length > 0) continue
    const readers = nodes.filter(other => feeds(other).includes(node))
    const nearest = Math.min(...readers.map(column))
    if (readers.length && nearest > 1) columnOf.set(node, nearest - 1)
  }
  const columns = []
  for (const node of nodes) (columns[columnOf.get(node)] ??= []).push(node)
  let x = noteSize[0] + gap[0]
  for (const stack of columns) {
    let y = 0
    for (const node of stack) {
      node.pos = [x, y]
      y += node.size[1] + gap[1]
    }
    x += Math.max(...stack.map(node => node.size[0])) + gap[0]
  }
  const text = LiteGraph.createNode('MarkdownNote')
  graph.add(text)
  text.title = 'About this graph'
  text.pos = [0, 0]
  text.setSize(noteSize)
  text.widgets[0].value = note
  graph.id = id
  app.canvas.ds.offset = [20, 60]
  graph.setDirtyCanvas(true, true)
  const saved = graph.serialize()
  saved.extra = {}
  return JSON.stringify(saved)
}
"""

FIT_VIEW = """
() => {
  const nodes = app.graph._nodes
  const right = Math.max(...nodes.map(node => node.pos[0] + node.size[0]))
  const bottom = Math.max(...nodes.map(node => node.pos[1] + node.size[1]))
  const view = app.canvas.ds
  view.scale = Math.min(1, (innerWidth - 240) / right, (innerHeight - 180) / (bottom + 40))
  view.offset = [100 / view.scale, 120 / view.scale]
  app.canvas.setDirty(true, true)
}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8188", help="a running ComfyUI")
    parser.add_argument("--browser", default=shutil.which("chromium") or shutil.which("chrome"))
    parser.add_argument("--screenshots", type=Path, help="a folder for pictures of the graphs")
    parser.add_argument("--folder", type=Path, default=WORKFLOWS, help="with api/ and notes/")
    parser.add_argument("names", nargs="*", help="which graphs; all without it")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.browser, args=ARGUMENTS)
        page = browser.new_page(viewport=VIEWPORT, locale="en")
        page.set_default_timeout(SLOW_MACHINE)
        open_editor(page, options.url)
        for path in sorted((options.folder / "api").glob("*.json")):
            if options.names and path.stem not in options.names:
                continue
            export(page, path, options.folder)
            if options.screenshots:
                screenshot(page, options.screenshots / f"{path.stem}.png")
        browser.close()


def open_editor(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_function(
        "window.app?.graph && Object.keys(LiteGraph.registered_node_types).some("
        "type => type.startsWith('StyleGANEX_'))",
        timeout=120_000,
    )
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Escape")  # a fresh ComfyUI opens its template browser


def export(page: Page, path: Path, folder: Path) -> None:
    """Write the editor's form of one graph."""
    note = (folder / "notes" / f"{path.stem}.md").read_text().strip()
    saved = page.evaluate(
        LAY_OUT,
        {
            "graph": json.loads(path.read_text()),
            "name": path.stem,
            "note": note,
            "noteSize": [360, 360],
            "gap": [60, 70],
            "room": ROOM,
            "smallest": SMALLEST,
            "official": OFFICIAL,
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"styleganex/{path.stem}")),
        },
    )
    graph = json.loads(saved)
    if any(node["type"] == PARSER for node in graph["nodes"]):
        # No input names this file, and the editor drops a node's models that no input names.
        graph["models"] = [{"name": PARSER_FILE, **OFFICIAL[PARSER_FILE]}]
    target = folder / path.name
    target.write_text(json.dumps(graph, indent=1, ensure_ascii=False) + "\n")
    print(f"{target.name}: {len(graph['nodes'])} nodes")


def screenshot(page: Page, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    page.evaluate(FIT_VIEW)
    page.wait_for_timeout(1500)  # the canvas redraws, menus fade
    page.screenshot(path=target)


if __name__ == "__main__":
    main()
