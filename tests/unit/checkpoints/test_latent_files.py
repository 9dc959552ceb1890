from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from styleganex_core import CheckpointError, Latents, load_latents, save_latents

from .files import save


def assert_same(a: Latents, b: Latents) -> None:
    for field in fields(Latents):
        before, after = getattr(a, field.name), getattr(b, field.name)
        if isinstance(before, torch.Tensor):
            assert torch.equal(before, after) and before.dtype == after.dtype, field.name
        elif isinstance(before, tuple) and field.name != "size":
            assert len(before) == len(after), field.name
            assert all(map(torch.equal, before, after)), field.name
        else:
            assert before == after, field.name


def random_latents(dtype: torch.dtype = torch.float32, **parts) -> Latents:
    f, w_plus = torch.randn(2, 8, 4, 5), torch.randn(1, 14, 16)
    return Latents(f=f, w_plus=w_plus, **parts).to(dtype=dtype)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float64])
@pytest.mark.parametrize("part", ["skips", "edit", "noise", "size", "all", "none"])
def test_every_part_returns_exactly(part: str, dtype: torch.dtype, tmp_path: Path) -> None:
    tap = torch.randn(2, 6, 4, 5)
    parts = {
        "skips": (tap, tap, torch.randn(2, 6, 8, 10)),
        "edit": torch.randn(2, 14, 16),
        "noise": tuple(torch.randn(1, 1, 4 << k, 5 << k) for k in range(3)),
        "size": (123, 77),
    }
    chosen = parts if part == "all" else {k: v for k, v in parts.items() if k == part}
    latents = random_latents(dtype, **chosen)
    save_latents(latents, tmp_path / "face.safetensors", metadata={"model": "tiny"})
    assert_same(latents, load_latents(tmp_path / "face.safetensors"))


def test_no_skips_and_an_empty_tuple_stay_apart(tmp_path: Path) -> None:
    for skips in (None, ()):
        save_latents(random_latents(skips=skips), tmp_path / "a")
        assert load_latents(tmp_path / "a").skips == skips


def test_what_two_fusions_share_is_stored_once(tmp_path: Path) -> None:
    tap = torch.randn(2, 6, 4, 5)
    save_latents(random_latents(skips=(tap, tap.clone(), -tap)), tmp_path / "a")
    with safe_open(tmp_path / "a", "pt") as file:
        assert {key for key in file.keys() if key.startswith("skips")} == {  # noqa: SIM118
            "skips.0",
            "skips.2",
            "skips.order",
        }
    skips = load_latents(tmp_path / "a").skips
    assert skips is not None and skips[0] is skips[1]


def test_latents_loaded_under_inference_mode_can_be_optimised(tmp_path: Path) -> None:
    save_latents(random_latents(), tmp_path / "a")
    with torch.inference_mode():
        latents = load_latents(tmp_path / "a")
    assert not latents.f.is_inference() and not latents.w_plus.is_inference()


@pytest.mark.parametrize("as_list", [True, False])
@pytest.mark.parametrize("legacy", [True, False])
def test_reference_inversions_are_read(as_list: bool, legacy: bool, tmp_path: Path) -> None:
    f, w_plus = torch.randn(1, 512, 6, 7), torch.randn(1, 18, 512)
    data = {"wplus": w_plus, "f": [f, torch.randn(1, 3, 6, 7)] if as_list else f}
    latents = load_latents(save(data, tmp_path / "inversion.safetensors", legacy=legacy))
    assert_same(latents, Latents(f=f, w_plus=w_plus))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"g_ema": {"input.input": torch.ones(1)}}, "rosinality.*not latents"),
        ({"smile": torch.ones(1, 512)}, "edit vectors, not latents"),
        ({"a": torch.ones(2, 3)}, r"an unknown kind \(a \[2, 3\]\), not latents"),
        ({"wplus": torch.ones(1, 18, 512)}, "damaged: expected tensors `wplus` and `f`"),
        ({"wplus": torch.ones(1, 18, 512), "f": torch.ones(5)}, "damaged: latents need f as"),
        ({"wplus": [1, 2], "f": []}, "damaged"),
        ({"wplus": torch.full((1, 18, 4), float("nan")), "f": torch.ones(1, 4, 2, 2)}, "NaN"),
    ],
)
def test_foreign_files_are_named(data, message: str, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=message):
        load_latents(save(data, tmp_path / "foreign.pt"))


