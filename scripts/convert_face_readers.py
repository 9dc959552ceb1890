"""Makes styleganex_core/readers/*.safetensors from three published packages.

    npm pack @vladmandic/face-api@1.7.15 @mediapipe/face_mesh@0.4.1657299874
    pip download --no-deps stlpips-pytorch==0.0.2
    python scripts/convert_face_readers.py FOLDER_WITH_THE_THREE_FILES

Weights become 8 bit with a scale and a lowest value per output channel, where the package has
them in 8 bit already without any loss. `styleganex_core/readers/weights.py` reads them.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from tflite_graph import Graph, read_graph

from styleganex_core.checkpoints.levels import quantise

READERS = Path(__file__).parents[1] / "styleganex_core" / "readers"
FACE_API = "vladmandic-face-api-1.7.15.tgz"
FACE_MESH = "mediapipe-face_mesh-0.4.1657299874.tgz"
METRIC = "stlpips_pytorch-0.0.2-py3-none-any.whl"
MESH_NAME = "face_landmark/face_landmark_with_attention.tflite"
FINE_LAYERS = 4  # layers before the map that lips and eyes are cut out of
SMALL = 1024  # numbers: tensors up to this size stay float32

Tensors = dict[str, torch.Tensor]


class Writer:
    """Collects one network's tensors in the bundled form."""

    def __init__(self) -> None:
        self.tensors: Tensors = {}

    def add(self, name: str, value: torch.Tensor) -> None:
        """A tensor in float32, or in 8 bit of our own rounding when it is large."""
        value = value.float()
        if value.numel() <= SMALL or value.ndim < 2:
            self.tensors[name] = value.contiguous()
            return
        self.tensors |= quantise(name, value)

    def add_levels(
        self, name: str, levels: torch.Tensor, scale: torch.Tensor, low: torch.Tensor
    ) -> None:
        """A tensor that is levels x scale + low, both per output channel."""
        self.tensors[name] = levels.contiguous()
        self.tensors[f"{name}.scale"] = scale.float().contiguous()
        self.tensors[f"{name}.low"] = low.float().contiguous()

    def save(self, name: str, source: str, licence: str, package: Path) -> None:
        path = READERS / f"{name}.safetensors"
        save_file(
            self.tensors,
            path,
            metadata={
                "source": source,
                "sha256 of the package": hashlib.sha256(package.read_bytes()).hexdigest(),
                "licence": licence,
                "made by": "scripts/convert_face_readers.py",
            },
        )
        print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")


class FaceApiWeights:
    """The weights of one network of face-api, in TensorFlow.js' shards."""

    def __init__(self, archive: tarfile.TarFile, name: str) -> None:
        data = read_member(archive, f"package/model/{name}_model.bin")
        manifest = read_member(archive, f"package/model/{name}_model-weights_manifest.json")
        self.levels: Tensors = {}
        self.ranges: dict[str, tuple[float, float]] = {}
        place = 0
        for entry in json.loads(manifest)[0]["weights"]:
            quantised = entry.get("quantization")
            kind = np.dtype(quantised["dtype"] if quantised else "float32")
            count = int(np.prod(entry["shape"]))
            numbers = np.frombuffer(data, kind, count, place).reshape(entry["shape"])
            place += count * kind.itemsize
            self.levels[entry["name"]] = torch.from_numpy(numbers.copy())
            if quantised:
                self.ranges[entry["name"]] = (quantised["scale"], quantised["min"])
        assert place == len(data), f"{name}: {len(data) - place} bytes are left over"

    def value(self, name: str) -> torch.Tensor:
        scale, low = self.ranges.get(name, (1.0, 0.0))
        return self.levels[name].double() * scale + low

    def put(
        self, writer: Writer, name: str, source: str, order: tuple[int, ...], gain=None
    ) -> None:
        """Adds a weight with its axes in our order, each output channel times `gain`."""
        levels = self.levels[source].permute(order)
        gain = torch.ones(levels.shape[0]) if gain is None else gain
        if source not in self.ranges or levels.numel() <= SMALL:
            shape = (-1, *[1] * (levels.ndim - 1))
            writer.add(name, self.value(source).permute(order) * gain.view(shape))
            return
        scale, low = self.ranges[source]
        writer.add_levels(name, levels, gain * scale, gain * low)


CONVOLUTION = (3, 2, 0, 1)  # [h, w, in, out] -> [out, in, h, w]
DEPTHWISE = (2, 3, 0, 1)  # [h, w, channels, 1] -> [channels, 1, h, w]
LINEAR = (1, 0)


