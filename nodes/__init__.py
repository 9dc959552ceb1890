"""The nodes, in the order in which a picture passes through them."""

from __future__ import annotations

from comfy_api.latest import ComfyExtension, io

from . import folders, replace
from .checked import check_inputs
from .clip_edit import ClipEdit
from .compare import BeforeAfter
from .decode import Decode, DomainSwap
from .directions import FindEditVectors, SaveEditVector
from .edit_face import EditFace
from .encode import Encode, Optimize
from .example_video import ExampleVideo
from .face import CropFace, PasteFace
from .latents import ApplyEditVector, FeatureTransform, Sample, StyleMix
from .live.node import LiveEdit
from .live.route import register as register_live
from .load import ExampleImage, LoadEditVector, LoadModel
from .mask import LabelsFromMasks, MaskToFace
from .parsing import ParseFace
from .photo import LoadPhoto
from .photo import register as register_photos
from .sketch import PhotoToSketch, SketchToFace
from .storage import LoadLatent, SaveLatent
from .super_resolve import SuperResolve
from .sweep import SweepEdit
from .track import TrackFaces
from .video import EditFrames, EditVideo

NODES: list[type[io.ComfyNode]] = [
    LoadModel,
    ExampleImage,
    CropFace,
    Encode,
    Optimize,
    Sample,
    LoadEditVector,
    ApplyEditVector,
    StyleMix,
    FeatureTransform,
    DomainSwap,
    Decode,
    PasteFace,
    SaveLatent,
    LoadLatent,
    FindEditVectors,
    SaveEditVector,
    SweepEdit,
    BeforeAfter,
    SuperResolve,
    PhotoToSketch,
    SketchToFace,
    ParseFace,
    LabelsFromMasks,
    MaskToFace,
    LiveEdit,
    EditFace,
    LoadPhoto,
    ExampleVideo,
    TrackFaces,
    ClipEdit,
    EditVideo,
    EditFrames,
]


class StyleGANEXExtension(ComfyExtension):
    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        folders.register()  # here, because ComfyUI 0.3 never calls on_load
        register_live()
        register_photos()
        return [*map(check_inputs, NODES), *await replace.register()]
