"""Modules that wait for a file's values have all that the filled ones have, and draw nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from styleganex_core.networks import Model
from styleganex_core.networks.unfilled import unfilled

from ..tiny import tiny_config


def test_only_the_values_are_missing():
    config = tiny_config(64, fusions=2, gate=2, labels=3)
    filled = Model(config)
    with unfilled():
        waiting = Model(config)
    assert all(tensor.is_meta for tensor in waiting.state_dict().values())
    for kind in ("state_dict", "named_parameters", "named_buffers"):
        one, other = (dict(getattr(model, kind)()) for model in (filled, waiting))
        assert list(one) == list(other)
        for name, tensor in one.items():
            assert (tensor.shape, tensor.dtype) == (other[name].shape, other[name].dtype), name
    parameters = dict(waiting.named_parameters())
    assert all(p.requires_grad == parameters[n].requires_grad for n, p in filled.named_parameters())


def test_no_layer_draws_first_values(monkeypatch):
    drawn = []

    def note(tensor, *_, **__):
        drawn.append(tensor.shape)
        return tensor

    for name in ("uniform_", "normal_"):
        monkeypatch.setattr(torch.Tensor, name, note)
    with unfilled():
        Model(tiny_config(64, fusions=2, gate=2))
    assert drawn == []
    torch.nn.Linear(2, 2)
    assert drawn, "and outside of it they do"


def test_none_of_torchs_python_forms_runs_which_would_import_its_compiler():
    """They import SymPy and torch._dynamo, two seconds at the first model of a process."""
    ran = set()

    def note(frame, event, _):
        if event == "call":
            ran.add(Path(frame.f_code.co_filename).as_posix())

    sys.setprofile(note)
    try:
        with unfilled():
            Model(tiny_config(64, fusions=2, gate=2, labels=3))
    finally:
        sys.setprofile(None)
    assert any(name.endswith("networks/unfilled.py") for name in ran)
    python_forms = ("torch/_refs/", "torch/_meta_registrations", "torch/_prims")
    assert [name for name in ran if any(form in name for form in python_forms)] == []
