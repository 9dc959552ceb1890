"""Draw the pictures of the front page with the bundled models: whole photos, before and after.

    python scripts/make_front_pictures.py

writes docs/images/front.jpg, banner.jpg and contact_sheet.jpg, of the bundled astronaut alone. The
edits shown work on everybody who was measured (styleganex_core/demo/photo.edits.json), and the toon
is drawn of the whole photo. Look at the pictures before you commit them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from picture_row import draw_row
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import styleganex_core as core  # noqa: E402  (a script knows its repository)
from styleganex_core.photo_edit import show_edits  # noqa: E402
from styleganex_core.pipeline import FlowSettings  # noqa: E402

IMAGES = ROOT / "docs" / "images"
EDITS = {"older": {"age": 2.0}, "blond": {"hair_light": 2.0}}
DOMAIN = "toon"
HEIGHT = 480  # px of a photo
FACE = (128, 0, 344, 270)  # px of the photo that the banner shows
BANNER = (432, 540)  # px of each of its parts
QUALITY = 90


def main() -> None:
    model, photo = core.load_demo(), core.example_image("astronaut")
    settings = core.PhotoSettings()
    opened = core.photo.open_photo(model, photo, settings)
    pictures = {"the photo": core.to_pil(photo)}
    for name, strengths in EDITS.items():
        pictures[name] = core.to_pil(core.photo.edit_in_place(model, opened, strengths, settings))
    swapped = core.swap_domain(model, core.load_demo(DOMAIN))
    whole = core.decode_latents(swapped, core.encode_face(model, photo))
    pictures[f"as a {DOMAIN}"] = core.to_pil(whole)
    save(draw_row(pictures, HEIGHT), "front")
    save(draw_banner(list(pictures.values())), "banner")
    domains = {name: core.load_demo(name) for name in core.demo.domain_names()}
    sheet = show_edits(model, opened, FlowSettings().edits, settings, domains=domains)
    save(core.contact_sheet.draw_contact_sheet(sheet), "contact_sheet")


def draw_banner(pictures: list[Image.Image]) -> Image.Image:
    """The same face of each photo, side by side."""
    banner = Image.new("RGB", (BANNER[0] * len(pictures), BANNER[1]))
    for number, picture in enumerate(pictures):
        part = picture.crop(FACE).resize(BANNER, Image.Resampling.LANCZOS)
        banner.paste(part, (number * BANNER[0], 0))
    return banner


def save(picture: Image.Image, name: str) -> None:
    path = IMAGES / f"{name}.jpg"
    picture.convert("RGB").save(path, quality=QUALITY)
    print(f"{path.relative_to(ROOT)}: {picture.width} x {picture.height} px")


if __name__ == "__main__":
    main()
