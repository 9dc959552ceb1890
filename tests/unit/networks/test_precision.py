"""Half precision: chosen where it is faster, laid out for it, usable from photo to picture."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import (
    StyleGANEXError,
    apply_edit_vector,
    decode_latents,
    encode_face,
    example_image,
    load_demo,
    load_model,
    optimize_latents,
    save_model,
)
from styleganex_core.networks import choose_dtype, precision

from ..tiny import random_picture, tiny_model


@pytest.mark.parametrize("name", ["float32", "bfloat16", "float16"])
def test_a_forced_precision_is_taken(name):
    assert choose_dtype(name, "cpu") is getattr(torch, name)


@pytest.mark.parametrize(
    ("half", "taken"), [(0.1, "bfloat16"), (0.9, "float32"), (1.0, "float32"), (4.0, "float32")]
)
def test_fastest_is_never_slower_than_float32(half, taken, monkeypatch):
    seconds = {torch.float32: 1.0, torch.bfloat16: half}
    monkeypatch.setattr(precision, "time_convolution", seconds.__getitem__)
    assert choose_dtype("fastest", "cpu") is getattr(torch, taken)


def test_the_measurement_measures():
    assert 0 < precision.time_convolution(torch.float32) < 60
    assert choose_dtype("fastest") in (torch.float32, torch.bfloat16)


def test_other_names_are_refused():
    with pytest.raises(StyleGANEXError, match=r'fastest.*got "float8"'):
        choose_dtype("float8")


def test_channels_lie_last_where_that_is_safe():
    """In float32 the gradient of a kernel may crash on them."""
    picture = torch.zeros(1, 3, 8, 9)
    with torch.no_grad():
        assert is_last(precision.arrange_picture(picture))
    with torch.enable_grad():
        assert not is_last(precision.arrange_picture(picture))
        assert is_last(precision.arrange_picture(picture.bfloat16()))


def is_last(picture):
    return picture.is_contiguous(memory_format=torch.channels_last)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("tiny") / "tiny.safetensors"
    save_model(tiny_model(64, fusions=2), path, dtype=torch.float32)
    return path


@pytest.fixture(scope="module")
def half(file):
    return load_model(file, dtype=torch.bfloat16)


def test_kernels_lie_as_half_precision_reads_them(half, file):
    kernels = [p for p in half.parameters() if p.ndim == 4 and p.shape[1] > 1 and p.shape[2] > 1]
    assert kernels
    assert all(k.is_contiguous(memory_format=torch.channels_last) for k in kernels)
    exact = [p for p in load_model(file).parameters() if p.ndim == 4]
    assert all(k.is_contiguous() for k in exact)


def test_a_model_laid_out_so_is_saved_and_read(half, tmp_path):
    path = tmp_path / "half.safetensors"
    save_model(half, path, dtype=torch.bfloat16)
    again = load_model(path, dtype=torch.bfloat16).state_dict()
    assert all(torch.equal(again[key], tensor) for key, tensor in half.state_dict().items())


def test_what_is_learned_in_half_precision_is_kept_exactly(half):
    photo = random_picture(40, 48)
    start = encode_face(half, photo)
    refined = optimize_latents(half, start, photo, steps=2)
    assert refined.f.dtype == torch.float32
    assert decode_latents(half, refined).dtype == torch.float32


@pytest.mark.slow
def test_a_photo_goes_all_the_way_in_half_precision():
    """Mean error of 2 % of the range of -1..1 at most; docs/performance.md states what is usual."""
    photo = example_image("astronaut_portrait")[..., :128, :160]
    half, exact = load_demo(dtype=torch.bfloat16), load_demo()
    pictures = []
    for model in (half, exact):
        with torch.no_grad():
            latents = apply_edit_vector(encode_face(model, photo), model.edit_vectors["smile"], 1)
            pictures.append(decode_latents(model, latents, noise="stored"))
    assert pictures[0].dtype == torch.float32
    error = (pictures[0] - pictures[1]).abs().mean().item()
    assert error < 0.02, f"{error:.4f}"
    start = encode_face(half, photo)
    refined = optimize_latents(half, start, photo, steps=3)
    assert refined.f.dtype == torch.float32  # what is learned is kept exactly
    assert decode_latents(half, refined).isfinite().all()
