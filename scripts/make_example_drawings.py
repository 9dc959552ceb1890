"""Render the example sketch and label map in styleganex_core/demo/pictures.

python scripts/make_example_drawings.py
"""

from __future__ import annotations

from pathlib import Path

import torch
from PIL import Image

from styleganex_core import class_colours
from styleganex_lab.portraits import render_portraits, sample_attributes
from styleganex_lab.portraits.sketch import draw_sketch

PICTURES = Path(__file__).resolve().parents[1] / "styleganex_core" / "demo" / "pictures"
SEED, PEOPLE, PERSON = 2026, 12, 11
SIDE = 256  # px


def main() -> None:
    person = sample_attributes(PEOPLE, SEED)[PERSON : PERSON + 1]
    portrait = render_portraits(person, size=SIDE)
    sketch = (draw_sketch(portrait.image, portrait.labels)[0, 0] * 255).round().to(torch.uint8)
    Image.fromarray(sketch.numpy()).save(PICTURES / "drawn_cleo.png", optimize=True)
    labels = Image.fromarray(portrait.labels[0].to(torch.uint8).numpy())
    labels.putpalette(class_colours().flatten().tolist())
    labels.save(PICTURES / "labels_cleo.png", optimize=True)


if __name__ == "__main__":
    main()
