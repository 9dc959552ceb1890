"""Nodes that find and keep edit vectors."""

from __future__ import annotations

import torch
from comfy.model_patcher import ModelPatcher
from comfy_api.latest import io, ui

from .. import styleganex_core as core
from . import folders, inputs, memory, menu, runtime, sockets

WEIGHTS, SAMPLES, EXAMPLES = "weights (SeFa)", "samples (GANSpace)", "examples (InterFaceGAN)"
LABELLED = "labels (face readers)"
LABELLED_SHARE = 40  # one in so many of the samples is drawn: a picture takes longer than a style
FEWEST_LABELLED = 20  # people
LARGEST_STYLE = 512  # numbers in a style of every published model
KEPT = ("keep", "keep_2", "keep_3")
LONGEST_NAME = 200  # characters
FEW_EXAMPLES = 10  # per set; below it chance differences between the sets come along


class FindEditVectors(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_FindEditVectors",
            display_name="Find Edit Vectors",
            **menu.entry("FindEditVectors", io.Schema),
            description="Find a direction that edits faces: in the model itself, from examples or "
            "for a label.",
            inputs=[
                sockets.Model.Input("model", tooltip="The model whose latents will be edited."),
                io.Combo.Input(
                    "mode",
                    options=[WEIGHTS, SAMPLES, EXAMPLES, LABELLED],
                    default=WEIGHTS,
                    tooltip="'weights': what the generator responds to most. 'samples': how "
                    "random people differ most. 'examples': what distinguishes two sets of faces. "
                    "'labels': what raises 'label' in random people, as measured by bundled "
                    "networks.",
                ),
                io.Int.Input(
                    "component",
                    default=1,
                    min=1,
                    max=LARGEST_STYLE,
                    tooltip="Which direction, for 'weights' and 'samples': 1 is the strongest, up "
                    "to the model's style width (64 for the demo, 512 for StyleGANEX).",
                ),
                inputs.layers(
                    inputs.default_of(core.find_components, "layers"),
                    " The vector is found in these and changes only these.",
                ),
                io.Int.Input(
                    "samples",
                    default=inputs.default_of(core.find_components, "samples"),
                    min=100,
                    max=100_000,
                    step=100,
                    optional=True,
                    tooltip="Number of random people, 100 to 100000, for 'samples': more of them "
                    "make the later components more accurate. For 'labels' one fortieth of this "
                    "number is drawn and measured.",
                ),
                io.Int.Input(
                    "seed",
                    default=inputs.default_of(core.find_components, "seed"),
                    min=0,
                    max=inputs.LARGEST_SEED,
                    control_after_generate=False,
                    optional=True,
                    tooltip="Which random people, for 'samples' and 'labels'; the result hardly "
                    "depends on it.",
                ),
                sockets.Latents.Input(
                    "latents_with",
                    optional=True,
                    tooltip="For 'examples': latents with the attribute, at least 2, preferably "
                    "20.",
                ),
                sockets.Latents.Input(
                    "latents_without",
                    optional=True,
                    tooltip="For 'examples': latents without the attribute, otherwise alike.",
                ),
                io.Image.Input(
                    "images_with",
                    optional=True,
                    tooltip="For 'examples', instead of latents: a batch of at least 2 face crops "
                    "with the attribute; the model encodes them.",
                ),
                io.Image.Input(
                    "images_without",
                    optional=True,
                    tooltip="For 'examples', instead of latents: a batch of at least 2 face crops "
                    "without the attribute.",
                ),
                *(
                    sockets.EditVector.Input(
                        name,
                        optional=True,
                        tooltip="For 'examples' and 'labels': a vector whose attribute should "
                        "stay as it is; what the two have in common is removed.",
                    )
                    for name in KEPT
                ),
                io.Combo.Input(
                    "label",
                    options=list(core.labelled_vectors.LABELS),
                    default="smile",
                    optional=True,
                    tooltip="For 'labels': what a positive strength brings; 'gender' makes a face "
                    "look more like a woman's, 'turn', 'tilt' and 'gaze' go right, up and right.",
                ),
            ],
            outputs=[
                sockets.EditVector.Output(
                    display_name="vector",
                    tooltip="For Apply Edit Vector: strength 1 is one standard deviation.",
                ),
                io.String.Output(
                    "report", display_name="report", tooltip="What was found, in a sentence."
                ),
            ],
        )

    @classmethod
    def execute(
        cls,
        model: ModelPatcher,
        mode: str,
        component: int,
        *,
        layers: str,
        samples: int,
        seed: int,
        latents_with: core.Latents | None = None,
        latents_without: core.Latents | None = None,
        images_with: torch.Tensor | None = None,
        images_without: torch.Tensor | None = None,
        keep: torch.Tensor | None = None,
        keep_2: torch.Tensor | None = None,
        keep_3: torch.Tensor | None = None,
        label: str,
    ) -> io.NodeOutput:
        kept = [vector for vector in (keep, keep_2, keep_3) if vector is not None]
        if mode == LABELLED:
            return _find_labelled(model, label, samples // LABELLED_SHARE, seed, layers, kept)
        if mode == EXAMPLES:
            positive = _read_examples(model, latents_with, images_with, "with")
            negative = _read_examples(model, latents_without, images_without, "without")
            with runtime.ordinary_tensors():
                vector = core.find_boundary(positive, negative, orthogonal_to=kept, layers=layers)
                gap = core.measure_gap(positive, negative, vector)
            return io.NodeOutput(vector, _report_boundary(len(positive), len(negative), gap))
        with runtime.loaded(model) as network:
            if mode == WEIGHTS:
                vectors = core.factorize_weights(network, component, layers)
            elif mode == SAMPLES:
                vectors = core.find_components(network, component, samples, seed, layers)
            else:
                raise core.StyleGANEXError(
                    f"mode is '{WEIGHTS}', '{SAMPLES}', '{EXAMPLES}' or '{LABELLED}'; got '{mode}'."
                )
            name, vector = list(vectors.items())[-1]
            return io.NodeOutput(
                vector,
                f"{name} of {network.style_dim} in slots {layers}. Strength 1 is one standard "
                f"deviation: it moves each style by {core.latents.style_step(vector):.3g}.",
            )


class SaveEditVector(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_SaveEditVector",
            display_name="Save Edit Vector",
            **menu.entry("SaveEditVector", io.Schema),
            description="Save an edit vector to a file, to use it again or to share it.",
            is_output_node=True,
            inputs=[
                sockets.EditVector.Input(
                    "vector", tooltip="The direction to save, from Find Edit Vectors."
                ),
                io.String.Input(
                    "name",
                    default="my edit",
                    tooltip="What a positive strength brings, in a word or two, such as 'smile'.",
                ),
                io.String.Input(
                    "filename_prefix",
                    default="vector",
                    tooltip="Name of the file in output/styleganex/edit_vectors, before its "
                    "number; folders as in 'project/smile' are created.",
                ),
                io.String.Input(
                    "unit",
                    default="one standard deviation",
                    optional=True,
                    tooltip="What strength 1 means, saved in the file for whoever uses it.",
                ),
            ],
            outputs=[
                io.String.Output(
                    "file", display_name="file", tooltip="The name that Load Edit Vector lists."
                )
            ],
        )

    @classmethod
    def execute(
        cls,
        vector: torch.Tensor,
        name: str,
        filename_prefix: str,
        unit: str,
    ) -> io.NodeOutput:
        name, unit = name.strip(), unit.strip()
        if not name:
            raise core.StyleGANEXError("an edit vector needs a name, such as 'smile'; got none.")
        for what, text in (("name", name), ("unit", unit)):
            if core.errors.echo(text, LONGEST_NAME) != text:
                raise core.StyleGANEXError(
                    f"the {what} of an edit vector is one line of at most {LONGEST_NAME} printable "
                    f'characters; got "{core.errors.echo(text)}".'
                )
        file = folders.save_edit_vector(vector, filename_prefix, name, unit)
        return io.NodeOutput(file, ui=ui.PreviewText(file))


def _find_labelled(
    model: ModelPatcher,
    label: str,
    samples: int,
    seed: int,
    layers: str,
    kept: list[torch.Tensor],
) -> io.NodeOutput:
    """The vector that raises a label, and how it fared on other people."""
    progress = runtime.Progress()
    with runtime.loaded(model) as network:
        found = core.labelled_vectors.find_labelled_vector(
            network,
            label,
            samples=max(samples, FEWEST_LABELLED),
            seed=seed,
            layers=layers,
            orthogonal_to=kept,
            progress=progress.step,
        )
    return io.NodeOutput(
        found.vector,
        f"'{label}', read on {found.people} random people: {found.low:.3g} in the mean of those "
        f"with the least of it, {found.high:.3g} with the most. Strength 1 is one standard "
        f"deviation: on other people it adds {found.gain:.3g}, and rises on {found.right:.0%}.",
    )


def _read_examples(
    model: ModelPatcher, latents: core.Latents | None, images: torch.Tensor | None, which: str
) -> torch.Tensor:
    """The styles [N, L, D] of a set of examples."""
    if latents is not None and images is None:
        model.model.network.check_latents(latents)
        return latents.w_plus
    if images is not None and latents is None:
        return _encode_styles(model, images)
    came = "none" if latents is None else "both"
    raise core.StyleGANEXError(
        f"mode '{EXAMPLES}' needs latents_{which} or images_{which}; got {came}. Connect one."
    )


def _encode_styles(model: ModelPatcher, images: torch.Tensor) -> torch.Tensor:
    """The styles [N, L, D] of pictures; all else that the encoder finds is dropped at once."""
    needed = memory.encode_bytes(model.model.network, *images.shape[1:3])
    with runtime.loaded(model, needed) as network:
        return runtime.map_pictures(
            lambda rows: core.encode_face(network, core.to_bchw(images[rows])).w_plus,
            len(images),
            needed,
            network.device,
            "encoding",
        )


def _report_boundary(positive: int, negative: int, gap: float) -> str:
    report = (
        f"A boundary between {positive} examples with and {negative} without. Strength 1 is one "
        f"standard deviation of all of them; the two sets lie {gap:.2f} apart."
    )
    if min(positive, negative) < FEW_EXAMPLES:
        report += f" With fewer than {FEW_EXAMPLES} in a set, expect other things to change too."
    return report
