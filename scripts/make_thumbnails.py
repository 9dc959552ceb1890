"""Run every example graph in a ComfyUI and keep what it shows as workflows/<name>.jpg.

Start ComfyUI with this pack, then `python scripts/make_thumbnails.py --url http://127.0.0.1:8188`.
ComfyUI's template browser shows these pictures.
"""

from __future__ import annotations

import argparse
import io
import json
import time
import urllib.parse
import urllib.request
from pathlib import Path

from PIL import Image, ImageOps

WORKFLOWS = Path(__file__).resolve().parents[1] / "workflows"
SIDE = 384  # px
QUALITY = 88  # of the JPEG


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8188", help="a running ComfyUI")
    url = parser.parse_args().url
    for path in sorted((WORKFLOWS / "api").glob("*.json")):
        pictures = run(url, json.loads(path.read_text()))
        tile(pictures).save(WORKFLOWS / f"{path.stem}.jpg", quality=QUALITY)
        print(f"{path.stem}.jpg: {len(pictures)} pictures")


def run(url: str, graph: dict) -> list[Image.Image]:
    """The pictures that the graph saves or previews, in the order of its nodes."""
    body = json.dumps({"prompt": graph}).encode()
    request = urllib.request.Request(f"{url}/prompt", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        prompt = json.load(answer)["prompt_id"]
    while not (entry := read(url, f"/history/{prompt}").get(prompt)):
        time.sleep(0.5)
    if entry["status"]["status_str"] != "success":
        raise SystemExit(f"the graph failed: {entry['status']['messages'][-1]}")
    pictures = []
    for node in sorted(entry["outputs"], key=int):
        for file in entry["outputs"][node].get("images", []):
            with urllib.request.urlopen(f"{url}/view?{urllib.parse.urlencode(file)}") as answer:
                pictures.append(Image.open(io.BytesIO(answer.read())).convert("RGB"))
    return pictures


def read(url: str, path: str) -> dict:
    with urllib.request.urlopen(url + path) as answer:
        return json.load(answer)


def tile(pictures: list[Image.Image]) -> Image.Image:
    """One square of up to four pictures, each cut about its centre to its share."""
    pictures = pictures[:4]
    columns = 1 if len(pictures) == 1 else 2
    rows = -(-len(pictures) // columns)
    width, height = SIDE // columns, SIDE // rows
    sheet = Image.new("RGB", (SIDE, SIDE), "white")
    for index, picture in enumerate(pictures):
        place = (index % columns * width, index // columns * height)
        sheet.paste(ImageOps.fit(picture, (width, height)), place)
    return sheet


if __name__ == "__main__":
    main()
