"""A folder of portraits as `evaluate --people` takes it, without anybody's likeness but hers."""

from __future__ import annotations

import csv

import pytest
import torch.nn.functional as F

from styleganex_core import example_image, to_pil

NUMBERS = {"a": 11, "b": 24, "c": 12, "d": 37, "e": 50}  # c is trained on


@pytest.fixture(scope="session")
def portraits(tmp_path_factory):
    """The astronaut five times under other names; four of them are nobody that is trained on."""
    folder = tmp_path_factory.mktemp("people")
    (folder / "aligned").mkdir()
    picture = F.pad(example_image("astronaut_face"), [32] * 4, mode="reflect")
    with (folder / "index.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "person", "set", "source_px_per_crop_px"])
        for name, number in NUMBERS.items():
            to_pil(picture).save(folder / "aligned" / f"{name}.jpg", quality=95)
            writer.writerow([name, number, "few" if name == "e" else "many", 1.0])
    return folder
