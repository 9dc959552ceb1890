"""Whole files of every kind that this package reads, small enough to be damaged by the thousand."""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from safetensors.torch import save as to_safetensors

from styleganex_core import Latents, Model, save_latents, save_model
from styleganex_core.checkpoints.convert import original_key
from tests.unit.checkpoints.nvlabs_files import torch_network, write_tensorflow, write_torch
from tests.unit.tiny import tiny_model

ROOT = Path(__file__).parents[2]
CLIP_SIZE = (48, 32)  # px, width and height


@cache
def model() -> Model:
    return tiny_model(64, encoder=False)


@cache
def rosinality() -> dict[str, torch.Tensor]:
    """The tiny generator under rosinality's names and in its shapes."""
    tensors = {}
    for key, tensor in model().state_dict().items():
        if key == "latent_avg":
            continue
        name = original_key(key).removeprefix("decoder.")
        if name.endswith("conv.weight"):
            tensor = tensor[None] if tensor.ndim == 4 else tensor[None, :, :, None, None]
        elif name.startswith("to_rgb") and name.endswith(".bias") and "modulation" not in name:
            tensor = tensor.reshape(1, -1, 1, 1)
        tensors[name] = tensor.reshape(1) if name.endswith("noise.weight") else tensor
    return tensors


def mean() -> torch.Tensor:
    return model().latent_avg[0].clone()


def latents() -> Latents:
    f, w_plus = torch.ones(2, 12, 4, 4), torch.ones(1, 10, 12)
    noise = tuple(torch.ones(1, 1, *shape) for shape in model().generator.noise_shapes((4, 4)))
    return Latents(f=f, w_plus=w_plus, edit=torch.ones(1, 10, 12), noise=noise, size=(32, 30))


def _contents() -> dict[str, Any]:
    """What a .pt of each kind holds."""
    checkpoint = {
        "state_dict": {f"decoder.{key}": tensor for key, tensor in rosinality().items()},
        "opts": {"use_skip": False, "output_size": 64},
        "latent_avg": model().latent_avg,
        "editing_w": torch.ones(2, 10, 12),
    }
    return {
        "checkpoint": checkpoint,
        "generator": {"g_ema": rosinality(), "latent_avg": mean().numpy()},
        "inversion": {"wplus": torch.ones(1, 10, 12), "f": [torch.ones(1, 12, 4, 4)]},
        "styles": {"a.png": torch.ones(10, 12), "b.png": torch.ones(1, 10, 12)},
        "vectors": {"smile": torch.ones(10, 12), "age": torch.ones(1, 12), "note": "text"},
        "components": {"comp": torch.ones(5, 1, 12), "std": torch.ones(5), "mean": mean()},
    }


def contents(kind: str) -> Any:
    return _contents()[kind]


def to_torch(data: Any, *, legacy: bool = False) -> bytes:
    file = io.BytesIO()
    torch.save(data, file, _use_new_zipfile_serialization=not legacy)
    return file.getvalue()


def _written(write: Callable[[Path], object]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        write(path)
        return path.read_bytes()


CLIPS = {  # kind: codecs of pictures and sound
    "mp4": ("libx264", "aac"),
    "webm": ("libvpx", "libopus"),
    "mkv": ("ffv1", "flac"),
    "mov": ("prores_ks", "pcm_s16le"),
    "avi": ("mpeg4", "libmp3lame"),
    "ts": ("mpeg2video", "mp2"),
}


def _clip(kind: str) -> bytes:
    """Six small frames with as much sound."""
    import av

    file = io.BytesIO()
    kinds = {"mkv": "matroska", "ts": "mpegts"}
    pictures_by, sound_by = CLIPS[kind]
    with av.open(file, "w", format=kinds.get(kind, kind)) as output:
        pictures = output.add_stream(pictures_by, rate=24)
        pictures.width, pictures.height = CLIP_SIZE
        pictures.pix_fmt = "yuv422p10le" if pictures_by == "prores_ks" else "yuv420p"
        sound = output.add_stream(sound_by, rate=48000, layout="stereo")
        samples = np.zeros((2, 48000 * 6 // 24), np.float32)
        heard = av.AudioFrame.from_ndarray(samples, "fltp", "stereo")
        heard.sample_rate, heard.pts = 48000, 0
        for index in range(6):
            levels = np.full((*CLIP_SIZE[::-1], 3), 60 + 20 * index, np.uint8)
            frame = av.VideoFrame.from_ndarray(levels, format="rgb24")
            frame.pts = index
            output.mux(pictures.encode(frame))
        output.mux(pictures.encode(None))
        output.mux(sound.encode(heard))
        output.mux(sound.encode(None))
    return file.getvalue()


def _npz() -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, lat_comp=np.ones((5, 1, 12)), lat_stdev=np.ones(5))
    return file.getvalue()


def _npy() -> bytes:
    file = io.BytesIO()
    np.save(file, np.ones((3, 10, 12), np.float32))
    return file.getvalue()


@cache
def files() -> dict[str, bytes]:
    """Whole files by their kind."""
    whole = {f"{kind} pt": to_torch(data) for kind, data in _contents().items()}
    whole |= {f"{kind} legacy": to_torch(data, legacy=True) for kind, data in _contents().items()}
    graph = sorted((ROOT / "workflows" / "api").glob("*.json"))[0].read_bytes()
    return whole | {
        "model safetensors": _written(lambda path: save_model(model(), path)),
        "generator safetensors": to_safetensors({k: t.clone() for k, t in rosinality().items()}),
        "latents safetensors": _written(lambda path: save_latents(latents(), path)),
        "vectors safetensors": to_safetensors({"edit_vectors.smile": torch.ones(10, 12)}),
        "nvlabs pickle": _written(
            lambda path: write_torch(path, torch_network(rosinality(), mean()))
        ),
        "tensorflow pickle": _written(lambda path: write_tensorflow(path, rosinality(), mean())),
        "plain pickle": pickle.dumps({"a": [np.ones(3), {"b": (1, 2.0, None, "text")}]}, 2),
        "npz": _npz(),
        "npy": _npy(),
        "graph json": json.dumps(json.loads(graph)).encode(),
        **{f"clip {kind}": _clip(kind) for kind in CLIPS},
        **{f"body {kind}": json.dumps(body).encode() for kind, body in bodies().items()},
    }


def bodies() -> dict[str, Any]:
    """What the editor sends to the live routes."""
    handle = "abcdefghijklmnopqrstuvwx"
    picture = {"handle": handle, "strengths": "smile: 1.5, age: -2", "layers": "0-6, 9"}
    return {
        "picture": picture | {"side": 512, "zoom": 2.5},
        "release": {"handles": [handle, handle[::-1]], "replaced": True},
    }
