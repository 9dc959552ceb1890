from __future__ import annotations

import pytest
import torch

from styleganex_core.checkpoints.convert import convert_encoder, convert_generator, original_key
from styleganex_core.checkpoints.detect import detect_model
from styleganex_core.networks import Model
from tests.parity.golden import checkpoint_keys, keys_of

STRUCTURAL = ("blur.kernel", "upsample.kernel", "blur_weight")


@pytest.mark.parametrize(
    ("task", "size"), [*((task, 1024) for task in sorted(checkpoint_keys())), ("edit+torgb", 256)]
)
def test_real_keys_translate_to_a_whole_model_and_back(task: str, size: int) -> None:
    keys = keys_of(task, size)
    parts = {
        part: {
            key.removeprefix(part): torch.empty(shape, device="meta")
            for key, shape in keys.items()
            if key.startswith(part)
        }
        for part in ("encoder.", "decoder.")
    }
    converted = {**convert_encoder(parts["encoder."]), **convert_generator(parts["decoder."])}

    with torch.device("meta"):
        expected = Model(detect_model(converted)).state_dict()
    expected.pop("latent_avg")
    assert {k: t.shape for k, t in converted.items()} == {k: t.shape for k, t in expected.items()}
    named = {key for key in keys if not key.endswith(STRUCTURAL)}
    assert {original_key(key) for key in converted} == named


def test_unknown_keys_keep_their_names() -> None:
    converted = convert_generator({"style.0.weight": torch.ones(1), "new.thing": torch.ones(1)})
    assert set(converted) == {"generator.style.0.weight", "generator.new.thing"}
    assert original_key("generator.new.thing") == "generator.new.thing"
