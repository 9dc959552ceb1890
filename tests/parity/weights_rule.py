"""Deterministic stand-in weights: every tensor is a pure function of (salt, key, shape)."""

import hashlib
import math

import numpy as np


def tensor(salt: str, key: str, shape: tuple[int, ...]) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(f"{salt}:{key}".encode()).digest()[:8], "little")
    n = np.random.Generator(np.random.PCG64(seed)).standard_normal(shape, dtype=np.float32)
    leaf = key.rsplit(".", 1)[-1]
    if leaf == "running_var":
        return (1.0 + 0.2 * np.abs(n)).astype(np.float32)
    if leaf == "running_mean":
        return (0.1 * n).astype(np.float32)
    if leaf == "bias":
        base = 1.0 if ".modulation." in key else 0.0
        return (base + 0.1 * n).astype(np.float32)
    if leaf == "weight":
        if n.ndim == 1 and n.shape[0] == 1 and ".noise." in key:  # noise strength (scalar)
            return (0.1 * n).astype(np.float32)
        if n.ndim == 1:  # BatchNorm gain / PReLU slope
            return (
                (1.0 if ".res_layer." in key or ".shortcut_layer." in key else 0.5) + 0.1 * n
            ).astype(np.float32)
        if key.startswith("decoder.style."):  # mapping network, lr multiplier 0.01
            return (n / 0.01).astype(np.float32)
        if key.startswith("decoder.") or ".linear." in key and n.ndim == 2 and "styles" in key:
            return n  # equalised learning rate: unit variance
        fan_in = int(np.prod(n.shape[1:]))
        return (n * math.sqrt(1.0 / fan_in)).astype(np.float32)
    return n  # constants, noise buffers, latents
