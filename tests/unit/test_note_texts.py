"""What is written in the example graphs: their notes and nodes' titles, whole where translated.

A language may lack a note or a title, which is English then; `scripts/make_locales.py --missing`
lists those. A note is whole where it has the English one's lines, in their form, with its numbers,
links and code; it calls nodes, inputs and graphs what they are called in that language's editor.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

from scripts.make_locales import mark_note, read_module

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = sorted(path.name for path in (ROOT / "locales").iterdir() if path.name != "en")
GRAPHS = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "workflows").glob("*.json"))
}
NOTES = {
    name: (ROOT / "workflows" / "notes" / f"{name}.md").read_text(encoding="utf-8").strip()
    for name in GRAPHS
}
TITLES = {
    node["title"]
    for graph in GRAPHS.values()
    for node in graph["nodes"]
    if "title" in node and node["type"] != "MarkdownNote"
}
# ComfyUI's own nodes that notes speak of, as its editor calls them.
THEIRS = {
    "Load Image": {"de": "Bild laden", "es": "Cargar imagen", "fr": "Charger Image"}
    | {"ja": "画像を読み込む", "ko": "이미지 로드", "zh": "加载图像"},
    "Load Video": {"de": "Video laden", "es": "Cargar video", "fr": "Charger une vidéo"}
    | {"ja": "ビデオを読み込む", "ko": "비디오 불러오기", "zh": "加载视频"},
}
OWN_SCRIPT = {"zh": r"[\u4e00-\u9fff]", "ja": r"[\u3040-\u30ff]", "ko": r"[\uac00-\ud7af]"}
ALIKE = {"fr": {"Mixed"}}
TRANSLATED = 0.8  # share of the texts below which a language is not one that we speak
LONGEST = 42  # letters of a title on a node 300 px wide
FORM = re.compile(r"^(?:\d+\. |- |\*\*|$)?")
CODE = re.compile(r"`([^`]+)`")
EMPHASIS = re.compile(r"(?<!\*)\*([^*\n]+)\*(?!\*)")
STARS = re.compile(r"(\*\*?)(?!\*)(.+?)\1")
LINK = re.compile(r"\]\(([^)]+)\)")
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?!\w)")
QUOTED = re.compile(r'"([^"]+)"')
# English that stays: names, files, options in the editor's words, units.
STAYS = re.compile(
    r"`[^`]*`|\[[^\]]+\]\([^)]*\)|\*(?:reduce first|small picture|already enlarged|stored|input"
    r"|change|drawing|demo: \w+)\*|S-Lab License|[“„«「\"]\s?[\w (-]+?\)?\s?[”“»」\"]"
)
ENGLISH_WORDS = re.compile(
    r"\b(?:the|and|of|with|for|your|is|are|which|from|face|photo's|edit|picture|into)\b"
)


@cache
def read(folder: str, language: str) -> dict:
    """A module's one JSON object."""
    return read_module(ROOT / "web" / "js" / folder / f"{language}.js")


@cache
def names_of(language: str) -> dict[str, dict]:
    path = ROOT / "locales" / language / "nodeDefs.json"
    return json.loads(path.read_text(encoding="utf-8"))


def plain(name: str) -> str:
    return name.removesuffix(" (StyleGANEX)")


@cache
def node_names(language: str) -> dict[str, str]:
    """What nodes are called in a language, by their English names."""
    here = names_of(language)
    found = {
        plain(node["display_name"]): plain(here[key]["display_name"])
        for key, node in names_of("en").items()
    }
    found["Optimize"] = found["Optimize Latents"]  # as titles and notes call it for short
    return found | {name: languages[language] for name, languages in THEIRS.items()}


@cache
def input_labels(language: str) -> dict[str, set[str]]:
    """What inputs are called in a language, by their names; nodes may differ."""
    found: dict[str, set[str]] = {}
    for node in names_of(language).values():
        for name, texts in node.get("inputs", {}).items():
            found.setdefault(name, set()).add(texts["name"])
    return found


def body(name: str) -> list[str]:
    """The lines of an English note below its heading."""
    heading, _, text = NOTES[name].partition("\n\n")
    assert heading.startswith("## "), f"{name}: a note begins with a heading"
    return text.split("\n")


@pytest.fixture(params=LANGUAGES)
def language(request) -> str:
    return request.param


@pytest.fixture(
    params=[(code, name) for code in LANGUAGES for name in read("note_texts", code)], ids="-".join
)
def pair(request) -> tuple[str, str, list[str], list[str]]:
    """A language, a graph's name, and the lines of its note in English and in the language."""
    code, name = request.param
    lines = read("note_texts", code)[name]["lines"]
    return code, name, body(name), lines


def test_the_graphs_hold_the_notes_of_the_folder():
    for name, graph in GRAPHS.items():
        notes = [node for node in graph["nodes"] if node["type"] in ("Note", "MarkdownNote")]
        assert [node["widgets_values"] for node in notes] == [[NOTES[name]]], name


def test_most_notes_are_there_in_every_language():
    folder = ROOT / "web" / "js" / "note_texts"
    assert sorted(path.stem for path in folder.glob("*.js")) == LANGUAGES
    for language in LANGUAGES:
        notes = read("note_texts", language)
        assert set(notes) <= set(GRAPHS), f"{language}: a note of no graph"
        assert len(notes) >= TRANSLATED * len(GRAPHS), language


