"""Names of files are safe on every system, or refused with a sentence that can be shown."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from styleganex_core import StyleGANEXError
from styleganex_core.names import fill_dates, safe_name, safe_path

MADE_SAFE = {
    "anna": "anna",
    "Zoë 2": "Zoë 2",
    "名前": "名前",
    "a\0b": "a_b",
    "a:b": "a_b",
    'a<b>"c|d?e*f': "a_b__c_d_e_f",
    "trailing. . ": "trailing",
    "CON": "CON_",
    "con.txt": "con_.txt",
    "Lpt9.tar.gz": "Lpt9_.tar.gz",
    "con .txt": "con_.txt",
    "NUL  .tar.gz": "NUL_.tar.gz",
    "COM\u00b9": "COM\u00b9_",
    "CONSOLE": "CONSOLE",
    "gpj.\u202eexe": "gpj._exe",
    "a\u2066b\u200bc": "a_b_c",
    "a\ud800b": "a_b",
    "line\nbreak\ttab": "line_break_tab",
    "  spaces ": "spaces",
    ".hidden": ".hidden",
    "-rf": "-rf",
}


@pytest.mark.parametrize("text", MADE_SAFE)
def test_every_name_is_safe_on_every_system(text: str) -> None:
    name = safe_name(text)
    assert name == MADE_SAFE[text]
    assert safe_name(name) == name  # nothing left to do
    assert re.fullmatch(r'[^<>:"/\\|?*\x00-\x1f]+[^<>:"/\\|?*\x00-\x1f. ]', name) or len(name) == 1


@pytest.mark.parametrize(
    "text", ["", " ", ".", "..", "...", "\0", "\u202e", "???", "a" * 300, "é" * 150]
)
def test_what_cannot_be_a_name_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(StyleGANEXError) as refused:
        safe_name(text)
    assert str(refused.value).isprintable() and len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("project/anna", ("project", "anna")),
        ("project\\anna", ("project", "anna")),
        ("a//b/./c", ("a", "b", "c")),
        ("aux/NUL", ("aux_", "NUL_")),
        (" spaced ", ("spaced",)),
    ],
)
def test_folders_are_made_safe_one_by_one(text: str, parts: tuple[str, ...]) -> None:
    assert safe_path(text) == parts


@pytest.mark.parametrize(
    "text", ["/etc/passwd", "\\\\server\\share", "C:\\a", "C:/a", "../a", "a/../../b", ""]
)
def test_paths_that_leave_the_folder_are_refused(text: str) -> None:
    with pytest.raises(StyleGANEXError):
        safe_path(text)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("%date:yyyy-MM-dd%/anna", "2026-05-03/anna"),
        ("%date:yyMd_hhmmss%", "2653_080907"),
        ("%date:h.m.s%", "8.9.7"),
        ("%year%%month%%day%-%hour%%minute%%second%", "20260503-080907"),
        ("100%", "100%"),
        ("%name%_%date%", "%name%_%date%"),
        ("%date:%", "%date:%"),
    ],
)
def test_marks_of_time_are_filled_in(text: str, filled: str) -> None:
    assert fill_dates(text, datetime(2026, 5, 3, 8, 9, 7)) == filled
