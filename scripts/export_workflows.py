"""Turn workflows/api/*.json into graphs for ComfyUI's editor, laid out in columns along the flow.

Start ComfyUI with this pack, then

    python scripts/export_workflows.py --url http://127.0.0.1:8188 [NAME ...]

Each graph gets the note of workflows/notes/<name>.md and is written to workflows/<name>.json in the
form in which the editor saves it. A node that chooses a file of official_models.json says where
the editor can download it. No browser is needed: what a node looks like follows from its inputs,
and the editor makes room by itself where a node needs more.
"""

from __future__ import annotations

import argparse
import json
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

WORKFLOWS = Path(__file__).resolve().parents[1] / "workflows"
OFFICIAL = json.loads(Path(__file__).with_name("official_models.json").read_text())
PARSER, PARSER_FILE = "StyleGANEX_ParseFace", "faceparsing.pth"
TYPED = {"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO"}  # inputs that the editor shows as widgets
ROW, WIDGET, TEXT_BOX, PADDING = 20, 24, 54, (14, 6)  # px, as the editor draws them
SEEDS = ("seed", "noise_seed")  # the editor changes them after runs where a node does not say
NARROWEST = 300  # px of a node
NOTE = [360, 360]  # px
GAP = (60, 70)  # px between columns, and between the nodes of one
WINDOW, FILLED, TITLE = (1600, 1000), 0.75, 30  # px; the share of it that an opened graph fills
READABLE = 0.62  # the scale below which the editor leaves titles and notes blank
# Width of the node and px that are added to its height: what it shows once it runs, and widgets
# that web/js puts on it.
SHOWN = {
    "LoadImage": (NARROWEST, 260),
    "SaveImage": (NARROWEST, 260),
    "PreviewImage": (NARROWEST, 260),
    "PreviewAny": (NARROWEST, 122),
    "SaveVideo": (NARROWEST, 260),
    "LoadVideo": (NARROWEST, 200),
    "StyleGANEX_Optimize": (NARROWEST, 240),
    "StyleGANEX_ExampleVideo": (NARROWEST, 260),
    "StyleGANEX_EditVideo": (NARROWEST, 260),
    "StyleGANEX_TrackFaces": (NARROWEST, 300),
    "StyleGANEX_LiveEdit": (360, 430),
    "StyleGANEX_EditFace": (360, 430),
    "StyleGANEX_LoadPhoto": (NARROWEST, 190),
    "StyleGANEX_ExampleImage": (NARROWEST, 190),
    "StyleGANEX_BeforeAfter": (330, 350),
    "StyleGANEX_SweepEdit": (350, 540),
    "StyleGANEX_FeatureTransform": (330, 340),
    "StyleGANEX_ApplyEditVector": (350, 154),
    "StyleGANEX_StyleMix": (350, 154),
    "StyleGANEX_DomainSwap": (350, 154),
}
Graph = dict[str, dict]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8188", help="a running ComfyUI")
    parser.add_argument("--folder", type=Path, default=WORKFLOWS, help="with api/ and notes/")
    parser.add_argument("names", nargs="*", help="which graphs; all without it")
    options = parser.parse_args()
    with urllib.request.urlopen(f"{options.url}/object_info") as answer:
        info = json.load(answer)
    for path in sorted((options.folder / "api").glob("*.json")):
        if not options.names or path.stem in options.names:
            graph = export(options.folder, path.stem, info)
            text = json.dumps(graph, indent=1, ensure_ascii=False) + "\n"
            (options.folder / path.name).write_text(text)
            print(f"{path.name}: {len(graph['nodes'])} nodes")


def export(folder: Path, name: str, info: dict[str, dict]) -> dict:
    """The editor's form of a graph of the API's form; `info` is ComfyUI's /object_info."""
    api: Graph = json.loads((folder / "api" / f"{name}.json").read_text())
    keys = sorted(api, key=int)
    nodes = {int(key): draw_node(int(key), api[key], info[api[key]["class_type"]]) for key in keys}
    links = connect(nodes, api)
    note = draw_note(len(nodes), max(nodes) + 1, folder / "notes" / f"{name}.md")
    place(nodes, links, note)
    for number, node in nodes.items():  # a graph may say where: left, top, width, height
        if frame := api[str(number)].get("_meta", {}).get("frame"):
            node["pos"], node["size"], note["pos"] = frame[:2], frame[2:], [0, 0]
    graph = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"styleganex/{name}")),
        "revision": 0,
        "last_node_id": note["id"],
        "last_link_id": len(links),
        "nodes": [*nodes.values(), note],
        "links": links,
        "groups": [],
        "config": {},
        "extra": {},
        "version": 0.4,
    }
    if any(node["type"] == PARSER for node in nodes.values()):
        # No input names this file, and the editor drops a node's models that no input names.
        graph["models"] = [{"name": PARSER_FILE, **OFFICIAL[PARSER_FILE]}]
    return graph


