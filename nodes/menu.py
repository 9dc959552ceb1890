"""Where each node is in the editor's menu, and by which other words a search finds it.

Folders are few and named for what is done with a picture. The words are those that people type who
know what they want and not what we call it.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

ROOT = "StyleGANEX"
PHOTO, EDIT, DRAW, VIDEO = "photo", "edit", "draw", "video"
LATENTS, MODELS = "latents", "models and vectors"

ATTRIBUTES = ("smile", "age", "older", "younger", "glasses", "expression", "hair", "beard")

NODES: dict[str, tuple[str, tuple[str, ...]]] = {
    "LoadPhoto": (PHOTO, ("upload photo", "portrait", "selfie", "open image")),
    "ExampleImage": (PHOTO, ("portrait", "sample picture", "test image")),
    "CropFace": (PHOTO, ("find face", "detect face", "align face", "portrait", "face crop")),
    "PasteFace": (PHOTO, ("put face back", "blend", "composite", "uncrop", "seamless")),
    "ParseFace": (PHOTO, ("segment face", "hair mask", "skin mask", "face parsing")),
    "BeforeAfter": (PHOTO, ("compare", "comparison", "slider", "difference", "side by side")),
    "EditFace": (EDIT, (*ATTRIBUTES, "portrait", "face editor", "retouch", "slider")),
    "LiveEdit": (EDIT, (*ATTRIBUTES, "portrait", "face editor", "real time", "slider")),
    "ApplyEditVector": (EDIT, ("smile", "age", "glasses", "expression", "attribute", "direction")),
    "SweepEdit": (EDIT, ("slider", "variations", "strip", "compare strengths", "grid")),
    "StyleMix": (EDIT, ("mix faces", "blend faces", "transfer style", "hair colour")),
    "FeatureTransform": (EDIT, ("move face", "rotate", "scale", "shift", "transform")),
    "SuperResolve": (DRAW, ("restore", "upscale", "enhance", "sharpen", "old photo", "repair")),
    "SketchToFace": (DRAW, ("drawing", "line art", "portrait")),
    "PhotoToSketch": (DRAW, ("drawing", "line art", "edges", "outline")),
    "MaskToFace": (DRAW, ("segmentation", "labels", "portrait", "paint a face")),
    "LabelsFromMasks": (DRAW, ("segmentation", "combine masks", "paint a face")),
    "ExampleVideo": (VIDEO, ("sample clip", "test video")),
    "TrackFaces": (VIDEO, ("find faces", "follow face", "detect faces")),
    "ClipEdit": (VIDEO, ("smile", "age", "expression", "keyframes")),
    "EditVideo": (VIDEO, ("toon", "cartoon", "toonify", "edit clip", "smile", "age")),
    "EditFrames": (VIDEO, ("toon", "cartoon", "toonify", "edit clip", "images")),
    "Encode": (LATENTS, ("invert", "inversion", "project", "photo to latent")),
    "Optimize": (LATENTS, ("refine", "likeness", "inversion", "fit photo")),
    "Decode": (LATENTS, ("draw", "generate", "latent to image")),
    "Sample": (LATENTS, ("random face", "new person", "generate portrait")),
    "SaveLatent": (LATENTS, ("store", "keep")),
    "LoadLatent": (LATENTS, ("open", "restore latents")),
    "LoadModel": (MODELS, ("checkpoint", "toon", "cartoon", "toonify", "open model")),
    "DomainSwap": (MODELS, ("toon", "cartoon", "style", "anime", "merge models")),
    "LoadEditVector": (MODELS, ("direction", "attribute", "smile", "age", "glasses")),
    "FindEditVectors": (MODELS, ("discover directions", "attribute", "principal components")),
    "SaveEditVector": (MODELS, ("store direction", "keep vector")),
}


def entry(node: str, schema: type) -> dict[str, Any]:
    """The settings of a node's `schema` that say this, as far as this ComfyUI knows them."""
    folder, words = NODES[node]
    known = {field.name for field in fields(schema)} if is_dataclass(schema) else set()
    settings: dict[str, Any] = {"category": f"{ROOT}/{folder}"}
    if "search_aliases" in known:
        settings["search_aliases"] = list(words)
    return settings
