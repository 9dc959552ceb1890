"""The node that edits a face by many attributes at once, with a picture that follows."""

from __future__ import annotations

from dataclasses import replace

import torch
from comfy.model_patcher import ModelPatcher
from comfy_api.latest import io
from server import PromptServer

from ... import styleganex_core as core
from .. import memory, runtime, sockets
from ..latents import LAYERS
from . import painter, service
from .request import LARGEST_SIDE, keep_nonzero
from .store import Entry

CONNECTED = ("vector_1", "vector_2", "vector_3", "vector_4")
STANDARD_DEVIATION, TIMES = "σ", "×"  # noqa: RUF001  (units as the editor shows them)
OFFICIAL = "editing_w"  # what StyleGANEX's own edit checkpoints call theirs; it has no unit


class LiveEdit(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_LiveEdit",
            display_name="Live Edit (StyleGANEX)",
            category=sockets.CATEGORY,
            description="Change a face with a slider per attribute and watch it follow.",
            is_output_node=True,
            inputs=[
                sockets.Model.Input(
                    "model",
                    tooltip="From Load Model or Domain Swap. The edit vectors that it brings "
                    "along become sliders.",
                ),
                sockets.Latents.Input("latents", tooltip="From Encode, Optimize or Sample."),
                io.String.Input(
                    "strengths",
                    default="",
                    tooltip="What the sliders write: names and strengths from -20 to 20, such as "
                    "'smile: 1.2, age: -0.5'. 0 changes nothing; with the demo's vectors 1 is one "
                    "standard deviation.",
                ),
                io.String.Input("layers", default="all", optional=True, tooltip=LAYERS),
                *(
                    sockets.EditVector.Input(
                        name,
                        optional=True,
                        tooltip=f"One more slider, called '{_spoken(name)}': from Load Edit Vector "
                        "or Find Edit Vectors.",
                    )
                    for name in CONNECTED
                ),
            ],
            outputs=[
                sockets.Latents.Output(
                    "edited",
                    display_name="latents",
                    tooltip="The edited latents, for Decode or a further edit.",
                ),
                io.Image.Output(
                    display_name="image", tooltip="RGB, one picture per latent, as Decode draws it."
                ),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, **_: object) -> int:
        """Changes when a picture was dropped that a cached result of this node still names."""
        return service.store.losses

    @classmethod
    def execute(
        cls,
        model: ModelPatcher,
        latents: core.Latents,
        strengths: str,
        layers: str = "all",
        **connected: torch.Tensor,
    ) -> io.NodeOutput:
        network = model.model.network
        vectors = core.split_edit_vectors(network.edit_vectors)
        units = {n: TIMES if n.startswith(OFFICIAL) else STANDARD_DEVIATION for n in vectors}
        for name in CONNECTED:
            if connected.get(name) is not None:
                vectors[_spoken(name)] = connected[name]
                units[_spoken(name)] = TIMES
        needed = memory.decode_bytes(network, latents)
        with runtime.loaded(model, needed) as network:
            edited = core.apply_edit_vectors(latents, vectors, strengths, layers)
            pictures = torch.cat(
                runtime.map_batches(
                    lambda rows: runtime.to_result(
                        core.decode_latents(network, edited[rows], noise=painter.NOISE)
                    ),
                    edited.batch,
                    needed,
                    network.device,
                    "decoding",
                )
            )
            first = _copy_first(core.trim_skips(network, latents, LARGEST_SIDE))
        entry = Entry(
            model=model,
            latents=first,
            vectors=vectors,
            bytes=_count_bytes(first),
            run=painter.encode_jpeg(pictures, LARGEST_SIDE),
            run_strengths=keep_nonzero(core.parse_strengths(strengths)),
            run_layers=layers,
            client=_page(),
        )
        told = {
            "handle": service.issue(entry),
            "vectors": [{"name": name, "unit": unit} for name, unit in units.items()],
            "strengths": strengths,
            "layers": core.echo(layers, 1000),  # unread where nothing is edited
            "slots": network.num_slots,
            "width": pictures.shape[3],
            "height": pictures.shape[2],
            "pictures": len(pictures),
        }
        return io.NodeOutput(edited, core.to_bhwc(pictures), ui={"styleganex_live": [told]})


def _page() -> str | None:
    """The page that runs the graph; None for scripts, which hold no connection."""
    server = PromptServer.instance
    return server.client_id if server.client_id in server.sockets else None


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _copy_first(latents: core.Latents) -> core.Latents:
    """The first picture's latents; where there are more, without keeping those in memory."""
    first = latents[0]
    if latents.batch == 1:
        return first
    return replace(
        first,
        **{
            name: tuple(t.clone() for t in part) if isinstance(part, tuple) else part.clone()
            for name, part in _parts(first)
        },
    )


def _count_bytes(latents: core.Latents) -> int:
    return sum(
        tensor.untyped_storage().nbytes()
        for _, part in _parts(latents)
        for tensor in (part if isinstance(part, tuple) else (part,))
    )


def _parts(latents: core.Latents) -> list[tuple[str, torch.Tensor | tuple[torch.Tensor, ...]]]:
    parts = [("f", latents.f), ("w_plus", latents.w_plus), ("skips", latents.skips)]
    parts += [("edit", latents.edit), ("noise", latents.noise)]
    return [(name, part) for name, part in parts if part is not None]
