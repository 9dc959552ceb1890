"""Modules that wait for a file's values have all that the filled ones have, and draw nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from styleganex_core.networks import Model, empty_model, fill_model
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


def test_models_of_one_size_share_nothing_that_can_change():
    config = tiny_config(64, fusions=2, gate=1)
    one, other = empty_model(config, "one"), empty_model(config, "other")
    assert (one.name, other.name) == ("one", "other") and one.training
    pairs = list(zip(one.modules(), other.modules(), strict=True))
    assert len(pairs) > 300
    for a, b in pairs:
        assert type(a) is type(b) and a is not b
        for name, value in vars(a).items():
            assert not isinstance(value, (dict, set, list)) or value is not vars(b)[name], name
    values = {key: torch.ones(t.shape, dtype=t.dtype) for key, t in one.state_dict().items()}
    fill_model(one, values)
    assert not any(tensor.is_meta for tensor in one.state_dict().values())
    assert all(tensor.is_meta for tensor in other.state_dict().values())
    assert all(tensor.is_meta for tensor in empty_model(config).state_dict().values())
    other.edit_vectors["smile"] = torch.ones(10, 12)
    other.generator.register_forward_hook(print)
    again = empty_model(config)
    assert not again.edit_vectors and not again.generator._forward_hooks
    assert all(p.requires_grad for p in again.encoder.parameters())
    assert not any(p.requires_grad for p in one.parameters()) and not one.training


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
