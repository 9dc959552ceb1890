"""How well the identity reader tells people apart, on a folder of aligned photos.

    python scripts/measure_identity.py FOLDER [PEOPLE]

FOLDER holds `index.csv` with the columns name and person, and `aligned/NAME.jpg`: the aligned
square grown 1.25 times. PEOPLE (default 100) with two photos or more are taken.
"""

from __future__ import annotations

import csv
import random
import sys
from collections import defaultdict
from pathlib import Path

import torch

import styleganex_core as core
from styleganex_core.readers.reading import GROWN


def main() -> None:
    folder = Path(sys.argv[1])
    people = defaultdict(list)
    for row in csv.DictReader((folder / "index.csv").open()):
        people[row["person"]].append(row["name"])
    chosen = sorted(person for person, names in people.items() if len(names) > 1)
    random.Random(0).shuffle(chosen)
    chosen = chosen[: int(sys.argv[2]) if len(sys.argv) > 2 else 100]
    readers = core.load_face_readers()
    found = []
    with torch.no_grad():
        for person in chosen:
            for name in people[person][:2]:
                picture = core.load_image(folder / "aligned" / f"{name}.jpg")
                found.append(readers.read_identity(picture, grown=GROWN))
    numbers = torch.cat(found)
    distances = torch.cdist(numbers, numbers)
    owner = torch.arange(len(numbers)) // 2
    other = owner[:, None] != owner
    upper = torch.ones_like(other).triu(1)
    for what, values in (
        ("the same person", distances[upper & ~other]),
        ("strangers", distances[upper & other]),
    ):
        shares = [0.0, 0.01, 0.5, 0.99, 1.0]
        row = "  ".join(f"{float(values.quantile(share)):.2f}" for share in shares)
        print(f"{what:>16}, {len(values):6} pairs: {row}  (least, 1 %, median, 99 %, most)")
    wrong = (
        (distances[upper & ~other] >= 0.6).float().mean(),
        (distances[upper & other] < 0.6).float().mean(),
    )
    print(f"at 0.6: {100 * wrong[0]:.2f} % not recognised, {100 * wrong[1]:.2f} % confused")


if __name__ == "__main__":
    main()
