"""Face parsers: the bundled one, and the published one from its file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file

from ..errors import CheckpointError
from ..networks.bisenet import FaceParser
from ..networks.small_parser import SmallFaceParser
from ..networks.unfilled import unfilled
from .detect import check_complete
from .levels import dequantise
from .read import read_file

BUNDLED = Path(__file__).parent.parent / "networks" / "small_parser.safetensors"

_AUXILIARY = ("conv_out16.", "conv_out32.")  # heads that only training needs
_COUNTER = "num_batches_tracked"  # batch norm's, which nothing reads
_MARK = "cp.resnet.conv1.weight"


def load_face_parser(
    path: str | Path | None = None, *, device: torch.device | str = "cpu"
) -> FaceParser | SmallFaceParser:
    """A network that finds the parts of faces, float32, in evaluation mode.

    Without a `path` the bundled small one; else BiSeNet from the file there, which is called
    `79999_iter.pth`, `faceparsing.pth` or `parsing_bisenet.pth`, or holds the same tensors as
    safetensors; any name will do. Raises CheckpointError for other files.
    """
    return _load_bundled(device) if path is None else _load_published(Path(path), device)


def _load_bundled(device: torch.device | str) -> SmallFaceParser:
    with torch.inference_mode(False), torch.no_grad():
        with unfilled():
            parser = SmallFaceParser()
        tensors = dequantise(load_file(BUNDLED))
        counters = [key for key in parser.state_dict() if key.endswith(_COUNTER)]
        whole = {key: tensor.float() for key, tensor in tensors.items()}
        zero = torch.zeros((), dtype=torch.int64)
        parser.load_state_dict(whole | dict.fromkeys(counters, zero), assign=True)
        return parser.eval().requires_grad_(False).to(device)


def _load_published(path: Path, device: torch.device | str) -> FaceParser:
    modules = _module_names()
    file_names = {ours: theirs for theirs, ours in modules.items()}
    with torch.inference_mode(False), torch.no_grad():
        with unfilled():
            parser = FaceParser()
        expected = parser.state_dict()
        converted = {
            _rename(key, modules): tensor.detach().to(device, torch.float32, copy=True)
            for key, tensor in _find_tensors(read_file(path).data, path).items()
            if not key.startswith(_AUXILIARY) and not key.endswith(_COUNTER)
        }
        try:
            check_complete(
                {key: tensor for key, tensor in expected.items() if not key.endswith(_COUNTER)},
                converted,
                lambda key: _rename(key, file_names),
            )
        except CheckpointError as error:
            raise CheckpointError(
                f"{path.name} looks like a BiSeNet face parser, but cannot be used: {error}"
            ) from error
        counters = [key for key in expected if key.endswith(_COUNTER)]
        zero = torch.zeros((), dtype=torch.int64, device=device)
        parser.load_state_dict(converted | dict.fromkeys(counters, zero), assign=True)
        return parser.eval().requires_grad_(False)


def _module_names() -> dict[str, str]:
    """The file's name of every module with tensors, and ours."""
    names = {
        "cp.resnet.conv1": "stem.conv",
        "cp.resnet.bn1": "stem.norm",
        "cp.conv_avg.conv": "whole.conv",
        "cp.conv_avg.bn": "whole.norm",
        "ffm.convblk.conv": "fuse.join.conv",
        "ffm.convblk.bn": "fuse.join.norm",
        "ffm.conv1": "fuse.reduce",
        "ffm.conv2": "fuse.expand",
        "conv_out.conv.conv": "head.conv",
        "conv_out.conv.bn": "head.norm",
        "conv_out.conv_out": "classify",
    }
    for stride in (16, 32):
        names |= {
            f"cp.arm{stride}.conv.conv": f"refine_{stride}.conv.conv",
            f"cp.arm{stride}.conv.bn": f"refine_{stride}.conv.norm",
            f"cp.arm{stride}.conv_atten": f"refine_{stride}.attention.conv",
            f"cp.arm{stride}.bn_atten": f"refine_{stride}.attention.norm",
            f"cp.conv_head{stride}.conv": f"smooth_{stride}.conv",
            f"cp.conv_head{stride}.bn": f"smooth_{stride}.norm",
        }
    for stage in range(4):
        for block in range(2):
            theirs, ours = f"cp.resnet.layer{stage + 1}.{block}", f"stages.{stage}.{block}"
            names |= {
                f"{theirs}.conv1": f"{ours}.first.conv",
                f"{theirs}.bn1": f"{ours}.first.norm",
                f"{theirs}.conv2": f"{ours}.second.conv",
                f"{theirs}.bn2": f"{ours}.second.norm",
                f"{theirs}.downsample.0": f"{ours}.shortcut.conv",
                f"{theirs}.downsample.1": f"{ours}.shortcut.norm",
            }
    return names


def _rename(key: str, names: Mapping[str, str]) -> str:
    """The key with its module's other name, as it is where the module is unknown."""
    module, _, leaf = key.rpartition(".")
    return f"{names[module]}.{leaf}" if module in names else key


def _find_tensors(data: object, path: Path) -> dict[str, torch.Tensor]:
    """The parser's tensors, on the top level or under `state_dict`, without "module."."""
    if isinstance(data, Mapping) and isinstance(data.get("state_dict"), Mapping):
        data = data["state_dict"]
    found = {}
    if isinstance(data, Mapping):
        found = {
            str(key).removeprefix("module."): value
            for key, value in data.items()
            if isinstance(value, torch.Tensor)
        }
    if not any(key.startswith("cp.") for key in found):
        names = ", ".join(list(found)[:3]) or "no tensors"
        raise CheckpointError(
            f"{path.name} is not a BiSeNet face parser: it lacks {_MARK} and holds {names}. The "
            "file is called 79999_iter.pth or faceparsing.pth."
        )
    return found
