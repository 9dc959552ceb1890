"""A new node needs its English text alone: the other languages follow, English until then."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.make_locales import find_missing, flatten, main, mark_note, nest, read, untranslated

LANGUAGES = ["de", "es", "fr", "ja", "ko", "zh"]
KNOWN = "StyleGANEX_Known"
KNOWN_TEXTS = {
    "StyleGANEX_Known.display_name": "Known (StyleGANEX)",
    "StyleGANEX_Known.description": "Is there already.",
    "StyleGANEX_Known.inputs.model.name": "model",
    "StyleGANEX_Known.inputs.model.tooltip": "From Load Model.",
    "StyleGANEX_Known.outputs.0.name": "image",
    "StyleGANEX_Known.outputs.0.tooltip": "One picture.",
}
NEW = "StyleGANEX_Pretend"
SAID_ELSEWHERE = "StyleGANEX_Pretend.inputs.model.tooltip"
NEW_TEXTS = {
    "StyleGANEX_Pretend.display_name": "Pretend (StyleGANEX)",
    "StyleGANEX_Pretend.description": "Does nothing, for a test.",
    "StyleGANEX_Pretend.inputs.strength.name": "strength",
    "StyleGANEX_Pretend.inputs.strength.tooltip": "How much of nothing, 0 to 1.",
    "StyleGANEX_Pretend.outputs.0.tooltip": "The picture as it came.",
}


def texts_of(pack: Path, language: str) -> dict[str, str]:
    return flatten(read(pack / "locales" / language / "nodeDefs.json"))


def object_info(texts: dict) -> dict:
    """ComfyUI's description of a node with these texts."""
    inputs = {name: ["ANY", {"tooltip": of["tooltip"]}] for name, of in texts["inputs"].items()}
    return {
        "display_name": texts["display_name"],
        "description": texts["description"],
        "input": {"required": inputs},
        "output_name": [of["name"] for of in texts["outputs"].values()],
        "output_tooltips": [of["tooltip"] for of in texts["outputs"].values()],
    }


@pytest.fixture
def pack(tmp_path) -> Path:
    """A pack of one translated node, and what a ComfyUI says of that node and of a new one."""
    for language in ["en", *LANGUAGES]:
        own = "" if language == "en" else f" in {language}"
        texts = nest({key: text + own for key, text in KNOWN_TEXTS.items()})
        folder = tmp_path / "locales" / language
        folder.mkdir(parents=True)
        (folder / "nodeDefs.json").write_text(json.dumps(texts), "utf-8")
    known = nest(KNOWN_TEXTS)[KNOWN]
    for name in ("texts", "template_texts"):
        (tmp_path / "web" / "js" / name).mkdir(parents=True)
        (tmp_path / "web" / "js" / name / "en.js").write_text('export default {"a": "one"};\n')
    (tmp_path / "web" / "docs").mkdir()
    new = {
        "display_name": NEW_TEXTS["StyleGANEX_Pretend.display_name"],
        "description": NEW_TEXTS["StyleGANEX_Pretend.description"],
        "inputs": {
            "model": known["inputs"]["model"],
            "strength": {
                "name": "strength",
                "tooltip": NEW_TEXTS["StyleGANEX_Pretend.inputs.strength.tooltip"],
            },
        },
        "outputs": {
            "0": {
                "name": known["outputs"]["0"]["name"],
                "tooltip": NEW_TEXTS["StyleGANEX_Pretend.outputs.0.tooltip"],
            }
        },
    }
    info = {KNOWN: object_info(known), NEW: object_info(new), "LoadImage": {}}
    (tmp_path / "object_info").write_text(json.dumps(info), "utf-8")
    return tmp_path


def run(pack: Path, *options: str) -> None:
    main(["--root", str(pack), "--url", pack.as_uri(), *options])


def test_a_new_node_is_english_in_every_language_until_it_is_translated(pack):
    before = {language: texts_of(pack, language) for language in LANGUAGES}
    run(pack)
    english = texts_of(pack, "en")
    assert NEW_TEXTS.items() <= english.items()
    for language in LANGUAGES:
        texts = texts_of(pack, language)
        assert list(texts) == list(english)
        assert before[language].items() <= texts.items(), "what was translated stays"
        assert {key: texts[key] for key in NEW_TEXTS} == NEW_TEXTS
        assert texts[SAID_ELSEWHERE] == before[language][f"{KNOWN}.inputs.model.tooltip"]


