"""Work is halved until it fits the memory, and stops between two layers when it is told to."""

from __future__ import annotations

import time

import pytest
import torch
from torch.overrides import TorchFunctionMode

import styleganex_core as core
from styleganex_core.patience import Halving, Watch, is_out_of_memory

from .tiny import tiny_model

CPU = "[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate memory"
CUDA = "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 8 GiB"
LACKS = [
    lambda: RuntimeError(CPU),
    lambda: torch.OutOfMemoryError(CUDA),
    lambda: RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes"),
    lambda: RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"),
    MemoryError,
]


class Cancelled(Exception):
    pass


@pytest.mark.parametrize("lack", LACKS)
@pytest.mark.parametrize("fits", [1, 2, 3, 5, 8])
def test_a_batch_is_halved_until_it_fits(lack, fits):
    tried, freed = [], []

    def work(rows: slice) -> list[int]:
        tried.append(rows.stop - rows.start)
        if tried[-1] > fits:
            raise lack()
        return list(range(rows.start, rows.stop))

    halving = Halving(8, "decoding", lambda: freed.append(1))
    assert [n for part in halving.run(work, 21) for n in part] == list(range(21))
    assert len(freed) == sum(size > fits for size in tried) <= 3
    assert halving.size <= fits


@pytest.mark.parametrize("lack", LACKS)
def test_a_single_picture_that_does_not_fit_says_what_to_lower(lack):
    def work(rows: slice) -> None:
        raise lack()

    with pytest.raises(core.StyleGANEXError, match=r"decoding.*70%"):
        Halving(8, "decoding").run(work, 3)


def test_other_errors_pass_and_nothing_is_tried_again():
    tried = []

    def work(rows: slice) -> None:
        tried.append(rows)
        raise RuntimeError("the size of tensor a must match the size of tensor b")

    with pytest.raises(RuntimeError, match="size of tensor"):
        Halving(8, "decoding").run(work, 8)
    assert len(tried) == 1
    assert not is_out_of_memory(ValueError(CUDA)) and not is_out_of_memory(RuntimeError("no"))


def test_progress_counts_to_the_end():
    ticks: list[int] = []
    Halving(2, "decoding").run(lambda rows: [0], 5, ticks.append)
    assert ticks == [0, 2, 2, 4, 4, 5]


def count_checks(work) -> int:
    checks = []
    with Watch(lambda: checks.append(1)):
        work()
    return len(checks)


def stop_after(limit: int):
    """A check that cancels at its call number `limit`, and the calls so far."""
    calls: list[float] = []

    def check() -> None:
        calls.append(time.monotonic())
        if len(calls) >= limit:
            raise Cancelled

    return check, calls


def long_passes():
    model = tiny_model(fusions=2)
    photo = torch.zeros(1, 3, 64, 64)
    latents = core.sample_latents(model, 0)
    face = core.Face(((20, 24), (44, 24), (32, 36), (24, 48), (40, 48)), (10, 10, 54, 60))
    # The same in every run: how many steps a search takes depends on them.
    sets = torch.randn(2, 9, 10, 12, generator=torch.Generator().manual_seed(0))
    sets[1] += 1
    return {
        "decode": lambda: core.decode_latents(model, latents),
        "encode": lambda: core.encode_face(model, photo),
        "optimise": lambda: core.optimize_latents(model, core.encode_face(model, photo), photo,
                                                  steps=1),
        "find faces": lambda: core.find_faces(photo),
        "crop": lambda: core.crop_faces(photo, faces=[[face]]),
        "sketch": lambda: core.sketch_photo(torch.rand(1, 3, 64, 64)),
        "weights": lambda: core.factorize_weights(model, 2),
        "samples": lambda: core.find_components(model, 2, samples=200),
        "boundary": lambda: core.find_boundary(*sets),
        "transform": lambda: core.transform_features(latents, rotation=5),
        "domain": lambda: core.swap_domain(model, model, strength=0.5),
    }  # fmt: skip


PASSES = ["decode", "encode", "optimise", "find faces", "crop", "sketch", "weights", "samples",
          "boundary", "transform", "domain"]  # fmt: skip


@pytest.mark.parametrize("name", PASSES)
def test_a_cancel_ends_any_pass_between_two_operations(name):
    passes = long_passes()
    assert sorted(passes) == sorted(PASSES)
    total = count_checks(passes[name])
    assert total > 4
    for share in (0.1, 0.5, 0.9):
        check, calls = stop_after(max(1, int(total * share)))
        with pytest.raises(Cancelled), Watch(check):
            passes[name]()
        assert torch.is_grad_enabled()
        assert len(calls) <= max(1, int(total * share)) + 2, "no more than clearing up"


@pytest.mark.parametrize(
    "layer",
    [
        lambda x: torch.nn.functional.linear(x, torch.eye(12)),
        lambda x: torch.nn.functional.leaky_relu(x, 0.2),
        lambda x: torch.nn.functional.interpolate(x[None], scale_factor=2.0)[0, ..., :12],
        lambda x: x * 2 + 1,
    ],
)
def test_a_backward_pass_is_watched_too(layer):
    x = torch.ones(3, 12, requires_grad=True)
    during = []
    with torch.enable_grad(), Watch(lambda: during.append(1)):
        y = x
        for _ in range(6):
            y = layer(y)
        loss = y.square().sum()
        before = len(during)
        loss.backward()
    assert len(during) - before > 6


