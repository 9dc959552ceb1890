"""The networks, and `Model`: the networks of one checkpoint with their sizes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import nn

from ..datatypes import AverageChange, Latents
from ..edit_ranges import EditRange
from ..errors import ShapeError, StyleGANEXError
from .encoder import Encoder, EncoderConfig
from .fusion import FusionConfig, SkipFusion
from .generator import Generator, GeneratorConfig
from .precision import PRECISIONS, choose_dtype
from .unfilled import copy_unfilled, unfilled

__all__ = [
    "PRECISIONS",
    "Encoder",
    "EncoderConfig",
    "FusionConfig",
    "Generator",
    "GeneratorConfig",
    "Model",
    "ModelConfig",
    "SkipFusion",
    "build_model",
    "choose_dtype",
    "empty_model",
    "fill_model",
]

# Channels of f, slots and style side of the photo model of 0.1.0 and its kin.
EARLIER_DEMO = (80, 14, 64)


@dataclass(frozen=True)
class ModelConfig:
    """The sizes of all the networks of a model; `encoder` is None for a generator alone."""

    generator: GeneratorConfig
    encoder: EncoderConfig | None = None
    fusions: tuple[FusionConfig, ...] = ()


class Model(nn.Module):
    """A generator, its encoder and skip fusions where the checkpoint has them, the mean latent.

    `latent_avg` [L, D] is the mean latent; `edit_vectors` maps names to [L, D] or [R, L, D]
    tensors that came with the checkpoint, `edit_ranges` what was measured of them on real people
    (nothing, where nothing was), `average_changes` what they change of a photo's own px; `name` is
    for messages, and so is `foreign_encoder`: what the file holds in the place of an encoder of
    ours, or "". `takes_skips`: a domain's generator that has learned to draw with the skips of the
    model that it was made from. `is_swapped`: the generator is another domain's that has not, so
    that optional skips of the photo would pull it back to the photo.
    """

    latent_avg: torch.Tensor

    def __init__(self, config: ModelConfig, name: str = "model") -> None:
        super().__init__()
        self.config = config
        self.name = name
        self.generator = Generator(config.generator)
        self.encoder = Encoder(config.encoder) if config.encoder else None
        self.fusions = nn.ModuleList(SkipFusion(fusion) for fusion in config.fusions)
        self.register_buffer("latent_avg", torch.zeros(self.num_slots, self.style_dim))
        self.edit_vectors: dict[str, torch.Tensor] = {}
        self.edit_ranges: dict[str, EditRange] = {}
        self.average_changes: dict[str, AverageChange] = {}
        self.foreign_encoder = ""
        self.takes_skips = False
        self.is_swapped = False

    @property
    def num_slots(self) -> int:
        return self.config.generator.num_slots

    @property
    def style_dim(self) -> int:
        return self.config.generator.style_dim

    @property
    def feature_channels(self) -> int:
        """The channels of `f`."""
        return self.config.generator.channels[0]

    @property
    def stride(self) -> int:
        """Output px per cell of `f`: 32 for a 1024 px generator."""
        return self.config.generator.size // 32

    @property
    def ratio(self) -> float:
        """Output px per px of the encoder's input: 4 for a 1024 px generator, 1 for 256 px."""
        return self.config.generator.size / 256

    @property
    def active_fusions(self) -> int:
        """How many fusions run: a small generator may have fewer up-convs than fusions."""
        return min(len(self.fusions), len(self.config.generator.channels) - 1)

    @property
    def skips_are_optional(self) -> bool:
        """Whether styles and `f` alone draw the face that was encoded, only less exactly.

        So it is for models whose gates are one layer deep, as `train real` makes them: their skips
        bring likeness, and hold on to what an edit should change. The paper's gates are deeper, and
        its models need their skips.
        """
        gates = [fusion.gate_layers for fusion in self.config.fusions]
        return bool(gates) and all(layers == 1 for layers in gates)

    @property
    def device(self) -> torch.device:
        return self.latent_avg.device

    @property
    def dtype(self) -> torch.dtype:
        return self.latent_avg.dtype

    def require_encoder(self) -> Encoder:
        """The encoder, or StyleGANEXError saying what is missing."""
        if self.encoder is None and self.foreign_encoder:
            raise StyleGANEXError(
                f"{self.name} cannot encode a picture: {self.foreign_encoder}. Use this file to "
                "sample, to decode, for edit vectors and as the other model of Domain Swap; to "
                "encode, load StyleGANEX's inversion model or the bundled demo."
            )
        if self.encoder is None:
            raise StyleGANEXError(
                f"{self.name} is a generator alone: it can sample and decode, but encoding a "
                "picture needs a checkpoint with an encoder (keys 'encoder.*'), such as "
                "StyleGANEX's inversion model or the bundled demo."
            )
        return self.encoder

    def check_latents(self, latents: Latents) -> None:
        """Raises ShapeError when the latents come from a model of another family."""
        expected = (self.feature_channels, self.num_slots, self.style_dim)
        came = (latents.f.shape[1], *latents.w_plus.shape[1:])
        if tuple(came) != expected:
            advice = "Encode the picture again with this model"
            if tuple(came) == EARLIER_DEMO:
                advice += ", or use demo: rendered, to which latents saved with 0.1.0 belong"
            raise ShapeError(
                f"{self.name} takes latents with {expected[0]} channels of f and w_plus "
                f"[{expected[1]}, {expected[2]}]; these have {came[0]} channels and w_plus "
                f"[{came[1]}, {came[2]}]. {advice}."
            )


def build_model(config: ModelConfig, tensors: dict[str, torch.Tensor], name: str) -> Model:
    """A model in evaluation mode that owns `tensors` (keys of `Model.state_dict`), not copies.

    Gradients can flow through it wherever it was built: tensors made in inference mode, in which
    ComfyUI runs nodes, are the one exception and are copied.
    """
    return fill_model(empty_model(config, name), tensors)


def empty_model(config: ModelConfig, name: str = "model") -> Model:
    """A model that has shapes but no values yet and takes no memory, for `fill_model`."""
    model = copy_unfilled(_make_empty(config))
    model.name = name
    return model


@lru_cache(maxsize=8)
def _make_empty(config: ModelConfig) -> Model:
    """Kept to be copied: making a model takes longer than filling it."""
    with torch.inference_mode(False), unfilled():
        return Model(config)


def fill_model(model: Model, tensors: dict[str, torch.Tensor]) -> Model:
    """The model of `empty_model` with its values, as `build_model` gives it."""
    with torch.inference_mode(False):
        owned = {key: t.clone() if t.is_inference() else t for key, t in tensors.items()}
        model.load_state_dict(owned, strict=True, assign=True)
        return model.eval().requires_grad_(False)
