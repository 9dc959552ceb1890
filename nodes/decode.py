"""Nodes from latents to a picture, and the generator that draws it."""

from __future__ import annotations

from typing import Literal

from comfy.model_patcher import ModelPatcher
from comfy_api.latest import io

from .. import styleganex_core as core
from . import inputs, memory, menu, runtime, sockets, widgets

Noise = Literal["stored", "zero", "random"]


class Decode(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_Decode",
            display_name="Decode (StyleGANEX)",
            **menu.entry("Decode", io.Schema),
            description="Turn latents into a picture.",
            inputs=[
                sockets.Model.Input("model", tooltip="From Load Model or Domain Swap."),
                sockets.Latents.Input("latents", tooltip="From Encode, Sample or any edit."),
                io.Combo.Input(
                    "noise",
                    options=["stored", "zero", "random"],
                    default="stored",
                    optional=True,
                    tooltip="Fine texture: 'stored' with the latents or the model, 'zero' for "
                    "smooth and steady pictures (video), 'random' by the seed.",
                ),
                inputs.seed(
                    "For noise 'random': the same seed draws the same texture.", optional=True
                ),
            ],
            outputs=[io.Image.Output(display_name="image", tooltip="RGB, one picture per latent.")],
        )

    @classmethod
    def execute(
        cls, model: ModelPatcher, latents: core.Latents, noise: Noise, seed: int
    ) -> io.NodeOutput:
        needed = memory.decode_bytes(model.model.network, latents)
        with runtime.loaded(model, needed) as network:
            pictures = runtime.map_pictures(
                lambda rows: core.to_bhwc(
                    core.decode_latents(network, latents[rows], noise=noise, seed=seed)
                ),
                latents.batch,
                needed,
                network.device,
                "decoding",
            )
            return io.NodeOutput(pictures)


class DomainSwap(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_DomainSwap",
            display_name="Domain Swap",
            **menu.entry("DomainSwap", io.Schema),
            description="A model that draws with another generator, for example as a cartoon.",
            inputs=[
                sockets.Model.Input(
                    "model", tooltip="The model that encoded the picture; its encoder is kept."
                ),
                sockets.Model.Input(
                    "domain",
                    tooltip="The model whose generator draws. It has the same sizes and was "
                    "fine-tuned on another look.",
                ),
                io.String.Input(
                    "layers",
                    default=inputs.default_of(core.swap_domain, "layers"),
                    tooltip="Style slots whose layers come from the domain, such as '0-6, 9', "
                    "'8-' or 'all'. Low slots bring the domain's shapes, high slots its colours.",
                ),
                io.Float.Input(
                    "strength",
                    default=inputs.default_of(core.swap_domain, "strength"),
                    min=0.0,
                    max=1.0,
                    step=0.05,
                    tooltip="Share of the domain in the weights, 0 (none) to 1 (all), and so in "
                    "the look.",
                ),
            ],
            outputs=[
                sockets.Model.Output(
                    "swapped",
                    display_name="model",
                    tooltip="Decode the first model's latents with it.",
                )
            ],
        )

    @classmethod
    def execute(
        cls, model: ModelPatcher, domain: ModelPatcher, layers: str, strength: float
    ) -> io.NodeOutput:
        with runtime.loaded_together(model, domain) as (network, other):
            swapped = core.swap_domain(network, other, layers=layers, strength=strength)
            slots = widgets.show_slots(network.num_slots)
            return io.NodeOutput(runtime.manage(swapped), ui=slots)
