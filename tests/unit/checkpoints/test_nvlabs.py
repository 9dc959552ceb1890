"""NVlabs' pickles: read as data, converted by the published formulas, nothing of theirs run."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import torch

from styleganex_core import (
    CheckpointError,
    apply_edit_vector,
    convert_file,
    decode_latents,
    describe_file,
    load_model,
    optimize_latents,
    sample_latents,
)

from .files import SLOTS, STYLE_DIM, Bomb, narrow_generator, save
from .nvlabs_files import Persistent, torch_network, write_tensorflow, write_torch

MEAN = torch.linspace(-1, 1, STYLE_DIM)


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """The same numbers in rosinality's form, whose reading the golden data check."""
    folder = tmp_path_factory.mktemp("rosinality")
    data = {"g_ema": narrow_generator(), "latent_avg": MEAN}
    return load_model(save(data, folder / "generator.pt"))


def write(layout: str, path: Path) -> Path:
    if layout == "torch":
        return write_torch(path, torch_network(narrow_generator(), MEAN))
    protocol = int(layout.split()[-1])
    return write_tensorflow(path, narrow_generator(), MEAN, protocol=protocol)


@pytest.mark.parametrize("layout", ["torch", "tensorflow 2", "tensorflow 3", "tensorflow 4"])
def test_every_number_lies_where_rosinality_has_it(layout: str, expected, tmp_path: Path) -> None:
    model = load_model(write(layout, tmp_path / "ffhq.pkl"))
    state = expected.state_dict()
    assert model.state_dict().keys() == state.keys()
    for key, tensor in model.state_dict().items():
        # TensorFlow's files hold the modulation's biases less 1, which costs a rounding.
        torch.testing.assert_close(tensor, state[key], rtol=0, atol=2e-7, msg=key)


def test_a_pickle_samples_inverts_and_edits(tmp_path: Path) -> None:
    model = load_model(write("torch", tmp_path / "ffhq.pkl"))
    assert "NVlabs" in describe_file(tmp_path / "ffhq.pkl")
    first, other = (
        sample_latents(model, 1, height=64, width=64),
        sample_latents(model, 2, height=64, width=64),
    )
    target = decode_latents(model, first).detach().clamp(-1, 1)
    before = (decode_latents(model, other) - target).square().mean()
    found = optimize_latents(model, other, target, steps=8, learning_rate=0.05)
    assert (decode_latents(model, found) - target).square().mean() < before
    vector = torch.ones(SLOTS, STYLE_DIM)
    edited = decode_latents(model, apply_edit_vector(found, vector, 2.0))
    assert (edited - decode_latents(model, found)).abs().mean() > 1e-3


def test_a_pickle_is_converted_to_a_safe_file(expected, tmp_path: Path) -> None:
    convert_file(write("torch", tmp_path / "a.pkl"), tmp_path / "a.safetensors")
    copy = load_model(tmp_path / "a.safetensors")
    copied = copy.state_dict()
    assert all(torch.equal(t, copied[k]) for k, t in expected.state_dict().items())


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_code_beside_the_networks_is_refused_and_not_run(protocol: int, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    path = tmp_path / "evil.pkl"
    network = torch_network(narrow_generator(), MEAN)
    write_torch(path, network, protocol=protocol, augment_pipe=Bomb(marker))
    with pytest.raises(CheckpointError, match=r"evil\.pkl needs Python code.*mkdir.*nothing in it"):
        load_model(path)
    assert not marker.exists()


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("embed", "trained on labels"),
        ("input", "StyleGAN3's own design"),
        ("b8", r"it lacks synthesis\.b8\."),
    ],
)
def test_other_designs_are_named(part: str, message: str, tmp_path: Path) -> None:
    network = torch_network(narrow_generator(), MEAN)
    mapping, synthesis = network.inner["mapping"], network.inner["synthesis"]
    if part == "embed":
        mapping.at("embed").parameters["weight"] = torch.ones(4, 4)
    elif part == "input":
        synthesis.at("input").buffers["transform"] = torch.eye(3)
    else:
        synthesis.inner[part] = Persistent()
    with pytest.raises(CheckpointError, match=message):
        load_model(write_torch(tmp_path / "other.pkl", network))


def test_a_truncated_pickle_is_damaged(tmp_path: Path) -> None:
    path = write("torch", tmp_path / "cut.pkl")
    whole = path.read_bytes()
    for part in (0.1, 0.5, 0.999):
        path.write_bytes(whole[: int(len(whole) * part)])
        with pytest.raises(CheckpointError, match="cut short or damaged"):
            load_model(path)
