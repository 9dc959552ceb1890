"""Whatever a sentence repeats, it can be printed, sent and read."""

from __future__ import annotations

import json

import pytest
import torch

import styleganex_core as core
from styleganex_core import StyleGANEXError
from styleganex_core.errors import echo

STRANGE = [
    "\ud800",
    "a\udfffb",
    "\x00",
    "\x1b[31m",
    "\u202e",
    "\u2066",
    "x" * 10**6,
    "\ud800" * 10**4,
    "\r\n",
]


@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
def test_a_sentence_is_printable_and_short(text):
    for kind in (StyleGANEXError, core.CheckpointError, core.ShapeError, core.FaceNotFoundError):
        sentence = str(kind(f'there is no "{text}"; there are\nothers.'))
        assert sentence.encode("utf-8").decode() == sentence
        assert all(line.isprintable() for line in sentence.split("\n"))
        assert len(sentence) <= 1500 and sentence.endswith("others.")
    assert echo(text).isprintable() and len(echo(text)) <= 60


def test_ordinary_text_is_repeated_as_it_is():
    text = "Gesicht „größer“ 顔 🙂\nsecond line"
    assert str(StyleGANEXError(text)) == text
    assert echo("smile: 1.2") == "smile: 1.2"


@pytest.mark.parametrize("text", ["\ud800", "x" * 3000, "a\x00b", "\u202eevil"], ids=range(4))
def test_everything_that_reads_text_repeats_it_printably_and_short(text, tmp_path):
    readers = [
        core.parse_strengths,
        core.parse_keyframes,
        core.parse_points,
        lambda text: core.parse_layers(text, 18),
        core.example_image,
        core.load_demo,
        core.load_demo_edit,
        lambda text: core.choose_classes(torch.zeros(1, 1, 4, 4, dtype=torch.long), text),
    ]
    if len(text) < 250:  # what the system's own file names may have
        readers += [core.load_model, core.load_latents, core.load_edit_vector, core.load_image]
    for reader in readers:
        with pytest.raises(StyleGANEXError) as refused:
            reader(text)
        json.dumps(str(refused.value), ensure_ascii=False).encode()
        assert 20 < len(str(refused.value)) <= 1500, reader
