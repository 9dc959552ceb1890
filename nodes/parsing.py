"""A node that finds the parts of faces in photos."""

from __future__ import annotations

import torch
from comfy_api.latest import io

from .. import styleganex_core as core
from . import folders, inputs, memory, menu, runtime
from .mask import show_labels


class ParseFace(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_ParseFace",
            display_name="Parse Face",
            **menu.entry("ParseFace", io.Schema),
            description="Find skin, hair, eyes and the other parts of a face.",
            inputs=[
                io.Image.Input(
                    "image",
                    tooltip="Photos with one face each, upright, such as Crop Face's crop.",
                ),
                io.Float.Input(
                    "enlarge",
                    default=inputs.default_of(core.parse_face, "enlarge"),
                    min=0.25,
                    max=8.0,
                    step=0.25,
                    tooltip="How much the picture is enlarged for the parser: 2 where the eyes "
                    "are 64 px apart (crops), 1 for portraits of 512 px.",
                ),
                io.String.Input(
                    "classes",
                    default="skin, l_brow, r_brow, l_eye, r_eye, nose, mouth, u_lip, l_lip",
                    tooltip="Parts that the mask output covers: names, numbers or ranges such as "
                    "'hair', '1-13, 17'.",
                ),
            ],
            outputs=[
                io.Image.Output(
                    "labels",
                    display_name="labels",
                    tooltip="For Mask to Face: the grey level is the class, so it looks black.",
                ),
                io.Image.Output(
                    "preview", display_name="preview", tooltip="The same in palette colours."
                ),
                io.Mask.Output(
                    "mask", display_name="mask", tooltip="1 where the chosen classes are."
                ),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, **_: object) -> str:
        path = folders.find_parser()
        return folders.version(path) if path else "bundled"

    @classmethod
    def execute(cls, image: torch.Tensor, enlarge: float, classes: str) -> io.NodeOutput:
        path = folders.find_parser()
        core.tasks.parse_classes(classes)  # wrong text is reported at once
        height, width = image.shape[1:3]
        needed = memory.parse_bytes(height, width, enlarge)
        parser = core.load_face_parser(path)
        with runtime.borrowed(parser, needed) as ready:
            labels = runtime.map_pictures(
                lambda rows: core.parse_face(ready, core.to_bchw(image[rows]), enlarge=enlarge),
                len(image),
                needed,
                ready.device,
                "parsing",
            )
            masks = runtime.Results()
            for one in labels.split(1):
                masks.add(core.choose_classes(one, classes), len(labels))
            return io.NodeOutput(*show_labels(labels), masks.whole)