def test_variables_gather_no_watches():
    x = torch.ones(3, requires_grad=True)
    with torch.enable_grad(), Watch(lambda: None):
        for _ in range(3):
            x.square().sum().backward()
            with torch.no_grad():
                x.add_(1).requires_grad_()
    assert not x._backward_hooks


def test_a_clip_goes_on_with_fewer_frames_at_a_time(monkeypatch):
    from styleganex_core.video import edit

    from .video.clips import face_at, moving_clip, track_of

    sizes: list[int] = []
    whole = edit._edit_person

    def limited(model, part, track, batch, *rest):
        sizes.append(len(batch))
        if len(batch) > 2:
            raise MemoryError
        return whole(model, part, track, batch, *rest)

    clip, track = moving_clip(9), track_of([face_at(64, 48)] * 9)
    model, small = tiny_model(), core.ClipSettings(reach=32)

    def edit_by(chunk: int) -> list[core.video.Frame]:
        frames = clip.read(core.Selection())
        return list(edit.edit_frames(model, frames, track, settings=small, chunk=chunk))

    expected = edit_by(1)
    monkeypatch.setattr(edit, "_edit_person", limited)
    came = edit_by(8)
    assert [frame.index for frame in came] == list(range(9))
    assert sizes[0] == 8 and max(sizes[3:]) <= 2
    for ours, theirs in zip(came, expected, strict=True):
        assert (ours.image.int() - theirs.image.int()).abs().max() <= 1


class Decompositions(TorchFunctionMode):
    """The most numbers that one decomposition of a matrix has been given."""

    def __init__(self) -> None:
        super().__init__()
        self.most = 0

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if "linalg" in getattr(func, "__name__", "") and "norm" not in func.__name__:
            self.most = max(self.most, args[0].numel())
        return func(*args, **(kwargs or {}))


def test_a_boundary_of_many_examples_is_found_in_small_steps():
    examples = torch.randn(2, 300, 6, 40, generator=torch.Generator().manual_seed(0))
    with Decompositions() as decompositions:
        core.find_boundary(*examples + torch.tensor([0.0, 1.0])[:, None, None, None])
    assert 0 < decompositions.most < examples.numel() / 4, "a whole decomposition cannot be ended"


class Largest(TorchFunctionMode):
    """The most px that one of the slow operations has made at once."""

    def __init__(self) -> None:
        super().__init__()
        self.px = 0

    def __torch_function__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        if getattr(func, "__name__", "") in ("conv2d", "grid_sample"):
            self.px = max(self.px, result.shape[-1] * result.shape[-2])
        return result


@pytest.mark.parametrize("size", [(150, 300), (400, 40), (40, 400)])
def test_a_large_sketch_is_drawn_in_strips(monkeypatch, size):
    from styleganex_core.tasks import sketch

    # In float64: CPUs add up a strip in another order than a picture, and noise tells them apart.
    random = torch.Generator().manual_seed(0)
    photo = torch.rand(1, 3, *size, generator=random, dtype=torch.float64) * 2 - 1
    whole = core.sketch_photo(photo)
    monkeypatch.setattr(sketch, "STRIP", 2**12)
    with Largest() as largest:
        drawn = core.sketch_photo(photo)
    around = 80 * size[1]  # px above and below a strip that its widest filter sees
    assert largest.px <= 2**12 + around < size[0] * size[1] + around
    torch.testing.assert_close(drawn, whole, rtol=0, atol=1e-12)


@pytest.mark.parametrize("lack", LACKS)
@pytest.mark.parametrize("kind", ["safetensors", "pt"])
def test_a_file_that_does_not_fit_is_not_called_damaged(tmp_path, monkeypatch, lack, kind):
    from styleganex_core.checkpoints import read

    def full(*_):
        raise lack()

    path = tmp_path / f"model.{kind}"
    core.save_model(tiny_model(encoder=False), tmp_path / "model.safetensors")
    if kind == "pt":
        torch.save({"a": torch.ones(3)}, path)
    monkeypatch.setattr(read.arrays, "read_safetensors", full)
    monkeypatch.setattr(read, "_READERS", dict.fromkeys(read._READERS, full))
    with pytest.raises(core.CheckpointError, match="does not fit into the memory") as refused:
        core.load_model(path)
    assert "damaged" not in str(refused.value)


def test_a_picture_that_does_not_fit_is_not_called_unreadable(tmp_path, monkeypatch):
    def full(*_):
        raise MemoryError

    core.to_pil(torch.zeros(1, 3, 8, 8)).save(tmp_path / "a.png")
    monkeypatch.setattr("styleganex_core.images._read_values", full)
    with pytest.raises(core.StyleGANEXError, match="does not fit into the memory"):
        core.load_image(tmp_path / "a.png")