def read_member(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    assert member is not None, f"the package has no {name}"
    return member.read()


def put_separable(weights: FaceApiWeights, writer: Writer, name: str, source: str) -> None:
    weights.put(writer, f"{name}.depth.weight", f"{source}/depthwise_filter", DEPTHWISE)
    weights.put(writer, f"{name}.point.weight", f"{source}/pointwise_filter", CONVOLUTION)
    writer.add(f"{name}.point.bias", weights.value(f"{source}/bias"))


def convert_identity(weights: FaceApiWeights) -> Writer:
    """dlib's ResNet; the scale behind each convolution goes into its weights."""
    writer = Writer()

    def put_scaled(name: str, source: str) -> None:
        gain = weights.value(f"{source}/scale/weights")
        weights.put(writer, f"{name}.weight", f"{source}/conv/filters", CONVOLUTION, gain)
        bias = weights.value(f"{source}/conv/bias") * gain
        writer.add(f"{name}.bias", bias + weights.value(f"{source}/scale/biases"))

    put_scaled("stem", "conv32_down")
    blocks = [f"conv32_{i}" for i in (1, 2, 3)]
    blocks += ["conv64_down", *(f"conv64_{i}" for i in (1, 2, 3))]
    blocks += ["conv128_down", "conv128_1", "conv128_2"]
    blocks += ["conv256_down", "conv256_1", "conv256_2", "conv256_down_out"]
    for index, block in enumerate(blocks):
        put_scaled(f"blocks.{index}.first", f"{block}/conv1")
        put_scaled(f"blocks.{index}.second", f"{block}/conv2")
    weights.put(writer, "linear.weight", "fc", LINEAR)
    return writer


def convert_dense(weights: FaceApiWeights) -> Writer:
    """The small dense network of the expression and of the 68 points."""
    writer = Writer()
    for block in range(4):
        for index in range(4):
            name, source = f"blocks.{block}.convs.{index}", f"dense{block}/conv{index}"
            if block == index == 0:
                weights.put(writer, f"{name}.weight", f"{source}/filters", CONVOLUTION)
                writer.add(f"{name}.bias", weights.value(f"{source}/bias"))
            else:
                put_separable(weights, writer, name, source)
    weights.put(writer, "linear.weight", "fc/weights", LINEAR)
    writer.add("linear.bias", weights.value("fc/bias"))
    return writer


def convert_age(weights: FaceApiWeights) -> Writer:
    """The small Xception of age and gender."""
    writer = Writer()
    weights.put(writer, "stem.weight", "entry_flow/conv_in/filters", CONVOLUTION)
    writer.add("stem.bias", weights.value("entry_flow/conv_in/bias"))
    places = ["entry_flow/reduction_block_0", "entry_flow/reduction_block_1"]
    places += ["middle_flow/main_block_0", "middle_flow/main_block_1"]
    places += ["exit_flow/reduction_block"]
    for index, place in enumerate(places):
        reduces = "reduction" in place
        for layer in range(2 if reduces else 3):
            name, source = f"blocks.{index}.convs.{layer}", f"{place}/separable_conv{layer}"
            put_separable(weights, writer, name, source)
        if reduces:
            source = f"{place}/expansion_conv"
            name = f"blocks.{index}.expansion"
            weights.put(writer, f"{name}.weight", f"{source}/filters", CONVOLUTION)
            writer.add(f"{name}.bias", weights.value(f"{source}/bias"))
    put_separable(weights, writer, "last", "exit_flow/separable_conv")
    for head in ("age", "gender"):
        weights.put(writer, f"{head}.weight", f"fc/{head}/weights", LINEAR)
        writer.add(f"{head}.bias", weights.value(f"fc/{head}/bias"))
    return writer


def convert_mesh(archive: tarfile.TarFile) -> Writer:
    """The face mesh with its closer looks at lips and eyes: each branch is walked from its output
    back to the picture, or to the part of a map that a custom operator has cut out.
    """
    folder = "package/face_mesh_solution_packed_assets"
    loader = read_member(archive, f"{folder}_loader.js").decode()
    entry = loader[loader.index(MESH_NAME) :]
    start = int(entry.split('"start": ')[1].split(",")[0])
    end = int(entry.split('"end": ')[1].split("}")[0])
    graph = read_graph(read_member(archive, f"{folder}.data")[start:end])
    lips, left, right, left_iris, right_iris = (
        walk_back(graph, find_convolution(graph, output)) for output in graph.outputs[1:6]
    )
    points = walk_back(graph, find_convolution(graph, graph.outputs[0]))
    flag = walk_back(graph, graph.outputs[6])
    assert points[:-1] == flag[:-1], "points and flag part before their last layer"
    stem = len([layer for layer in left if layer in left_iris])
    branches = {
        "fine": points[:FINE_LAYERS],
        "trunk": points[FINE_LAYERS:-1],
        "points": points[-1:],
        "flag": flag[-1:],
    }
    for name, heads in (
        ("lips", {"contour": lips}),
        ("left_eye", {"contour": left, "iris": left_iris}),
        ("right_eye", {"contour": right, "iris": right_iris}),
    ):
        branches[f"{name}.stem"] = heads["contour"][:stem]
        branches |= {f"{name}.{head}": layers[stem:] for head, layers in heads.items()}
    writer = Writer()
    for name, layers in branches.items():
        for index, layer in enumerate(layers):
            place = name if len(layers) == 1 else f"{name}.{index}"
            for part, (tensor, order) in layer.items():
                value = graph.constant(tensor)
                writer.add(f"{place}.{part}", value.permute(order) if order else value.flatten())
    return writer


def find_convolution(graph: Graph, tensor: int) -> int:
    """The output of the convolution whose numbers `tensor` has in another form."""
    while graph.producers[tensor].kind in ("reshape", "slice", "custom"):
        tensor = graph.producers[tensor].inputs[0]
    return tensor


def walk_back(graph: Graph, output: int) -> list[dict[str, tuple[int, tuple[int, ...]]]]:
    """The layers that lead from the picture to `output`: parts by name, as (tensor, order).

    A layer is a convolution with a PReLU behind it, or a block (a depthwise and a pointwise
    convolution beside a shortcut, then a PReLU); the last is a convolution alone.
    """
    full, depthwise = (0, 3, 1, 2), (3, 0, 1, 2)
    layers: list[dict[str, tuple[int, tuple[int, ...]]]] = []
    place = output
    while place not in graph.inputs and graph.producers[place].kind != "custom":
        step = graph.producers[place]
        layer: dict[str, tuple[int, tuple[int, ...]]] = {}
        if step.kind == "prelu":
            step, slopes = graph.producers[step.inputs[0]], step.inputs[1]
            layer["slopes"] = (slopes, ())
        if step.kind == "conv":
            layer["conv.weight"], layer["conv.bias"] = (step.inputs[1], full), (step.inputs[2], ())
            place = step.inputs[0]
        else:
            sides = [graph.producers[tensor] for tensor in step.inputs]
            point = next(side for side in sides if side.kind == "conv")
            depth = graph.producers[point.inputs[0]]
            assert (step.kind, depth.kind) == ("add", "depthwise"), (step, depth)
            layer["depth.weight"] = (depth.inputs[1], depthwise)
            layer["depth.bias"] = (depth.inputs[2], ())
            layer["point.weight"] = (point.inputs[1], full)
            layer["point.bias"] = (point.inputs[2], ())
            place = depth.inputs[0]
        layers.append(layer)
    return layers[::-1]


def convert_metric(wheel: Path) -> Writer:
    """ST-LPIPS on AlexNet: five stages of convolutions and a weight per channel for each."""
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read("stlpips_pytorch/weights/vST0.0/alex_shift_tolerant.pth")
    theirs = torch.load(io.BytesIO(data), weights_only=True, map_location="cpu")
    writer = Writer()
    for stage, layer in enumerate((0, 5, 9, 11, 13)):
        for part in ("weight", "bias"):
            writer.add(f"convs.{stage}.{part}", theirs[f"net.slice{stage + 1}.{layer}.{part}"])
        writer.add(f"heads.{stage}", theirs[f"lin{stage}.model.1.weight"].flatten())
    return writer


def main() -> None:
    folder = Path(sys.argv[1])
    with tarfile.open(folder / FACE_API) as archive:
        for name, file, convert in (
            ("identity", "face_recognition", convert_identity),
            ("expression", "face_expression", convert_dense),
            ("points68", "face_landmark_68", convert_dense),
            ("age", "age_gender", convert_age),
        ):
            convert(FaceApiWeights(archive, file)).save(
                name,
                f"{file}_model of the npm package @vladmandic/face-api 1.7.15",
                "MIT, see face_api.LICENSE.txt",
                folder / FACE_API,
            )
    with tarfile.open(folder / FACE_MESH) as archive:
        convert_mesh(archive).save(
            "mesh",
            "face_landmark_with_attention.tflite of the npm package @mediapipe/face_mesh "
            "0.4.1657299874",
            "Apache-2.0, see face_mesh.LICENSE.txt",
            folder / FACE_MESH,
        )
    convert_metric(folder / METRIC).save(
        "metric",
        "alex_shift_tolerant.pth of the PyPI wheel stlpips-pytorch 0.0.2",
        "BSD-2-Clause, see st_lpips.LICENSE.txt",
        folder / METRIC,
    )


if __name__ == "__main__":
    main()
