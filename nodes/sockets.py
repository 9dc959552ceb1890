"""The types that travel between our nodes."""

from __future__ import annotations

from comfy_api.latest import io

CATEGORY = "StyleGANEX"
LARGEST_SEED = 2**53 - 1  # what a number in the browser holds exactly

Model = io.Custom("STYLEGANEX_MODEL")  # a ModelPatcher around a core.Model, see runtime.manage
Latents = io.Custom("STYLEGANEX_LATENT")  # core.Latents
EditVector = io.Custom("STYLEGANEX_EDIT_VECTOR")  # a tensor [L or 1, D]
