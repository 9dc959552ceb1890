"""Everything in one node: a photo in, the photo out, edited in place by sliders."""

from __future__ import annotations

from typing import Any, Literal

import torch
from comfy.model_patcher import ModelPatcher
from comfy_api.latest import io

from .. import styleganex_core as core
from . import inputs, memory, menu, runtime, sockets
from .live import result, service
from .live.scene import Scene, take_photo


class EditFace(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_EditFace",
            display_name="Edit Face",
            **menu.entry("EditFace", io.Schema),
            description="Edit the face of a whole photo with sliders: photo in, photo out.",
            is_output_node=True,
            inputs=[
                io.Image.Input(
                    "image", tooltip="Photos of any size; faces at least 20 px wide are found."
                ),
                inputs.strengths(),
                io.Combo.Input(
                    "which",
                    options=["largest", "left to right", "all"],
                    default=core.PhotoSettings.which,
                    tooltip="Which face of each photo: 'index' counts from the largest, or from "
                    "the left; 'all' applies the same edit to every face.",
                ),
                io.Int.Input(
                    "index",
                    default=core.PhotoSettings.index,
                    min=0,
                    max=99,
                    tooltip="Which face in that order, counted from 0; ignored for 'all'.",
                ),
                sockets.Model.Input(
                    "model",
                    optional=True,
                    tooltip="The model that draws, from Load Model; its edit vectors become "
                    "sliders. Without it the bundled photo model is used.",
                ),
                *inputs.fold(*_advanced(), inputs.face_strengths()),
                io.Image.Input(
                    "expression",
                    optional=True,
                    tooltip="Another photo: the expression of its largest face is taken over by "
                    "one more slider, 'expression', from 0 to 1.",
                ),
            ],
            outputs=[
                io.Image.Output(
                    display_name="image", tooltip="The photos, edited in place; same size."
                ),
                io.Mask.Output(
                    display_name="mask", tooltip="Where something was edited, at the photos' size."
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
        image: torch.Tensor,
        strengths: str,
        which: Literal["largest", "left to right", "all"],
        index: int,
        *,
        model: ModelPatcher | None = None,
        reach: int,
        expression: torch.Tensor | None = None,
        **options: Any,
    ) -> io.NodeOutput:
        patcher = model if model is not None else _bundled()
        network = patcher.model.network
        reach = reach or core.photo.default_reach(network)
        settings = core.PhotoSettings(which=which, index=index, reach=reach, **options)
        vectors, units = result.collect_vectors(network, {})
        core.check_input_kind(network, "photo")
        needed = memory.clip_bytes(network, reach, (image.shape[1], image.shape[2]))
        progress = runtime.Progress()
        edited, masks = runtime.Results(), runtime.Results()
        first, shown = None, torch.empty(0)
        with runtime.loaded(patcher, needed) as network:
            runtime.check_memory(needed, network.device, "editing a photo")
            other = _expression(network, expression, settings)
            for number, photo in enumerate(core.images.PictureBatch(image), start=1):
                opened = core.photo.open_photo(network, photo, settings, progress=progress.step)
                pasted, taken = photo, _toward(opened, other, vectors)
                first = first or (opened, taken)
                if opened.latents is not None:
                    pasted = core.photo.edit_in_place(
                        network, opened, strengths, settings, vectors=taken
                    ).cpu()
                shown = pasted if number == 1 else shown
                own = runtime.pick_picture(image, number - 1)
                edited.add(core.alpha.keep_alpha(own, pasted), len(image))
                masks.add(core.composite.changed_px(photo, pasted), len(image))
                progress.step(number, len(image))
        told = []
        if first is not None and first[0].latents is not None:
            opened, taken = first
            latents = runtime.to_result(first[0].latents)
            told.append(
                result.tell(
                    patcher,
                    latents,
                    vectors | taken,
                    units | dict.fromkeys(taken, result.TIMES),
                    result.Settings(strengths, settings.face_strengths, settings.layers),
                    shown.expand(len(image), -1, -1, -1),
                    _scene_of(opened, settings),
                )
            )
        return io.NodeOutput(edited.whole, masks.whole, ui={"styleganex_live": told})


def _expression(
    network: core.Model, photo: torch.Tensor | None, settings: core.PhotoSettings
) -> core.Latents | None:
    """The face whose expression is taken over."""
    if photo is None:
        return None
    return core.photo.encode_largest(network, core.to_bchw(photo[:1]), settings)


def _toward(
    opened: core.photo.OpenPhoto, other: core.Latents | None, vectors: dict[str, torch.Tensor]
) -> dict[str, torch.Tensor]:
    """The edit vector to another face's expression, by its slider's name; none without one."""
    if other is None or opened.latents is None:
        return {}
    return {core.latents.EXPRESSION: core.latents.find_expression(opened.latents, other, vectors)}


def _bundled() -> ModelPatcher:
    with runtime.ordinary_tensors():
        return runtime.manage(core.load_demo())


def _scene_of(opened: core.photo.OpenPhoto, settings: core.PhotoSettings) -> Scene:
    masks = None if settings.region == "crop" else opened.faces.masks
    return take_photo(opened.photo, opened.faces.places, masks, settings.paste, opened.seen)


def _advanced() -> list[io.Input]:
    return [
        io.Int.Input(
            "steps",
            default=core.PhotoSettings.steps,
            min=0,
            max=5000,
            step=10,
            optional=True,
            tooltip="Steps that bring the model's drawing closer to the photo before the edit, 0 "
            "(a single pass) to 5000. Use more for paste 'drawing' and for strong edits.",
        ),
        io.Combo.Input(
            "paste",
            options=["change", "drawing"],
            default=core.PhotoSettings.paste,
            optional=True,
            tooltip="What is put back: only the 'change' that the edits make in the model's "
            "drawing, so that the photo keeps its own detail, or the 'drawing' itself.",
        ),
        io.Combo.Input(
            "region",
            options=["head", "face", "crop"],
            default=core.PhotoSettings.region,
            optional=True,
            tooltip="Where edits apply: the 'head' with hair and neck, an oval over the 'face', "
            "or the whole 'crop' with soft edges.",
        ),
        inputs.layers(core.PhotoSettings.layers),
        io.Combo.Input(
            "missing",
            options=["stop", "skip"],
            default=core.PhotoSettings.missing,
            optional=True,
            tooltip="What to do with a photo that has no such face: stop with a message, or "
            "return it unchanged.",
        ),
        io.Boolean.Input(
            "upright",
            default=core.PhotoSettings.upright,
            optional=True,
            tooltip="Turn the crop so that the eyes are level, for tilted heads.",
        ),
        io.Int.Input(
            "reach",
            default=0,
            min=0,
            max=1024,
            step=8,
            optional=True,
            tooltip="Half side of the crop in px, where the eyes are 64 px apart; 0 for what the "
            "model was trained with (128 for the bundled one, 256 as in the paper).",
        ),
    ]
