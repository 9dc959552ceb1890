"""`python -m styleganex_lab portraits`: files that agree with each other."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from styleganex_lab.__main__ import main


@pytest.mark.parametrize("kind", ["portraits", "scenes", "clip"])
def test_pictures_labels_sketches_and_truth_come_together(tmp_path, kind):
    out = tmp_path / "world"
    asked = ["--kind", kind, "--count", "2", "--size", "64", "--seed", "3"]
    assert main(["portraits", "--out", str(out), *asked]) == 0
    truth = json.loads((out / "truth.json").read_text())
    assert len(truth) == 2
    for entry in truth:
        files = [out / folder / entry["image"] for folder in ("images", "labels", "sketches")]
        image, labels, sketch = (np.array(Image.open(file)) for file in files)
        assert image.shape == (64, 64, 3) and sketch.shape == labels.shape == (64, 64)
        assert labels.max() < 19 and (sketch > 250).mean() > 0.5  # mostly white paper
        person = entry["people"][0]
        assert -1 <= person["attributes"]["smile"] <= 1
        column, row = (round(value) for value in person["landmarks"][2])
        if person.get("visible", True):  # the tip of the nose lies on the nose
            assert labels[row, column] == 10
    again = tmp_path / "again"
    main(["portraits", "--out", str(again), *asked])
    assert (again / "truth.json").read_text() == (out / "truth.json").read_text()


def test_nonsense_is_named(tmp_path, capsys):
    assert main(["portraits", "--out", str(tmp_path / "a"), "--count", "0"]) == 2
    assert "at least one picture" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main(["portraits", "--out", str(tmp_path / "file"), "--count", "1"]) == 2
    assert "cannot write" in capsys.readouterr().err
