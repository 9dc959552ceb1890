"""Draw the example clips in styleganex_core/demo/clips: H.264, under 1 MB each.

python scripts/make_example_clips.py [NAME ...]

The same machine writes the same bytes; x264's other versions may not, with the same people in it.
"""

from __future__ import annotations

import sys

from styleganex_core.demo.clip import FOLDER, clip_file
from styleganex_core.video import Selection
from styleganex_core.video.writer import ClipWriter
from styleganex_lab.portraits.example_clips import CLIP_RECIPES, STILL_RECIPES, draw_example

QUALITY = 20  # x264's rate factor


def main(names: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, recipe in (CLIP_RECIPES | STILL_RECIPES).items():
        if names and name not in names:
            continue
        for take in range(recipe.takes):
            drawn = draw_example(name, seconds=recipe.seconds, seed=take)
            target = clip_file(name, take)
            with ClipWriter(target, drawn.info.size, drawn.info, quality=QUALITY) as writer:
                for frame in drawn.read(Selection()):
                    writer.write(frame.image, frame.time)
            print(f"{target.name}: {target.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
