"""Every tensor of the golden data is met within 1e-4 of its standard deviation, float32, CPU."""

from __future__ import annotations

from copy import deepcopy

import pytest
import torch

from styleganex_core import apply_edit_vector, decode_latents, encode_face, mix_styles
from styleganex_core.datatypes import Latents

from .golden import golden_file, golden_inputs, golden_model, load_golden

TOLERANCE = 1e-4  # of the tensor's standard deviation; about 1e-5 is reached
# In an order that builds each model once.
FILES = [
    "inversion_256",
    "heads_256",
    "batch_256",
    "sketch2face_256",
    "mask2face_256",
    "sr_256",
    "sr32_256",
    "edit_256",
    "gate_256",
    "toonify_256",
    "toonify+torgb_256",
    "inversion_1024",
    "edit_1024",
    "wide-toonify_1024",
    "wide-sketch2face_1024",
]


def check(came: torch.Tensor, expected: torch.Tensor) -> None:
    assert came.shape == expected.shape
    error = (came - expected).abs().max() / expected.std()
    assert error <= TOLERANCE, f"off by {error:.1e} of the standard deviation"


def _mark(name: str):
    """Ten seconds each at 256 px, half a minute at 1024: parts of them are tested quickly below."""
    return pytest.param(name, marks=pytest.mark.slow)


@pytest.fixture(scope="module", params=[_mark(name) for name in FILES])
def golden(request):
    """Of the whole module, so that pytest runs all tests of one file before those of the next."""
    expected, task, size = load_golden(golden_file(f"{request.param}.safetensors"))
    file = request.param.rsplit("_", 1)[0]
    return expected, golden_model(task, size), golden_inputs(file, task, size)


@pytest.fixture(autouse=True)
def no_gradients():
    with torch.no_grad():
        yield


def encode(model, inputs, **options) -> Latents:
    latents = encode_face(model, inputs["x"], inputs.get("x2"), **options)
    if "z" in inputs:
        style = 0.7 * model.generator.mapping(inputs["z"])[:, None]
        latents = mix_styles(latents, style.expand(-1, model.num_slots, -1), "8-")
    return latents


def test_trunk_head_and_generator():
    """Each on the golden file's own input of it, which spares making 13 of the 14 style heads."""
    expected, task, size = load_golden(golden_file("inversion_256.safetensors"))
    model = golden_model(task, size, but=r"encoder\.styles\.([1-9]|1\d)\.")
    encoder = model.encoder
    taps = encoder.extract_taps(golden_inputs("inversion", task, size)["x"])
    check(encoder.first_layer_feature(taps), expected["f"])
    check(encoder.rgb_start(taps), expected["f_rgb"])
    coarse = encoder.style_inputs(taps)[0]
    check(encoder.style_heads[0](coarse), expected["encoder_w_delta"][:, 0])
    latents = Latents(expected["f"], expected["w_plus"])
    check(decode_latents(model, latents), expected["image_zero_noise"])
    check(decode_latents(model, latents, noise="stored"), expected["image_buffer_noise"])


def test_encoder(golden):
    expected, model, inputs = golden
    encoder = model.encoder
    taps = encoder.extract_taps(inputs["x"])
    if "encoder_w_delta" in expected:
        check(encoder.style_offsets(taps), expected["encoder_w_delta"])
    if "f" in expected:
        check(encoder.first_layer_feature(taps), expected["f"])
        check(encode_face(model, inputs["x"], inputs.get("x2")).f, expected["f"])
    if "f_rgb" in expected:
        check(encoder.rgb_start(taps), expected["f_rgb"])
    if "mapped_z" in expected:
        check(model.generator.mapping(inputs["z"]), expected["mapped_z"])


def test_pictures(golden):
    expected, model, inputs = golden
    latents = encode(model, inputs)
    if "v" in inputs and "w_plus" in expected:
        latents = apply_edit_vector(latents, inputs["v"])
    if "w_plus" in expected:
        check(latents.w_plus, expected["w_plus"])
    if "image_zero_noise" in expected:
        check(decode_latents(model, latents), expected["image_zero_noise"])
    if "image_buffer_noise" in expected:
        stored = decode_latents(model, latents, noise="stored")
        check(stored, expected["image_buffer_noise"])
    if "image_zero_noise_batch_stats" in expected:
        own = encode(model, inputs, batch_norm="input")
        check(decode_latents(model, own), expected["image_zero_noise_batch_stats"])
        again = encode_face(model, inputs["x"])  # the model did not change
        assert torch.equal(again.f, encode_face(model, inputs["x"]).f)
        check(again.f, expected["f"])


def test_gate_and_constant(golden):
    expected, model, inputs = golden
    latents = encode(model, inputs)
    for name, picture in expected.items():
        if name == "image_no_vector":
            check(decode_latents(model, latents), picture)
        elif name.startswith("image_strength_"):
            strength = float(name.removeprefix("image_strength_"))
            edited = apply_edit_vector(latents, inputs["v"], strength)
            check(decode_latents(model, edited), picture)
        elif name == "image_from_constant":
            constant = Latents(model.generator.dense_constant(), latents.w_plus[:1])
            check(decode_latents(model, constant), picture)


# Tiny networks show it in tests/unit/networks.
@pytest.mark.slow
def test_dense_form_equals_stylegan2(golden):
    """In float64, as the two add up in different orders, by how much depends on the CPU."""
    _, model, inputs = golden
    if model.encoder is None or "x2" not in inputs:
        pytest.skip("once per photo model is enough")
    generator = deepcopy(model.generator).double()
    w_plus = encode(model, inputs).w_plus[:1].double()
    # The two differ up to 32 px alone.
    plain = generator(generator.constant, w_plus, dense=False, largest_side=128)
    dense = generator(generator.dense_constant(), w_plus, largest_side=128)
    assert plain.dtype == torch.float64
    assert (dense - plain).abs().max() <= 1e-10 * plain.std()
