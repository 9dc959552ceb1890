"""The node that brings a clip to try things on."""

from __future__ import annotations

from comfy_api.latest import io

from .. import styleganex_core as core
from . import clips, inputs, menu, runtime


class ExampleVideo(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="StyleGANEX_ExampleVideo",
            display_name="Example Video",
            **menu.entry("ExampleVideo", io.Schema),
            description="A bundled clip of moving people with sound, free to use, for trying "
            "things out.",
            is_output_node=True,  # so that a cached run shows its clip, too
            inputs=[
                io.Combo.Input(
                    "name",
                    options=core.example_clip_names(),
                    tooltip="What happens: one person talks, two people cross, someone leaves the "
                    "picture and comes back (these people are rendered), or the photo of an "
                    "astronaut is moved and lit.",
                ),
                io.Float.Input(
                    "seconds",
                    default=1.0,
                    min=0.1,
                    max=60.0,
                    step=0.1,
                    tooltip="Length, 0.1 to 60 seconds at 24 frames a second. Beyond the bundled "
                    "clip's 2 or 3 seconds it plays backwards and forwards.",
                ),
                io.Int.Input(
                    "seed",
                    default=inputs.default_of(core.ExampleClip, "seed"),
                    min=0,
                    max=inputs.LARGEST_SEED,
                    control_after_generate=False,
                    tooltip="Which of a few people are seen, counted from 0; after the last come "
                    "the same people mirrored.",
                ),
            ],
            outputs=[
                io.Video.Output(
                    "video",
                    display_name="video",
                    tooltip="384x288 px with sound, for Track Faces and Edit Video.",
                )
            ],
        )

    @classmethod
    def execute(cls, name: str, seconds: float, seed: int) -> io.NodeOutput:
        with runtime.ordinary_tensors():
            clip = core.ExampleClip(name, seconds=seconds, seed=seed)
            target = clips.new_file(clip.info.size)
            core.write_clip(clip, target, progress=runtime.Progress().step)
        return clips.to_output(target)
