"""The script prepared for a GPU runs from end to end without one."""

from __future__ import annotations

import pytest

from benchmarks import device, run

SMALL = ["--device", "cpu", "--size", "64", "--narrower", "16", "--repeats", "1"]


@pytest.mark.slow
def test_the_checks_pass_and_the_table_is_filled(tmp_path, capsys):
    report = tmp_path / "device.md"
    code = device.main([*SMALL, "--rows", "decode", "step", "--out", str(report)])
    text = report.read_text(encoding="utf-8")
    assert code == 0, text
    assert text.strip() in capsys.readouterr().out
    assert text.count("- fine: ") == 4 and "WRONG" not in text
    assert "tried [16, 8, 4, 4, 4, 4]" in text
    for row in ("| decode 64², batch 2, float32 |", "| one step of gradient, 64² |"):
        assert row in text


def test_a_failed_check_is_told_and_ends_with_an_error(monkeypatch, capsys):
    monkeypatch.setattr(device, "SAME", -1.0)
    monkeypatch.setattr(device, "check_half", lambda device: (True, "left out"))
    monkeypatch.setattr(run, "fill_table", lambda *_: None)
    assert device.main(SMALL) == 1
    assert capsys.readouterr().out.count("- WRONG: ") == 2