def test_what_is_to_be_translated_is_named_and_no_more(pack, capsys):
    run(pack)
    told = capsys.readouterr().out
    for language in LANGUAGES:
        assert f"{language}: translate StyleGANEX_Pretend.description: Does nothing" in told
    assert set(find_missing(pack)) == {
        (language, key, text) for language in LANGUAGES for key, text in NEW_TEXTS.items()
    }
    assert f"{len(LANGUAGES) * len(NEW_TEXTS)} texts to be translated" in told
    path = pack / "locales" / "fr" / "nodeDefs.json"
    tree = read(path)
    tree[NEW]["description"] = "Ne fait rien, pour un test."
    path.write_text(json.dumps(tree), "utf-8")
    run(pack, "--missing")
    told = capsys.readouterr().out
    assert "fr: translate StyleGANEX_Pretend.description" not in told
    assert "de: translate StyleGANEX_Pretend.description" in told
    run(pack)
    assert texts_of(pack, "fr")["StyleGANEX_Pretend.description"] == "Ne fait rien, pour un test."


def test_a_text_that_changes_is_english_again_and_translated_afresh(pack):
    run(pack)
    path = pack / "object_info"
    path.write_text(
        path.read_text("utf-8").replace("Does nothing, for a test.", "Nothing."), "utf-8"
    )
    run(pack)
    for language in LANGUAGES:
        assert texts_of(pack, language)["StyleGANEX_Pretend.description"] == "Nothing."
    assert ("ja", "StyleGANEX_Pretend.description", "Nothing.") in set(find_missing(pack))


def test_words_that_are_alike_in_both_languages_are_translated():
    english = {"a": "image", "b": "Turn"}
    assert untranslated("fr", {"a": "image", "b": "turn"}, english) == ["b"]
    assert untranslated("es", {"a": "image", "b": "Girar"}, english) == ["a"]


def test_check_writes_nothing_and_fails_where_english_is_out_of_step(pack, capsys):
    before = texts_of(pack, "en")
    with pytest.raises(SystemExit) as stopped:
        run(pack, "--check")
    assert stopped.value.code == 1 and texts_of(pack, "en") == before
    assert "new or changed" in capsys.readouterr().out
    run(pack)
    with pytest.raises(SystemExit) as stopped:
        run(pack, "--check")
    assert stopped.value.code == 0


def test_texts_of_widgets_and_pages_without_a_picture_are_named_too(pack, capsys):
    (pack / "web" / "js" / "texts" / "fr.js").write_text("// @ts-check\nexport default {};\n")
    (pack / "web" / "docs" / f"{NEW}.md").write_text("# Pretend\n\nDoes nothing.\n")
    run(pack, "--missing")
    told = capsys.readouterr().out
    assert "fr: translate texts: a: one\n" in told
    assert f"web/docs/{NEW}.md: no picture" in told


def test_what_is_written_in_graphs_is_named_where_it_is_missing_or_stale(pack, capsys):
    note = "## New graph\n\nMade for a test."
    graph = {"nodes": [{"type": NEW, "title": "A title"}, {"type": "MarkdownNote", "title": "-"}]}
    (pack / "workflows" / "notes").mkdir(parents=True)
    (pack / "workflows" / "new.json").write_text(json.dumps(graph))
    (pack / "workflows" / "notes" / "new.md").write_text(note + "\n")
    modules = pack / "web" / "js"
    (modules / "note_texts").mkdir()
    for language, mark in (("de", mark_note(note)), ("fr", "00000000")):
        notes = {"new": {"english": mark, "lines": ["..."]}}
        titles = {"titles": {"A title": "Ein Titel"} if language == "de" else {}}
        for folder, texts in (("note_texts", notes), ("template_texts", titles | {"a": "eins"})):
            module = f"export default {json.dumps(texts)};\n"
            (modules / folder / f"{language}.js").write_text(module)
    run(pack, "--missing")
    told = capsys.readouterr().out.splitlines()
    assert [line for line in told if "New graph" in line or "A title" in line] == [
        "fr: translate titles, as in new: A title",
        "fr: translate note_texts: new: ## New graph",
    ]


def test_this_pack_is_read_by_the_same_command(capsys):
    main(["--missing"])
    assert "texts to be translated" in capsys.readouterr().out
