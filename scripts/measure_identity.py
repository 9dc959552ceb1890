"""How well the identity reader tells people apart, on a folder of aligned photos.

    python scripts/measure_identity.py FOLDER [PEOPLE]

FOLDER holds `index.csv` with the columns name, person and set, and `aligned/NAME.jpg`: the aligned
square grown 1.25 times. PEOPLE (default 100) with two photos or more are taken, and as many people
of each set, to see where strangers are confused with each other.
"""

from __future__ import annotations

import csv
import random
import sys
from collections import defaultdict
from pathlib import Path

import torch

import styleganex_core as core
from styleganex_core.readers.identity import SAME_PERSON
from styleganex_core.readers.reading import GROWN

SHARES = (0.0, 0.01, 0.5, 0.99, 1.0)


def main() -> None:
    folder = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    people, sets = defaultdict(list), defaultdict(list)
    for row in csv.DictReader((folder / "index.csv").open()):
        if not people[row["person"]]:
            sets[row["set"]].append(row["name"])
        people[row["person"]].append(row["name"])
    readers = core.readers.load_face_readers()

    def choose(entries: list) -> list:
        return random.Random(0).sample(sorted(entries), min(count, len(entries)))

    def read(names: list[str]) -> torch.Tensor:
        pictures = (core.load_image(folder / "aligned" / f"{name}.jpg") for name in names)
        with torch.no_grad():
            return torch.cat([readers.read_identity(picture, grown=GROWN) for picture in pictures])

    pairs = choose([names[:2] for names in people.values() if len(names) > 1])
    numbers = read([name for pair in pairs for name in pair])
    distances = torch.cdist(numbers, numbers)
    owner = torch.arange(len(numbers)) // 2
    other = (owner[:, None] != owner) & torch.ones_like(distances, dtype=torch.bool).triu(1)
    report("the same person", (numbers[::2] - numbers[1::2]).norm(dim=1))
    report("strangers", distances[other])
    for name, members in sorted(sets.items()):
        numbers = read(choose(members))
        distances = torch.cdist(numbers, numbers)
        report(f"strangers in {name}", distances[torch.ones_like(distances).triu(1) > 0])


def report(what: str, values: torch.Tensor) -> None:
    row = "  ".join(f"{float(values.quantile(share)):.2f}" for share in SHARES)
    below = 100 * float((values < SAME_PERSON).float().mean())
    print(
        f"{what:>24}, {len(values):6} pairs: {row}  (least, 1 %, median, 99 %, most); "
        f"{below:.2f} % below {SAME_PERSON}"
    )


if __name__ == "__main__":
    main()
