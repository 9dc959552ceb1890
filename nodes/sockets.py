"""The types that travel between our nodes."""

from __future__ import annotations

from comfy_api.latest import io

Model = io.Custom("STYLEGANEX_MODEL")  # a ModelPatcher around a core.Model, see runtime.manage
Latents = io.Custom("STYLEGANEX_LATENT")  # core.Latents
EditVector = io.Custom("STYLEGANEX_EDIT_VECTOR")  # a tensor [L or 1, D]
Crop = io.Custom("STYLEGANEX_CROP")  # a tuple of core.FaceCrop, one per crop
Track = io.Custom("STYLEGANEX_TRACK")  # core.Track
ClipEdits = io.Custom("STYLEGANEX_CLIP_EDIT")  # a tuple of core.ClipEdit
FaceLandmarks = io.Custom("FACE_LANDMARKS")  # of ComfyUI's own MediaPipe node, core 0.23 and later