@pytest.mark.parametrize(
    "broken",
    [
        {"skips.order": torch.tensor([0, 3])},
        {"skips.order": torch.tensor(0)},
        {"skips.order": torch.ones(2, 2)},
        {"size": torch.tensor([1, 2, 3])},
        {"edit": torch.ones(2, 3)},
        {"edit": torch.ones(2, 13, 16)},
    ],
)
def test_damaged_latents_are_refused(broken: dict[str, torch.Tensor], tmp_path: Path) -> None:
    whole = {"f": torch.ones(2, 8, 4, 5), "w_plus": torch.ones(1, 14, 16)}
    save_file({**whole, **broken}, tmp_path / "a.safetensors")
    with pytest.raises(CheckpointError, match=r"a\.safetensors looks like latents"):
        load_latents(tmp_path / "a.safetensors")


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="there is no folder"):
        save_latents(random_latents(), tmp_path / "nowhere" / "a")
    assert list(tmp_path.iterdir()) == []


WHOLE = {"f": torch.ones(2, 8, 4, 5), "w_plus": torch.ones(1, 14, 16)}


@pytest.mark.parametrize(
    "broken",
    [
        {"f": [1.0, 2.0]},
        {"w_plus": "text"},
        {"edit": [torch.ones(1)]},
        {"size": [64, 64]},
        {"size": torch.tensor([float("nan"), 3.0])},
        {"size": torch.tensor([0, 3])},
        {"size": torch.tensor([1 << 40, 3])},
        {"size": torch.tensor([1j, 3])},
        {"f": torch.ones(2, 8, 0, 5)},
        {"f": torch.ones(2, 0, 4, 5)},
        {"f": torch.ones(2, 8, 4, 5).to(torch.float8_e4m3fn)},
        {"w_plus": torch.ones(1, 14, 16, dtype=torch.complex64)},
        {"w_plus": torch.ones(1, 14, 16, dtype=torch.int64)},
        {"noise.order": torch.tensor([0]), "noise.0": torch.ones(3, 7)},
        {"noise.order": torch.tensor([0]), "noise.0": torch.ones(1, 2, 4, 5)},
        {"noise.order": torch.tensor([0]), "noise.0": "text"},
        {"noise.order": torch.tensor([0.0]), "noise.0": torch.ones(1, 1, 4, 5)},
        {"skips.order": torch.tensor([0]), "skips.0": torch.ones(2, 8, 4)},
        {"skips.order": torch.tensor([0]), "skips.0": torch.ones(3, 8, 4, 5)},
        {"skips.order": torch.zeros(10_000, dtype=torch.int64), "skips.0": torch.ones(1, 1, 1, 1)},
        {"skips.order": [0]},
        {"edit": torch.ones(2, 14, 16, 1)},
    ],
    ids=lambda broken: " ".join(f"{k} {getattr(v, 'shape', v)}" for k, v in broken.items()),
)
def test_fields_that_no_latents_have_are_refused_at_loading(broken, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"a\.pt (looks like latents|is damaged)"):
        load_latents(save({**WHOLE, **broken}, tmp_path / "a.pt"))


@pytest.mark.parametrize("f", [[], [[torch.ones(1)]], {"a": 1}, None, torch.ones(1, 4, 0, 2)])
def test_inversions_without_a_feature_are_refused_at_loading(f, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="damaged"):
        load_latents(save({"wplus": torch.ones(1, 18, 4), "f": f}, tmp_path / "a.pt"))