def test_notes_were_translated_from_the_english_text_of_today():
    stale = []
    for name, text in NOTES.items():
        mark = mark_note(text)
        notes = {code: read("note_texts", code).get(name) for code in LANGUAGES}
        old = [code for code, note in notes.items() if note and note["english"] != mark]
        if old:
            stale.append(
                f'{name}: renew {", ".join(old)} and write "english": "{mark}" there, or take the '
                "note out there, so that it is English until somebody translates it"
            )
    assert not stale, "English notes have changed (web/js/note_texts):\n" + "\n".join(stale)


def test_a_note_has_every_line_in_its_form(pair):
    _, _, english, lines = pair
    assert [form(line) for line in lines] == [form(line) for line in english]
    assert all(line == line.strip() for line in lines)


def form(line: str) -> str:
    """How a line begins: a number, a bullet, a strong word, a plain one or nothing at all."""
    found = FORM.match(line)
    return (found[0] if found else "") or ("text" if line else "")


def test_a_note_keeps_links_numbers_and_code(pair):
    code, _, english, lines = pair
    labels = input_labels(code)
    for source, line in zip(english, lines, strict=True):
        assert LINK.findall(line) == LINK.findall(source)
        numbers = NUMBER.findall(CODE.sub("", source))
        lost = [number for number in numbers if not has_number(line, number)]
        assert not lost, f"{lost} is missing: {line}"
        written = CODE.findall(line)
        for word in CODE.findall(source):
            known = labels.get(word, {word})
            assert known & set(written), f"`{word}` should be one of {known}: {line}"
            written.remove((known & set(written)).pop())
        assert not written, f"{written} is not in the English text"
        for option in QUOTED.findall(source):
            assert option in line, f"the option {option} is missing: {line}"


def has_number(line: str, number: str) -> bool:
    return re.search(rf"(?<![\d.]){re.escape(number)}(?![\d]|\.\d)", line) is not None


def test_a_note_calls_nodes_and_graphs_what_the_editor_calls_them(pair):
    code, _, english, lines = pair
    nodes, texts = node_names(code), read("template_texts", code)
    for source, line in zip(english, lines, strict=True):
        named = EMPHASIS.findall(line)
        for word in EMPHASIS.findall(source):
            titled = [title for title in TITLES if re.match(rf"(\d\. )?{re.escape(word)}\b", title)]
            if word in nodes:
                assert nodes[word] in named, f"*{word}* is *{nodes[word]}*: {line}"
            elif word in GRAPHS:
                assert texts["graphs"].get(word, {"title": word})["title"] in named, line
            elif titled:
                known = [texts["titles"].get(title) for title in titled]
                said = [name in title for name in named for title in known if title]
                assert any(said) or None in known, f"*{word}*: {line}"
            elif word == "weak":
                assert read("texts", code)["live.weak"] in named, line
            else:
                assert word in named, f"*{word}* is missing: {line}"
        assert len(named) == len(EMPHASIS.findall(source)), line


def test_no_english_is_left_in_a_note(pair):
    code, _, english, lines = pair
    for source, line in zip(english, lines, strict=True):
        words = STAYS.sub(" ", line)
        if re.search(r"[a-z]{3}", STAYS.sub(" ", source)):
            assert line != source
        if code in OWN_SCRIPT and words.strip(" -*.:0123456789→"):
            assert re.search(OWN_SCRIPT[code], words) or (
                code == "ja" and re.search(OWN_SCRIPT["zh"], words)
            ), f"no letter of the language: {line}"
        left = ENGLISH_WORDS.findall(words)
        assert not left, f"{left} in: {line}"


def test_emphasis_is_drawn(pair):
    """Markdown shows the stars where a mark inside them faces a letter outside."""
    for line in pair[3]:
        text = f" {CODE.sub('x', line)} "
        assert text.count("*") % 2 == 0, line
        for found in STARS.finditer(text):
            inside, before, after = found[2], text[found.start() - 1], text[found.end()]
            opens = re.match(r"\w", inside) or not re.match(r"\w", before)
            closes = re.search(r"\w$", inside) or not re.match(r"\w", after)
            assert opens and closes, f"{found[0]} in: {line}"


def test_titles_of_graphs_nodes_are_translated(language):
    titles, nodes = read("template_texts", language)["titles"], node_names(language)
    assert set(titles) <= TITLES, "web/js/template_texts has titles of no node"
    assert len(titles) >= TRANSLATED * len(TITLES)
    for english, title in titles.items():
        assert title and title == title.strip() and len(title) <= LONGEST, title
        if english not in ALIKE.get(language, ()):
            assert title != english, f"{english} is still English"
        if language in OWN_SCRIPT:
            assert re.search(OWN_SCRIPT[language], title) or re.search(OWN_SCRIPT["zh"], title)
        lost = [number for number in NUMBER.findall(english) if not has_number(title, number)]
        assert not lost, title
        kind, colon, _ = english.partition(":")
        if colon and (name := nodes.get(kind.rstrip(" 12"))):
            assert title.startswith(name), f"{english}: the node is called {name}"
