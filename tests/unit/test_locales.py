"""The languages: complete, in step with the English texts, well translated, safe for the editor.

A text may stay English for a while; `scripts/make_locales.py --missing` lists those that do.
That the English texts are those of the nodes is tested in tests/comfy/test_help.py.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scripts.make_locales import flatten, untranslated

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
TRANSLATED = 0.8  # share of the texts below which a language is not one that we speak


def read(language: str, file: str) -> dict[str, str]:
    """The texts of a file by their paths."""
    return flatten(json.loads((LOCALES / language / file).read_text(encoding="utf-8")))


@pytest.fixture(
    params=[(language, file) for language in TRANSLATIONS for file in FILES], ids="-".join
)
def pairs(request) -> tuple[str, list[tuple[str, str, str]]]:
    """A language and its (path, English, translation) of all that is translated."""
    language, file = request.param
    english, texts = read("en", file), read(language, file)
    waiting = set(untranslated(language, texts, english))
    return language, [
        (key, english[key], text) for key, text in texts.items() if key not in waiting
    ]


def test_all_languages_are_there():
    assert sorted(path.name for path in LOCALES.iterdir()) == sorted(["en", *TRANSLATIONS])
    assert "nodeDefs.json" in FILES
    assert all(
        sorted(path.name for path in (LOCALES / language).iterdir()) == FILES
        for language in TRANSLATIONS
    )


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("file", FILES)
def test_a_language_has_every_text_and_most_of_them_translated(language, file):
    """`python scripts/make_locales.py` mends what lacks: it is English until it is translated."""
    english, texts = read("en", file), read(language, file)
    assert list(texts) == list(english)
    assert len(untranslated(language, texts, english)) <= (1 - TRANSLATED) * len(english)


def test_a_translation_is_in_letters_of_its_language(pairs):
    language, texts = pairs
    for key, english, translation in texts:
        assert translation.strip() == translation and translation, key
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