def draw_node(number: int, entry: dict, info: dict) -> dict:
    """The node without its links and its place."""
    kind, sockets, widgets, values, height = entry["class_type"], [], [], [], 0
    for name, type_, settings, optional in inputs_of(info):
        slot = {"localized_name": name, "name": name}
        slot |= {"shape": 7} if optional else {}
        slot["type"] = type_
        if type_ not in TYPED or settings.get("forceInput"):
            sockets.append(slot)
            continue
        widgets.append(slot | {"widget": {"name": name}})
        value = entry["inputs"].get(name, settings.get("default"))
        values.append(settings.get("default") if isinstance(value, list) else value)
        height += TEXT_BOX if settings.get("multiline") else WIDGET
        if settings.get("control_after_generate", name in SEEDS):
            values.append("fixed")  # a second run gives the same picture
            height += WIDGET
        if settings.get("image_upload") or settings.get("video_upload"):
            widgets.append(draw_upload())
            values.append("image")
            height += WIDGET
    width, shown = SHOWN.get(kind, (NARROWEST, 0))
    height += ROW * max(len(sockets), len(info["output"])) + PADDING[not values] + shown
    node = {"id": number, "type": kind, "pos": [0, 0], "size": [width, height]}
    node |= {"flags": {}, "order": 0, "mode": 0, "inputs": [*sockets, *widgets]}
    node["outputs"] = [
        {"localized_name": name, "name": name, "type": type_, "links": []}
        for name, type_ in zip(info["output_name"], info["output"], strict=True)
    ]
    if title := entry.get("_meta", {}).get("title"):
        node["title"] = title
    node["properties"] = {"Node name for S&R": kind}
    if models := [{"name": value, **OFFICIAL[value]} for value in values if value in OFFICIAL]:
        node["properties"]["models"] = models
    return node | {"widgets_values": values}


def inputs_of(info: dict) -> Iterator[tuple[str, str, dict, bool]]:
    """(name, type, settings, whether it is optional) of every input."""
    for part in ("required", "optional"):
        for name, (type_, *rest) in info["input"].get(part, {}).items():
            settings = rest[0] if rest else {}
            yield name, "COMBO" if isinstance(type_, list) else type_, settings, part == "optional"


def draw_upload() -> dict:
    names = {"localized_name": "choose file to upload", "name": "upload"}
    return names | {"type": "IMAGEUPLOAD", "widget": {"name": "upload"}}


def connect(nodes: dict[int, dict], api: Graph) -> list[list]:
    """The links [number, from node, output, to node, input, type]; the nodes learn theirs."""
    links: list[list] = []
    for number, node in nodes.items():
        given = api[str(number)]["inputs"]
        if unknown := given.keys() - {slot["name"] for slot in node["inputs"]}:
            raise SystemExit(f"node {number}, {node['type']}, has no input {sorted(unknown)}")
        for place_in, slot in enumerate(node["inputs"]):
            slot["link"] = None
            if isinstance(source := given.get(slot["name"]), list):
                origin, output = int(source[0]), source[1]
                slot["link"] = len(links) + 1
                links.append([slot["link"], origin, output, number, place_in, slot["type"]])
                nodes[origin]["outputs"][output]["links"].append(slot["link"])
    return links


def place(nodes: dict[int, dict], links: list[list], note: dict) -> None:
    """Columns follow the longest way from a source; that itself stands next to its first reader.

    Where that is too wide or too high to be read at once, the nodes fill columns one after another.
    """
    feeds = {number: [link[1] for link in links if link[3] == number] for number in nodes}
    columns: dict[int, int] = {}

    def column(number: int) -> int:
        if number not in columns:
            columns[number] = max([-1, *map(column, feeds[number])]) + 1
        return columns[number]

    for number in nodes:
        column(number)
    for number in nodes:
        readers = [columns[other] for other in nodes if number in feeds[other]]
        if not feeds[number] and readers and min(readers) > 1:
            columns[number] = min(readers) - 1
    flow = sorted(nodes, key=lambda number: (columns[number], number))
    for order, number in enumerate(flow):
        nodes[number]["order"] = order
    stacks = [
        [nodes[number] for number in flow if columns[number] == current]
        for current in sorted(set(columns.values()))
    ]
    choices = [[[note], *stacks]]
    filled = [note, *(nodes[number] for number in flow)]
    choices += [fill(filled, feeds, height) for height in range(400, 1600, 50)]
    lay(choices[0] if opened_at(lay(choices[0])) > READABLE else max(choices, key=_scale))


def _scale(stacks: list[list[dict]]) -> float:
    return opened_at(lay(stacks))


def fill(flow: list[dict], feeds: dict[int, list[int]], height: int) -> list[list[dict]]:
    """Columns of at most that height in px, each node below or right of those that feed it."""
    stacks: list[list[dict]] = [[]]
    columns: dict[int, int] = {}
    for node in flow:
        first = max([0, *(columns[number] for number in feeds.get(node["id"], []))])
        free = [
            index
            for index in range(first, len(stacks))
            if sum(one["size"][1] + GAP[1] for one in [*stacks[index], node]) - GAP[1] <= height
        ]
        columns[node["id"]] = free[0] if free else len(stacks)
        if not free:
            stacks.append([])
        stacks[columns[node["id"]]].append(node)
    return stacks if stacks[0] else stacks[1:]


def lay(stacks: list[list[dict]]) -> tuple[int, int]:
    """Gives the nodes their places; the (width, height) in px of it all."""
    x = bottom = 0
    for stack in stacks:
        y = 0
        for node in stack:
            node["pos"] = [x, y]
            y += node["size"][1] + GAP[1]
        x += max(node["size"][0] for node in stack) + GAP[0]
        bottom = max(bottom, y - GAP[1])
    return x - GAP[0], bottom


def opened_at(size: tuple[int, int]) -> float:
    """The scale at which the editor opens a graph of that size, 1 being px for px."""
    return FILLED * min(WINDOW[0] / size[0], WINDOW[1] / (size[1] + TITLE))


def draw_note(order: int, number: int, path: Path) -> dict:
    note = {"id": number, "type": "MarkdownNote", "pos": [0, 0], "size": [*NOTE], "flags": {}}
    note |= {"order": order, "mode": 0, "inputs": [], "outputs": [], "title": "About this graph"}
    # By this web/js/graph_notes.js knows it, and puts it into the editor's language.
    note |= {
        "properties": {"styleganex_graph": path.stem},
        "widgets_values": [path.read_text().strip()],
    }
    return note | {"color": "#432", "bgcolor": "#653"}


if __name__ == "__main__":
    main()
