"""ArcFace loads by its published keys, and its trunk starts an encoder."""

from __future__ import annotations

import pytest
import torch

from styleganex_core.checkpoints import load_identity, load_trunk
from styleganex_core.checkpoints.convert import original_key
from styleganex_core.errors import CheckpointError
from styleganex_core.networks import Model, ModelConfig, identity
from styleganex_lab.training.start.models import add_encoder

from ..tiny import tiny_config

END = {"norm.": "output_layer.0.", "linear.": "output_layer.3.", "last_norm.": "output_layer.4."}


@pytest.fixture
def narrow(monkeypatch):
    """The network at a fraction of its published widths."""
    monkeypatch.setattr(identity, "STEM_WIDTH", 4)
    monkeypatch.setattr(identity, "WIDTHS", (4, 6, 8, 8))
    monkeypatch.setattr(identity, "SQUEEZES", (2, 2, 2, 2))


@pytest.fixture
def published(narrow, tmp_path):
    """A random network and the file with its published keys."""
    with torch.random.fork_rng():
        torch.random.manual_seed(0)
        network = identity.IdentityNetwork().eval()
    tensors = {}
    for key, tensor in network.state_dict().items():
        end = next((theirs for ours, theirs in END.items() if key.startswith(ours)), None)
        if end:
            tensors[end + key.split(".", 1)[1]] = tensor
        else:
            tensors[original_key("encoder." + key).removeprefix("encoder.")] = tensor
    path = tmp_path / "model_ir_se50.pth"
    torch.save(tensors, path)
    return network, path


def test_arcface_comes_back_from_its_file(published):
    network, path = published
    loaded = load_identity(path)
    face = torch.rand(2, 3, 112, 112) * 2 - 1
    torch.testing.assert_close(loaded(face), network(face))
    assert not any(parameter.requires_grad for parameter in loaded.parameters())


def test_identities_are_directions_of_the_face_alone(published):
    network = load_identity(published[1])
    picture = torch.rand(1, 3, 256, 256) * 2 - 1
    beside = picture.clone()
    beside[..., :35, :], beside[..., 220:] = 0, 0  # beyond rows 35 to 222, columns 32 to 219
    first, second = network.embed(picture), network.embed(beside)
    torch.testing.assert_close(first.norm(dim=1), torch.ones(1))
    torch.testing.assert_close(first, second)
    assert not torch.allclose(first, network.embed(-picture))


def test_the_trunk_starts_an_encoder(published):
    trunk = load_trunk(published[1])
    generator = Model(ModelConfig(tiny_config(encoder=False).generator), name="generator")
    model = add_encoder(generator, {k: t for k, t in trunk.items() if t.ndim == 0}, seed=1)
    assert model.encoder is not None and model.encoder.config.widths == (64, 128, 256, 512)
    assert "encoder.blocks.23.conv_out.weight" in trunk
    assert not any("output_layer" in key for key in trunk)


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "other.pt"
    torch.save({"weight": torch.zeros(3)}, path)
    with pytest.raises(CheckpointError, match="input_layer"):
        load_identity(path)
    with pytest.raises(CheckpointError, match="IR-SE-50"):
        load_trunk(path)
