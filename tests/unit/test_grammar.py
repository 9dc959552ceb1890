"""Our small text formats: one table of cases for Python and JavaScript, each read in no time."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from pathlib import Path

import pytest

from styleganex_core import StyleGANEXError, parse_keyframes, parse_layers, parse_strengths
from styleganex_core.latents import parse_face_strengths

from .speed import seconds_of, slowness

ROOT = Path(__file__).resolve().parents[2]
TABLE = json.loads((ROOT / "tests" / "shared" / "grammar.json").read_text())
LONGEST_SECONDS = 0.2  # by tests/unit/speed.py, for one text of any kind; the longest took 74 s
JAVASCRIPT = """
import { readFileSync } from "node:fs";
const { readStrengths } = await import(process.argv[1] + "/live/strength_text.js");
const { parseLayers } = await import(process.argv[1] + "/layers.js");
const table = JSON.parse(readFileSync(process.argv[2], "utf8"));
const whole = (text) => text.unit === undefined ? text : text.start + text.unit.repeat(text.times) + text.end;
const read = {
  strengths: ({ text }) => { const found = readStrengths(whole(text)); return found && Object.fromEntries(found); },
  layers: ({ text, count }) => {
    const found = parseLayers(whole(text), count);
    return found && [...found].sort((a, b) => a - b);
  },
};
console.log(JSON.stringify(Object.fromEntries(Object.entries(read).map(([kind, reader]) => [
  kind,
  table[kind].map((row) => {
    const time = () => {
      const started = process.cpuUsage();
      const reads = reader(row);
      const { user, system } = process.cpuUsage(started);
      return { reads, seconds: (user + system) / 1e6 };
    };
    return [time(), time(), time()].sort((one, other) => one.seconds - other.seconds)[0];
  }),
]))));
"""  # noqa: E501


def whole(text: str | dict) -> str:
    """The text of a row, of which long ones are written as start + unit * times + end."""
    if isinstance(text, str):
        return text
    return text["start"] + text["unit"] * text["times"] + text["end"]


def read(kind: str, row: dict):
    text = whole(row["text"])
    if kind == "strengths":
        return parse_strengths(text)
    if kind == "layers":
        return list(parse_layers(text, row["count"]))
    if kind == "face_strengths":
        return {str(face): strengths for face, strengths in parse_face_strengths(text).items()}
    return [[key.place, key.strength, key.seconds] for key in parse_keyframes(text).keys]


ROWS = [(kind, row) for kind, rows in TABLE.items() for row in rows]


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=lambda part: json.dumps(part)[:60])
def test_a_text_is_read_or_refused_with_a_short_sentence(kind, row):
    def check() -> None:
        if row["reads"] is None:
            with pytest.raises(StyleGANEXError) as refused:
                read(kind, row)
            assert 20 < len(str(refused.value)) < 500
        else:
            assert read(kind, row) == row["reads"]

    assert seconds_of(check, LONGEST_SECONDS) <= LONGEST_SECONDS


def test_the_widgets_read_the_same():
    node = shutil.which("node")
    if node is None:
        pytest.skip("NO NODE: put node 18 or newer on the PATH to test the widgets' grammar")
    table = ROOT / "tests" / "shared" / "grammar.json"
    command = [node, "--input-type=module", "-e", JAVASCRIPT, (ROOT / "web/js").as_uri(), table]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    longest = LONGEST_SECONDS * slowness()
    for kind, answers in json.loads(ran.stdout).items():
        for row, answer in zip(TABLE[kind], answers, strict=True):
            assert answer["reads"] == row["reads"], (kind, row)
            assert answer["seconds"] < longest, (kind, row)


def test_a_clip_of_many_keys_asks_for_its_strengths_in_no_time():
    keys = parse_keyframes(",".join(f"{frame}:{frame % 7}" for frame in range(20_000)))

    def ask() -> None:
        assert [keys.strength_at(frame, 0.0, 25.0) for frame in range(20_000)][-1] == 19_999 % 7
        assert math.isclose(keys.strength_at(5, 0.2, 25.0), 5)

    assert seconds_of(ask, 2) <= 2
