"""The widgets' texts: complete in every language, translated, and all that the widgets say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

WIDGETS = Path(__file__).resolve().parents[2] / "web" / "js"
LANGUAGES = ["de", "en", "es", "fr", "ja", "ko", "zh"]
OWN_SCRIPT = {"zh": r"[\u4e00-\u9fff]", "ja": r"[\u3040-\u30ff\u4e00-\u9fff]"}
OWN_SCRIPT["ko"] = r"[\uac00-\ud7af]"
ALIKE = {"fr": {"mask.fine"}, "es": {"live.connected"}}
WORDS = re.compile(r"\{(\w+)\}")
FIXED = re.compile(r"\d+(?:\.\d+)?|\bpx\b|\bM\b|smile: 1\.2, age: -0\.5")
USED = re.compile(r'\bsay\(\s*(?:`([^`]+)`|"([^"]+)"|\w+[^"`()]*\? "([^"]+)" : "([^"]+)")')


def read(language: str) -> dict[str, str]:
    """The texts of a language by their keys; the module holds one JSON object."""
    module = (WIDGETS / "texts" / f"{language}.js").read_text(encoding="utf-8")
    body = module.split("export default", 1)[1].strip().removesuffix(";")
    return json.loads(re.sub(r",\s*}$", "}", body))


ENGLISH = read("en")


def test_all_languages_are_there():
    assert sorted(path.stem for path in (WIDGETS / "texts").glob("*.js")) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_text_with_its_words(language):
    texts = read(language)
    assert list(texts) == list(ENGLISH)
    for key, text in texts.items():
        assert text and text == text.strip(), key
        assert sorted(WORDS.findall(text)) == sorted(WORDS.findall(ENGLISH[key])), key
        assert set(FIXED.findall(ENGLISH[key])) <= set(FIXED.findall(text)), key


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_every_text_is_translated(language):
    for key, text in read(language).items():
        if key not in ALIKE.get(language, ()):
            assert text != ENGLISH[key], f"{key} is still English"
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
