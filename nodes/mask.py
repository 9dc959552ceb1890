"""Nodes for label maps: faces from them, and label maps from painted masks."""

from __future__ import annotations

from typing import Any, Literal

import torch
from comfy.model_patcher import ModelPatcher
from comfy_api.latest import io

from .. import styleganex_core as core
from . import drawing, menu, runtime, sockets

LEFT = " The subject's own left, so on the picture's right."
RIGHT = " The subject's own right, so on the picture's left."
CLASS_TOOLTIPS = {
    "background": "Everything that is not the person; erases what lies under it.",
    "skin": "The face, nose, brows, eyes and mouth included: they are painted over it.",
    "l_brow": "The left eyebrow." + LEFT,
    "r_brow": "The right eyebrow." + RIGHT,
    "l_eye": "The left eye." + LEFT,
    "r_eye": "The right eye." + RIGHT,
    "eye_g": "Glasses, lenses and frame.",
    "l_ear": "The left ear." + LEFT,
    "r_ear": "The right ear." + RIGHT,
    "ear_r": "Earrings, both of them.",
    "nose": "The nose, from between the brows down.",
    "mouth": "The inside of the mouth: teeth and tongue.",
    "u_lip": "The upper lip, without the mouth.",
    "l_lip": "The lower lip, without the mouth.",
    "neck": "The neck below the chin.",
    "neck_l": "A necklace, where there is one.",
    "cloth": "Clothes, down to the picture's edge.",
    "hair": "The hair; it covers skin and ears.",
    "hat": "A hat; it covers the hair.",
}

FOREIGN = core.Note(
    "The label map is read with CelebAMask-HQ's own numbers and colours, since only these make a "
    "head of it; if that is wrong, set scheme to BiSeNet."
)
Scheme = Literal["auto", "BiSeNet", "CelebAMask-HQ"]


def _scheme() -> io.Combo.Input:
    """Whose numbers and colours a label map has."""
    return io.Combo.Input(
        "scheme",
        options=["auto", "BiSeNet", "CelebAMask-HQ"],
        default="auto",
        optional=True,
        tooltip="Whose numbers and colours the label map has: 'BiSeNet' as from Parse Face (hair "
        "is 17), 'CelebAMask-HQ' as from the data set's own scripts (hair is 13), or 'auto' to "
        "detect which.",
    )


class MaskToFace(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_MaskToFace",
            display_name="Mask to Face",
            **menu.entry("MaskToFace", io.Schema),
            description="Draw faces with the layout of a label map, as many as you like.",
            inputs=[
                sockets.Model.Input("model", tooltip="A model trained on label maps."),
                io.MultiType.Input(
                    "labels",
                    [io.Image, io.Mask],
                    tooltip="A label image (grey, the 8-bit level is the class 0 to 18), a picture "
                    "in the classes' palette colours, or a MASK of such levels. From Parse Face, "
                    "Labels from Masks, or a file.",
                ),
                io.Combo.Input(
                    "read_as",
                    options=[
                        "detect",
                        "label image",
                        "palette image",
                        "nearest palette colour",
                    ],
                    default="detect",
                    tooltip="'detect' reads grey pictures as label images and others as palette "
                    "images; 'nearest palette colour' repairs soft edges and JPEG artefacts.",
                ),
                *drawing.APPEARANCE_INPUTS,
                _scheme(),
            ],
            outputs=drawing.outputs("preview", "The label map in the colours of its classes."),
        )

    @classmethod
    def execute(
        cls,
        model: ModelPatcher,
        labels: torch.Tensor,
        read_as: Literal["detect", "label image", "palette image", "nearest palette colour"],
        scheme: Scheme,
        **appearance: Any,
    ) -> io.NodeOutput:
        with runtime.ordinary_tensors():
            pictures = drawing.pictures(labels)
            classes, found = core.tasks.read_label_map(pictures, read_as, scheme)
        notes = [FOREIGN] if scheme == "auto" and found == "CelebAMask-HQ" else []
        looks = drawing.Looks(**appearance)
        return drawing.draw_structures(
            model, classes, core.mask_to_face, core.tasks.show_planes, looks, notes=notes
        )


class LabelsFromMasks(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_LabelsFromMasks",
            display_name="Labels from Masks",
            **menu.entry("LabelsFromMasks", io.Schema),
            description="Combine masks, one per part of the face, into a label map.",
            inputs=[
                io.MultiType.Input(
                    "labels",
                    [io.Image, io.Mask],
                    optional=True,
                    tooltip="A label map to paint over, such as Parse Face's; without it "
                    "everything starts as background.",
                ),
                *(
                    io.Mask.Input(name, optional=True, tooltip=CLASS_TOOLTIPS[name])
                    for name in core.FACE_CLASSES
                ),
                _scheme(),
            ],
            outputs=[
                io.Image.Output(
                    "painted",
                    display_name="labels",
                    tooltip="For Mask to Face: the grey level is the class, so it looks black. "
                    "Where masks overlap, the one further down lies on top.",
                ),
                io.Image.Output(
                    "preview", display_name="preview", tooltip="The same in palette colours."
                ),
            ],
        )

    @classmethod
    def execute(
        cls,
        *,
        labels: torch.Tensor | None = None,
        scheme: Scheme,
        **masks: torch.Tensor | None,
    ) -> io.NodeOutput:
        given = {
            name: mask.reshape(-1, *mask.shape[-2:])
            for name, mask in masks.items()
            if mask is not None
        }
        with runtime.ordinary_tensors():
            base = None
            if labels is not None:
                base, _ = core.tasks.read_label_map(drawing.pictures(labels), scheme=scheme)
            return io.NodeOutput(*show_labels(core.paint_masks(given, base)))


def show_labels(labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The label map as label image and in colours."""
    grey, coloured = runtime.Results(), runtime.Results()
    for one in labels.split(1):
        grey.add(core.to_bhwc(core.grey_labels(one)), len(labels))
        coloured.add(core.to_bhwc(core.colour_labels(one)), len(labels))
    return grey.whole, coloured.whole
