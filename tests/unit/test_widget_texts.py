"""The widgets' texts: all that they say in English, well translated in the other languages.

A language may lack a text, which is English then; `scripts/make_locales.py --missing` lists those.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.make_locales import ALIKE_IN_WIDGETS, read_module

WIDGETS = Path(__file__).resolve().parents[2] / "web" / "js"
LANGUAGES = ["de", "en", "es", "fr", "ja", "ko", "zh"]
OWN_SCRIPT = {"zh": r"[\u4e00-\u9fff]", "ja": r"[\u3040-\u30ff\u4e00-\u9fff]"}
OWN_SCRIPT["ko"] = r"[\uac00-\ud7af]"
TRANSLATED = 0.8  # share of the texts below which a language is not one that we speak
WORDS = re.compile(r"\{(\w+)\}")
FIXED = re.compile(r"\d+(?:\.\d+)?|\bpx\b|\bM\b|smile: 1\.2, age: -0\.5")
USED = re.compile(r'\bsay\(\s*(?:`([^`]+)`|"([^"]+)"|\w+[^"`()]*\? "([^"]+)" : "([^"]+)")')


def read(language: str) -> dict[str, str]:
    """The texts of a language by their keys."""
    return read_module(WIDGETS / "texts" / f"{language}.js")


ENGLISH = read("en")


def test_all_languages_are_there():
    assert sorted(path.stem for path in (WIDGETS / "texts").glob("*.js")) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_keeps_its_words_and_numbers(language):
    texts = read(language)
    assert list(texts) == [key for key in ENGLISH if key in texts]
    assert len(texts) >= TRANSLATED * len(ENGLISH)
    for key, text in texts.items():
        assert text and text == text.strip(), key
        assert sorted(WORDS.findall(text)) == sorted(WORDS.findall(ENGLISH[key])), key
        assert set(FIXED.findall(ENGLISH[key])) <= set(FIXED.findall(text)), key


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_every_text_of_a_language_is_translated(language):
    for key, text in read(language).items():
        if key not in ALIKE_IN_WIDGETS.get(language, ()):
            assert text != ENGLISH[key], f"{key} is English, as it would be without this line"
        if language in OWN_SCRIPT:
            assert re.search(OWN_SCRIPT[language], text), f"{key} has no letter of the language"


def test_widgets_say_what_is_there_and_nothing_is_left_over():
    said: set[str] = set()
    for path in WIDGETS.rglob("*.js"):
        if path.parent.name == "texts":
            continue
        source = path.read_text(encoding="utf-8")
        said.update(key for found in USED.findall(source) for key in found if key)
        said.update(re.findall(r'"(live\.unit\.\w+)"', source))
    patterns = [re.compile(re.sub(r"\\\$\\\{.*?\\\}", r"\\w+", re.escape(key))) for key in said]
    unknown = [p.pattern for p in patterns if not any(map(p.fullmatch, ENGLISH))]
    assert not unknown, f"no text for {unknown}"
    unsaid = [key for key in ENGLISH if not any(p.fullmatch(key) for p in patterns)]
    assert [key for key in unsaid if not key.startswith("vector.")] == []
