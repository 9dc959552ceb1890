"""The languages: complete, in step with the English texts, translated, and safe for the editor.

That the English texts are those of the nodes is tested in tests/comfy/test_help.py.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

LOCALES = Path(__file__).resolve().parents[2] / "locales"
TRANSLATIONS = ["zh", "ja", "ko", "fr", "de", "es"]
FILES = sorted(path.name for path in (LOCALES / "en").glob("*.json"))

OWN_SCRIPT = {"zh": r"[\u4e00-\u9fff]", "ja": r"[\u3040-\u30ff]", "ko": r"[\uac00-\ud7af]"}
SYNTAX = set("{}@|")  # of vue-i18n's messages
# What must survive translation: numbers, units, files, folders, extensions, names.
FIXED = re.compile(
    r"\d+(?:\.\d+)?|\bpx\b|StyleGAN\w*|ComfyUI|FFHQ|README|\w+(?:/\w+)+|\.[a-z]{2,}\b"
)
QUOTED = re.compile(r"(?<!\w)'([^']+)'(?!\w)")
# Words that are the same in both languages.
SAME = {
    "fr": {"image", "images", "latents", "mode", "original", "points", "rotation", "style"},
    "de": {"clip", "info", "latents", "name", "original", "person", "seed", "video"},
    "es": set(),
}


def read(language: str, file: str) -> dict[str, str]:
    """The texts of a file by their paths."""
    return dict(_leaves(json.loads((LOCALES / language / file).read_text(encoding="utf-8"))))


def _leaves(tree: dict, path: str = ""):
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


@pytest.fixture(
    params=[(language, file) for language in TRANSLATIONS for file in FILES], ids="-".join
)
def pairs(request) -> tuple[str, list[tuple[str, str, str]]]:
    """A language and its (path, English, translation)."""
    language, file = request.param
    english, translated = read("en", file), read(language, file)
    assert not english.keys() - translated.keys(), f"{language}/{file} lacks texts"
    assert not translated.keys() - english.keys(), f"{language}/{file} has texts of no node"
    return language, [(key, english[key], translated[key]) for key in english]


def test_all_languages_are_there():
    assert sorted(path.name for path in LOCALES.iterdir()) == sorted(["en", *TRANSLATIONS])
    assert "nodeDefs.json" in FILES
    assert all(
        sorted(path.name for path in (LOCALES / language).iterdir()) == FILES
        for language in TRANSLATIONS
    )


def test_every_text_is_translated(pairs):
    language, texts = pairs
    for key, english, translation in texts:
        assert translation.strip() == translation and translation, key
        if translation.lower() == english.lower():
            assert english in SAME.get(language, ()), f"{language}: {key} is still English"
        if language in OWN_SCRIPT and not english.startswith("StyleGANEX"):
            assert re.search(OWN_SCRIPT[language], translation) or (
                language == "ja" and re.search(OWN_SCRIPT["zh"], translation)
            ), f"{language}: {key} has no letter of the language: {translation}"


def test_numbers_units_files_and_names_survive(pairs):
    language, texts = pairs
    for key, english, translation in texts:
        lost = [fixed for fixed in FIXED.findall(english) if fixed not in translation]
        assert not lost, f"{language}: {key} lost {lost}: {translation}"


def test_what_is_typed_or_chosen_stays_as_the_node_knows_it(pairs):
    """Quoted words are options and syntax, which the editor does not translate; input names are."""
    language, texts = pairs
    names = {key: translation for key, _, translation in texts}
    for key, english, translation in texts:
        node = key.split(".")[0]
        for quoted in QUOTED.findall(english):
            label = names.get(f"{node}.inputs.{quoted}.name", quoted)
            assert quoted in translation or label in translation, (
                f"{language}: {key} lost '{quoted}': {translation}"
            )


def test_inputs_of_a_node_have_different_labels(pairs):
    language, texts = pairs
    labels: dict[tuple[str, str], str] = {}
    for key, _, translation in texts:
        if ".inputs." in key and key.endswith(".name"):
            twin = labels.setdefault((key.split(".")[0], translation), key)
            assert twin == key, f"{language}: {twin} and {key} are both called {translation}"


@pytest.mark.parametrize("language", ["en", *TRANSLATIONS])
def test_no_text_is_read_as_syntax(language):
    for file in FILES:
        for key, text in read(language, file).items():
            assert not SYNTAX & set(text), f"{language}: {key} would break: {text}"
