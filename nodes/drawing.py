"""What the nodes of all tasks have in common: pictures in, latents and pictures out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import torch
from comfy.model_patcher import ModelPatcher
from comfy_api.latest import io

from .. import styleganex_core as core
from . import inputs, memory, runtime, sockets

Task = Callable[[core.Model, slice], core.TaskResult]


@dataclass(frozen=True)
class Looks:
    """What APPEARANCE_INPUTS ask for; defaults are for graphs saved before an input was there."""

    samples: int
    seed: int
    reference: torch.Tensor | None = None
    reference_strength: float = core.Appearance.reference_strength
    layers: str = core.Appearance.layers
    truncation: float = core.Appearance.truncation
    toward: Literal["zero", "mean"] = core.Appearance.toward
    sides: Literal["keep", "cut to 512"] = inputs.default_of(core.sketch_to_face, "sides")
    batch_norm: Literal["input", "stored"] = inputs.default_of(core.sketch_to_face, "batch_norm")
    noise: Literal["random", "zero"] = inputs.NEW_NOISE


APPEARANCE_INPUTS: list[io.Input] = [
    io.Int.Input(
        "samples",
        default=core.Appearance.samples,
        min=1,
        max=64,
        tooltip="Faces per input, 1 to 64: the first has the looks of seed, then seed + 1, ...",
    ),
    inputs.seed("Whose looks (colours, light, hair) and which fine texture are drawn."),
    io.Image.Input(
        "reference",
        optional=True,
        tooltip="A photo of a face whose looks are used instead of random ones: one for all "
        "inputs, or one each. Its largest face is aligned automatically.",
    ),
    io.Float.Input(
        "reference_strength",
        default=Looks.reference_strength,
        min=0.0,
        max=1.0,
        step=0.05,
        optional=True,
        tooltip="Share of the reference's looks, 1 (all) to 0 (the random ones of the seed).",
    ),
    io.String.Input(
        "layers",
        default=Looks.layers,
        optional=True,
        tooltip="Style slots that take these looks, such as '8-' (8 and all after, as in the "
        "paper's model), '5-' (looks decide more) or 'none'. The others follow the input.",
    ),
    io.Float.Input(
        "truncation",
        default=Looks.truncation,
        min=0.0,
        max=1.5,
        step=0.05,
        optional=True,
        tooltip="Variety of random looks, 0 (everyone alike) to 1 (as learnt); 0.7 in the paper.",
    ),
    io.Combo.Input(
        "toward",
        options=["zero", "mean"],
        default=Looks.toward,
        optional=True,
        tooltip="Where low truncation leads: the 'zero' style as in the paper, or the 'mean' "
        "person.",
    ),
    io.Combo.Input(
        "sides",
        options=["keep", "cut to 512"],
        default=Looks.sides,
        optional=True,
        tooltip="'keep' works at any size; 'cut to 512' crops around the centre to multiples of 8 "
        "px and at most 512 px, as the paper's program does. The info output says what was done.",
    ),
    inputs.batch_norm(
        Looks.batch_norm,
        "Statistics in the encoder: those of each 'input', as the published sketch and mask "
        "models are run, or the 'stored' ones of training. The model is never changed.",
    ),
    inputs.new_noise(),
]


def outputs(seen: str, seen_tooltip: str) -> list[io.Output]:
    """Picture, latents, what the network saw, and what there is to say about it."""
    return [
        io.Image.Output("drawn", display_name="image", tooltip="The faces; samples in a row."),
        sockets.Latents.Output(
            "latents",
            display_name="latents",
            tooltip="For edits, Domain Swap and Decode: one per picture, with its noise.",
        ),
        io.Image.Output("seen", display_name=seen, tooltip=seen_tooltip),
        io.String.Output(
            "info",
            display_name="info",
            tooltip="What was done to the input, and what may be wrong.",
        ),
    ]


def draw_structures(
    model: ModelPatcher,
    structure: torch.Tensor,
    encode: Callable[..., core.TaskResult],
    show_seen: Callable[[torch.Tensor], torch.Tensor],
    looks: Looks,
    *,
    notes: Sequence[core.Note] = (),
) -> io.NodeOutput:
    """The outputs for sketches [B, 1, H, W] or label maps [B, H, W], which `encode`, a core task,
    turns into latents. `notes`: what else there is to say of the input.
    """
    appearance = core.Appearance(
        looks.samples,
        looks.seed,
        looks.layers,
        looks.truncation,
        looks.toward,
        looks.reference_strength,
    )

    def task(network: core.Model, rows: slice) -> core.TaskResult:
        return encode(
            network,
            structure[rows],
            runtime.choose_rows(looks.reference, rows, len(structure)),
            appearance=appearance,
            sides=looks.sides,
            batch_norm=looks.batch_norm,
            random_noise=looks.noise == "random",
        )

    size = (structure.shape[-2], structure.shape[-1])
    return draw(
        model, len(structure), size, task, samples=looks.samples, show_seen=show_seen, notes=notes
    )


def draw(
    model: ModelPatcher,
    count: int,
    size: tuple[int, int],
    task: Task,
    *,
    samples: int = 1,
    show_seen: Callable[[torch.Tensor], torch.Tensor],
    notes: Sequence[core.Note] = (),
) -> io.NodeOutput:
    """The outputs for `count` inputs that the encoder sees at `size` (height, width) px, `samples`
    pictures of each.

    `task` turns a run of the inputs into latents; `show_seen` makes a picture [B, 3, H, W] in
    -1..1 of what the encoder saw. Both are done in batches that fit the memory.
    """
    network = model.model.network
    kept = memory.result_bytes(network, *size) * samples * count
    runtime.check_results(kept, f"{samples * count} pictures from {size[1]}x{size[0]} px")
    needed = memory.encode_bytes(network, *size)
    latents, seen, told = runtime.LatentResults(), runtime.Results(), list(notes)
    total = samples * count
    with runtime.loaded(model, needed) as network:

        def encode(rows: slice) -> None:
            result = task(network, rows)
            shown = core.to_bhwc(show_seen(result.seen))
            latents.add(result.latents, total)
            seen.add(shown, total // samples)
            told.extend(_count_from(note, rows.start) for note in result.notes)

        runtime.map_batches(encode, count, needed, network.device, "encoding")
    joined = latents.whole
    needed = memory.decode_bytes(model.model.network, joined)
    noise = "zero" if joined.noise is None else "stored"
    with runtime.loaded(model, needed) as network:
        pictures = runtime.map_pictures(
            lambda rows: core.to_bhwc(core.decode_latents(network, joined[rows], noise=noise)),
            joined.batch,
            needed,
            network.device,
            "decoding",
        )
    info = "\n".join(dict.fromkeys(map(str, told)))
    return io.NodeOutput(pictures, joined, seen.whole, info)


def pictures(value: torch.Tensor) -> core.images.PictureBatch:
    """An IMAGE [B, H, W, C] or a MASK [B, H, W], one picture [1, 3, H, W] in -1..1 at a time."""
    return core.images.PictureBatch(value if value.ndim == 4 else value[..., None])


def _count_from(note: core.Note, first: int) -> core.Note:
    return note if note.picture is None else replace(note, picture=note.picture + first)
