"""Where edits work on real people: read beside a model, told by the command and the page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import torch

from styleganex_core import CheckpointError, demo, load_demo, load_model, save_model
from styleganex_core.__main__ import main
from styleganex_core.checkpoints.shared_tensors import checksum
from styleganex_core.edit_ranges import (
    LARGEST_FILE,
    describe_range,
    mark_strength,
    read_edit_ranges,
)
from styleganex_core.networks.swap import swap_domain

from .tiny import tiny_model

PAGE = Path(__file__).parents[2] / "docs" / "edit-vectors.md"
BUNDLED = demo.FOLDER / "photo.edits.json"


@pytest.fixture
def model_file(tmp_path):
    model = tiny_model(128, encoder=False, name="tiny")
    shape = (model.num_slots, model.style_dim)
    model.edit_vectors = {name: torch.ones(shape) for name in ("smile", "mouth_open", "age", "hat")}
    save_model(model, tmp_path / "tiny.safetensors")
    return tmp_path / "tiny.safetensors"


def write_ranges(model_file: Path) -> None:
    right = {
        "smile": {"-2": 100, "-1": 100, "1": 100, "2": 96},
        "mouth_open": {"-1": 79.9, "-2": 100, "1": 80, "2": 83},
        "age": {"1": 40, "-1": 12},
    }
    text = json.dumps({"right": right, "faint": ["mouth_open"]})
    model_file.with_name("tiny.edits.json").write_text(text)


def test_a_range_ends_where_the_edit_first_misses_too_many(model_file):
    assert load_model(model_file).edit_ranges == {}
    write_ranges(model_file)
    ranges = load_model(model_file).edit_ranges
    ends = {name: (known.low, known.high) for name, known in ranges.items()}
    assert ends == {"smile": (-2, 2), "mouth_open": (0, 2), "age": (0, 0)}
    assert [name for name, known in ranges.items() if known.faint] == ["mouth_open"]
    assert [name for name, known in ranges.items() if known.fails] == ["age"]


def test_strengths_are_marked_and_none_where_nothing_was_measured(model_file):
    write_ranges(model_file)
    ranges = read_edit_ranges(model_file)
    assert mark_strength(ranges, "smile", 2) == ""
    assert mark_strength(ranges, "smile", -2.5) == "beyond -2 to 2"
    assert mark_strength(ranges, "mouth_open", -0.5) == "beyond 0 to 2"
    assert mark_strength(ranges, "mouth_open", 1) == "faint on real people"
    assert mark_strength(ranges, "age", 1) == "does not work on real people"
    assert mark_strength(ranges, "hat", 1) == "not measured on real people"
    assert mark_strength(ranges, "hat", 0) == ""
    assert mark_strength({}, "smile", 9) == ""


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"right": []}', '{"right": {"smile": 3}}', '{"right": {"smile": {"x": 1}}}',
     '{"right": {}, "faint": 3}', "[" * 30000, "\xff", " " * (LARGEST_FILE + 1)],
)  # fmt: skip
def test_a_file_of_another_kind_is_refused_with_a_sentence(model_file, text):
    model_file.with_name("tiny.edits.json").write_text(text, encoding="latin-1")
    with pytest.raises(CheckpointError, match=r"tiny\.edits\.json cannot be read"):
        load_model(model_file)


def test_another_domain_makes_no_promise(model_file):
    write_ranges(model_file)
    model, domain = load_model(model_file), load_model(model_file)
    assert swap_domain(model, domain).edit_ranges == {}
    assert swap_domain(model, domain, strength=0).edit_ranges == model.edit_ranges


def test_the_command_lists_every_edit_and_where_it_works(model_file, capsys):
    write_ranges(model_file)
    assert main(["edit", "--list", "--model", str(model_file)]) == 0
    _, *lines = capsys.readouterr().out.splitlines()
    told = dict(line.split(maxsplit=1) for line in lines)
    assert told == {
        "smile": "-2 to 2",
        "mouth_open": "0 to 2, faint on real people; right at -1 on 79.9 % only",
        "age": "does not work on real people; right at -1 on 12 %, at 1 on 40 % only",
        "hat": "not measured on real people",
    }
    model_file.with_name("tiny.edits.json").unlink()
    assert main(["edit", "--list", "--model", str(model_file)]) == 0
    assert "nothing was measured" in capsys.readouterr().out


def test_the_bundled_figures_are_of_the_bundled_weights():
    """Whoever ships other weights measures their edits anew."""
    told = json.loads(BUNDLED.read_text())
    assert told["weights"] == checksum(demo.FOLDER / "photo.safetensors"), "measure the edits again"
    model = load_demo()
    assert set(told["right"]) | set(told["faint"]) <= set(model.edit_vectors)
    assert model.edit_ranges["smile"].high >= 1


def test_the_page_says_of_every_edit_what_was_measured():
    model = load_demo()
    rows = [
        f"| {name} | {describe_range(model.edit_ranges.get(name))} |" for name in model.edit_vectors
    ]
    assert "\n".join(rows) in PAGE.read_text(), "docs/edit-vectors.md lacks:\n" + "\n".join(rows)


def test_the_report_on_the_models_has_the_same_figures():
    report = (PAGE.parent / "demo.md").read_text()
    for name, known in load_demo().edit_ranges.items():
        row = re.search(rf"^\| {name.replace('_', ' ')} \|(.*)$", report, re.MULTILINE)
        assert row, f"docs/demo.md has no row of {name}"
        shares = re.findall(r"(\d+) %", row[1])
        ups = [share for strength, share in known.right.items() if strength > 0]
        downs = [share for strength, share in known.right.items() if strength < 0]
        assert [float(share) for share in shares] == [*ups, *downs], name
