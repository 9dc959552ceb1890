"""Run every example graph in a ComfyUI and keep what it shows: thumbnails and docs/gallery.md.

Start ComfyUI with this pack, then

    python scripts/make_gallery.py --url http://127.0.0.1:8188 [NAME ...]

writes workflows/<name>.jpg, which ComfyUI's template browser shows, docs/images/gallery-<name>.jpg
and the page itself. Graphs that save videos need PyAV: run it with ComfyUI's Python. Graphs for
official weights are not run; their thumbnails say which files they need.
"""

from __future__ import annotations

import argparse
import io
import json
import time
import urllib.parse
import urllib.request
from pathlib import Path

from picture_row import draw_row
from PIL import Image, ImageDraw, ImageFont, ImageOps

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = ROOT / "workflows"
IMAGES = ROOT / "docs" / "images"
SIDE = 384  # px of a thumbnail
ROW, ALONE = 300, 480  # px of a picture in the gallery, and of one that is shown alone
WIDEST = 1000  # px of the gallery, as wide as a page is shown
MOST = 6  # pictures of a graph in the gallery
QUALITY = 86  # of the JPEGs
OFFICIAL = "official-"
OFFICIAL_FILES = json.loads(Path(__file__).with_name("official_models.json").read_text())
CARD, FAINT = (30, 30, 34), (170, 170, 178)  # colours of a thumbnail without a picture
FIRST = "start-here"
# Which frames of a node's video, as shares of its length; Save Video shows Edit Video's again.
FRAMES = {"ExampleVideo": (0.5,), "EditVideo": (), "SaveVideo": (0.0, 0.5, 1.0)}
PAGE = """# Gallery

What the example graphs draw with the bundled demo models, run in a real ComfyUI by

    python scripts/make_gallery.py

The demo models are small: one knows real people, the others rendered ones; see
[demo.md](demo.md) for what they can do.
Each graph opens from *Workflow, Browse Templates, ComfyUI-StyleGANEX*.
"""
Shown = dict[str, Image.Image]  # pictures by the titles of their nodes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8188", help="a running ComfyUI")
    parser.add_argument("names", nargs="*", help="which graphs; all without it")
    options = parser.parse_args()
    paths = sorted((WORKFLOWS / "api").glob("*.json"))
    demo = [path for path in paths if not path.name.startswith(OFFICIAL)]
    for path in demo:
        if not options.names or path.stem in options.names:
            start = time.monotonic()
            shown = run(options.url, json.loads(path.read_text()))
            tile(list(shown.values())).save(WORKFLOWS / f"{path.stem}.jpg", quality=QUALITY)
            height = ROW if len(shown) > 1 else ALONE
            row = draw_row(dict(list(shown.items())[:MOST]), height, WIDEST)
            row.save(IMAGES / f"gallery-{path.stem}.jpg", quality=QUALITY, optimize=True)
            print(f"{path.stem}: {len(shown)} pictures in {time.monotonic() - start:.0f} s")
    for path in paths:
        if path.name.startswith(OFFICIAL):
            draw_needs(path.stem).save(WORKFLOWS / f"{path.stem}.jpg", quality=QUALITY)
    drawn = [path.stem for path in demo if (IMAGES / f"gallery-{path.stem}.jpg").exists()]
    drawn.sort(key=lambda name: name != FIRST)
    (ROOT / "docs" / "gallery.md").write_text(write_page(drawn))


def run(url: str, graph: dict) -> Shown:
    """The pictures that the graph saves or previews, in the order of its nodes."""
    body = json.dumps({"prompt": graph}).encode()
    request = urllib.request.Request(f"{url}/prompt", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        prompt = json.load(answer)["prompt_id"]
    while not (entry := read(url, f"/history/{prompt}").get(prompt)):
        time.sleep(0.5)
    if entry["status"]["status_str"] != "success":
        raise SystemExit(f"the graph failed: {entry['status']['messages'][-1]}")
    shown: Shown = {}
    for node in sorted(entry["outputs"], key=int):
        kind = graph[node]["class_type"].removeprefix("StyleGANEX_")
        title = graph[node].get("_meta", {}).get("title", kind)
        files = entry["outputs"][node].get("images", [])
        for picture in open_files(url, files, FRAMES.get(kind, (0.5,))):
            shown[title if title not in shown else f"{title} {len(shown)}"] = picture
    return shown


def open_files(url: str, files: list[dict], shares: tuple[float, ...]) -> list[Image.Image]:
    pictures = []
    for file in files:
        with urllib.request.urlopen(f"{url}/view?{urllib.parse.urlencode(file)}") as answer:
            data = io.BytesIO(answer.read())
        if Path(file["filename"]).suffix in (".mp4", ".webm"):
            pictures += pick_frames(data, shares)
        else:
            pictures.append(Image.open(data).convert("RGB"))
    return pictures


def pick_frames(data: io.BytesIO, shares: tuple[float, ...]) -> list[Image.Image]:
    """The frames of a video at these shares of its length."""
    import av

    with av.open(data) as video:
        frames = [frame.to_image() for frame in video.decode(video=0)]
    return [frames[round(share * (len(frames) - 1))] for share in shares]


def read(url: str, path: str) -> dict:
    with urllib.request.urlopen(url + path) as answer:
        return json.load(answer)


def tile(pictures: list[Image.Image]) -> Image.Image:
    """One square of the last four, two or one pictures, each cut about its centre to its share."""
    pictures = pictures[-4:] if len(pictures) > 3 else pictures[-2:]
    columns = 1 if len(pictures) == 1 else 2
    rows = -(-len(pictures) // columns)
    width, height = SIDE // columns, SIDE // rows
    sheet = Image.new("RGB", (SIDE, SIDE), "white")
    for index, picture in enumerate(pictures):
        place = (index % columns * width, index // columns * height)
        sheet.paste(ImageOps.fit(picture, (width, height)), place)
    return sheet


def draw_needs(name: str) -> Image.Image:
    """The thumbnail of a graph for official weights: no picture, which none of us has seen it draw,
    but the files that it needs.
    """
    note = (WORKFLOWS / "notes" / f"{name}.md").read_text().splitlines()
    card = Image.new("RGB", (SIDE, SIDE), CARD)
    brush = ImageDraw.Draw(card)
    y = SIDE / 4
    for text, size, colour in [
        (note[0].removeprefix("## Official weights: ").capitalize(), 26, "white"),
        ("needs a download:", 18, FAINT),
        *((file, 20, "white") for file in needed_files(name)),
        ("into models/styleganex", 18, FAINT),
        ("non-commercial use only", 18, FAINT),
    ]:
        brush.text((SIDE / 2, y), text, colour, ImageFont.load_default(size=size), anchor="mm")
        y += 42
    return card


def needed_files(name: str) -> list[str]:
    """The official files that a graph's note links to."""
    note = (WORKFLOWS / "notes" / f"{name}.md").read_text()
    return [file for file in OFFICIAL_FILES if f"[{file}]" in note]


def write_page(names: list[str]) -> str:
    parts = [PAGE]
    for name in names:
        note = (WORKFLOWS / "notes" / f"{name}.md").read_text().strip().split("\n\n")
        title, sentence = note[0].removeprefix("## "), note[1]
        parts.append(f"## {title}\n\n{sentence}\n\n![{title}](images/gallery-{name}.jpg)\n")
    return "\n".join(parts)


if __name__ == "__main__":
    main()
