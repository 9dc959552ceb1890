"""ComfyUI's devices, memory, progress and cancel, for our networks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TypeVar

import torch
from comfy import model_management
from comfy.model_patcher import ModelPatcher
from comfy.utils import ProgressBar
from PIL import Image

from .. import styleganex_core as core
from .told_time import ToldTime

LARGEST_BATCH = 8  # pictures at once, so that cancel acts soon
LARGEST_ON_CPU = 2**31  # bytes of activations at once there: a layer of more takes over a second
USABLE_SHARE = 0.8  # of the free memory; the rest covers fragmentation
PREVIEW_SIDE = 512  # px
PREVIEW_INTERVAL = 0.4  # seconds between previews

Result = TypeVar("Result", torch.Tensor, core.Latents)
Network = TypeVar("Network", bound=torch.nn.Module)
Part = TypeVar("Part")


class StyleGANEXModel(torch.nn.Module):
    """A model together with the device on which ModelPatcher last put it."""

    device: torch.device | None = None

    def __init__(self, network: core.Model) -> None:
        super().__init__()
        self.network = network


def computing_device() -> torch.device:
    """Where networks compute."""
    return model_management.get_torch_device()


def manage(network: core.Model) -> ModelPatcher:
    """The model as ComfyUI manages it: what travels through STYLEGANEX_MODEL sockets."""
    return ModelPatcher(
        StyleGANEXModel(network),
        load_device=model_management.get_torch_device(),
        offload_device=model_management.unet_offload_device(),
    )


@contextmanager
def ordinary_tensors(*, cancellable: bool = True) -> Iterator[None]:
    """Leaves ComfyUI's inference mode: tensors made in it could never be optimised through.

    A cancel of the running graph ends what is computed inside, between two operations of torch.
    """
    with torch.inference_mode(False), torch.no_grad(), _watch(cancellable):
        yield


def _watch(cancellable: bool = True) -> AbstractContextManager:
    check = model_management.throw_exception_if_processing_interrupted
    return core.patience.Watch(check) if cancellable else nullcontext()


@contextmanager
def loaded(
    model: ModelPatcher, memory: float = 0, *, cancellable: bool = True
) -> Iterator[core.Model]:
    """The network on its computing device, with `memory` bytes free for its activations."""
    with ordinary_tensors(cancellable=False):
        network = _place([model], memory)[0]
        with _watch(cancellable):
            yield network


@contextmanager
def loaded_together(*models: ModelPatcher) -> Iterator[list[core.Model]]:
    """Several networks on one device."""
    with ordinary_tensors(cancellable=False):
        networks = _place(list(models), 0)
        with _watch():
            yield networks


@contextmanager
def borrowed(network: Network, memory: float = 0) -> Iterator[Network]:
    """A small network that one run needs, on the computing device, with `memory` bytes free."""
    device = model_management.get_torch_device()
    with ordinary_tensors(cancellable=False):
        model_management.free_memory(memory, device)
        network = network.to(device)
        with _watch():
            yield network


def _place(models: list[ModelPatcher], memory: float) -> list[core.Model]:
    model_management.load_models_gpu(models, memory_required=memory, force_full_load=True)
    for model in models:
        # Models may share parameters (DomainSwap): unloading one moves them for all.
        model.model.to(model.load_device)
    return [model.model.network for model in models]


def to_result(value: Result) -> Result:
    """A tensor or latents on the device where ComfyUI keeps results."""
    return value.to(model_management.intermediate_device())


class Results:
    """Pictures of one size, gathered part by part where ComfyUI keeps results, without a copy."""

    whole: torch.Tensor

    def __init__(self) -> None:
        self._done = 0

    def add(self, part: torch.Tensor, count: int) -> None:
        """The next of `count` pictures in all, [b, ...]."""
        if not self._done:
            device = model_management.intermediate_device()
            self.whole = torch.empty(count, *part.shape[1:], dtype=part.dtype, device=device)
        self.whole[self._done : self._done + len(part)] = part
        self._done += len(part)


class LatentResults:
    """Latents of one size, gathered as `Results` gathers pictures."""

    whole: core.Latents

    def __init__(self) -> None:
        self._tensors: list[Results] = []

    def add(self, part: core.Latents, count: int) -> None:
        """The next of `count` latents in all; `whole` has a row for each."""
        if part.batch == count:
            self.whole = to_result(part)
            return
        self._tensors = self._tensors or [Results() for _ in part.tensors]
        for results, tensor in zip(self._tensors, part.tensors, strict=True):
            results.add(tensor.expand(part.batch, *tensor.shape[1:]), count)
        self.whole = part[0].with_tensors([results.whole for results in self._tensors])


def check_memory(bytes_each: float, device: torch.device, what: str) -> float:
    """The bytes that may be used; StyleGANEXError when they do not suffice for one picture."""
    free = model_management.get_free_memory(device) * USABLE_SHARE
    if bytes_each > free:
        raise core.StyleGANEXError(
            f"{what} needs about {bytes_each / 2**30:.1f} GiB for one picture and "
            f"{free / 2**30:.1f} GiB are free on {device}; scale or crop the picture "
            f"to {(free / bytes_each) ** 0.5:.0%} of its sides or less."
        )
    return free


def check_results(needed: float, what: str) -> None:
    """StyleGANEXError when results of `needed` bytes cannot be kept until the graph has ended."""
    device = model_management.intermediate_device()
    free = model_management.get_free_memory(device) * USABLE_SHARE
    if needed > free:
        raise core.StyleGANEXError(
            f"{what} need about {needed / 2**30:.1f} GiB to be kept and {free / 2**30:.1f} GiB are "
            f"free on {device}; ask for fewer at once, or for smaller ones."
        )


def map_batches(
    work: Callable[[slice], Part], count: int, bytes_each: float, device: torch.device, what: str
) -> list[Part]:
    """`work(rows)` over runs of a batch that fit the free memory, with progress and cancel.

    Where they turn out not to fit, they are halved until they do.
    """
    size = chunk_size(bytes_each, device, what)
    bar, left = ProgressBar(count), ToldTime()

    def tick(done: int) -> None:
        model_management.throw_exception_if_processing_interrupted()
        bar.update_absolute(done, count)
        left.step(done, count)

    halving = core.patience.Halving(size, what, model_management.soft_empty_cache)
    return halving.run(work, count, tick)


def map_pictures(
    work: Callable[[slice], torch.Tensor],
    count: int,
    bytes_each: float,
    device: torch.device,
    what: str,
) -> torch.Tensor:
    """As `map_batches`, with all that `work` gives [b, ...] in one tensor, held once."""
    results = Results()
    map_batches(lambda rows: results.add(work(rows), count), count, bytes_each, device, what)
    return results.whole


def choose_rows(image: torch.Tensor | None, rows: slice, count: int) -> torch.Tensor | None:
    """Of an IMAGE those of `rows`, [b, 3, H, W] in -1..1; a single one serves all."""
    if image is None:
        return None
    pictures = image if image.ndim == 4 else image[None]
    if len(pictures) == 1:
        return core.to_bchw(pictures)
    if len(pictures) != count:
        raise core.ShapeError(
            f"{len(pictures)} face pictures do not match {count} inputs; give one for all, or one "
            "each."
        )
    return core.to_bchw(pictures[rows])


def chunk_size(bytes_each: float, device: torch.device, what: str) -> int:
    """How many pictures fit the free memory at once, and are done soon enough for a cancel."""
    usable = check_memory(bytes_each, device, what)
    if device.type == "cpu":
        usable = min(usable, LARGEST_ON_CPU)
    return max(1, min(LARGEST_BATCH, int(usable / bytes_each)))


def pick_picture(batch: torch.Tensor, number: int) -> torch.Tensor:
    """The IMAGE of that number in a batch [B, H, W, C], or the only one, which stands for all."""
    return batch[number : number + 1] if len(batch) > 1 else batch


class Progress:
    """Progress of a long run with the time left and a picture of how it stands.

    `step` and `show` are what the core calls; `step` raises when the user has cancelled.
    """

    def __init__(self) -> None:
        self._bar, self._left = ProgressBar(1), ToldTime()
        self._picture: tuple[str, Image.Image, int] | None = None
        self._shown = -PREVIEW_INTERVAL

    def step(self, done: int, total: int) -> None:
        model_management.throw_exception_if_processing_interrupted()
        self._bar.update_absolute(done, total, self._picture)
        self._left.step(done, total)
        self._picture = None

    @property
    def due(self) -> bool:
        """Whether a picture given now would be shown."""
        return time.monotonic() - self._shown >= PREVIEW_INTERVAL

    def show(self, image: torch.Tensor) -> None:
        if self.due:
            self._shown = time.monotonic()
            self._picture = ("JPEG", core.images.to_thumbnail(image, PREVIEW_SIDE), PREVIEW_SIDE)
