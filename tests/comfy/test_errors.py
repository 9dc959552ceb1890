"""Bad input is answered with a sentence, and the server goes on."""

from __future__ import annotations

import pickle

import pytest
from graphs import encode, node, optimize, show

ENCODE_BYTES = 300  # per px, less than the demo's encoder needs
LARGEST_SIDE = 12288  # px


class Bomb:
    def __init__(self, target: str) -> None:
        self.target = target

    def __reduce__(self):
        return (open, (self.target, "w"))


@pytest.fixture(autouse=True)
def still_works(server):
    """After every bad prompt a good one runs."""
    yield
    assert server.process.poll() is None, server.log()
    assert server.run(show(encode(), ["latents", 0])).error is None


def load(server, name: str) -> str:
    result = server.run(show(encode(model=name), ["latents", 0]))
    assert result.error is not None
    return result.error


def test_a_file_of_random_bytes(server):
    (server.models / "random.safetensors").write_bytes(bytes(range(256)) * 64)
    assert "random.safetensors" in load(server, "random.safetensors")


def test_a_pickle_with_code_is_refused_and_never_runs(server):
    target = server.base / "bomb-went-off"
    (server.models / "bomb.pt").write_bytes(pickle.dumps(Bomb(str(target))))
    assert "bomb.pt" in load(server, "bomb.pt")
    assert not target.exists()


def test_a_missing_model(server):
    error = load(server, "no-such-model.pt")
    assert "no-such-model.pt" in error and "models/styleganex" in error and "put it there" in error


def test_a_model_that_vanished(server, demo_files):
    path = server.models / "vanishing.safetensors"
    path.write_bytes(demo_files["photo"].read_bytes())
    assert server.run(show(encode(model=path.name), ["latents", 0])).error is None
    path.unlink()
    assert "vanishing.safetensors" in load(server, path.name)


def test_an_unknown_demo(server):
    assert "photo" in load(server, "demo: nobody")


def test_paths_outside_the_folders_are_refused(server):
    for name in ("../../secret.safetensors", "/etc/passwd", "../../../x.pt [output]"):
        graph = {
            "model": node("LoadModel", file="demo: photo"),
            "loaded": node("LoadLatent", file=name),
        }
        assert "outside" in server.run(show(graph, ["loaded", 0])).error
    for prefix in ("../up", "/tmp/absolute", "", "a/../../up"):
        graph = encode() | {
            "saved": node("SaveLatent", latents=["latents", 0], filename_prefix=prefix)
        }
        assert "not a name inside" in server.run(graph).error
    assert not list(server.base.rglob("up_0*"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"steps": 0}, "smaller than min"),
        ({"optimize_f": False, "optimize_w_plus": False}, "optimi"),
    ],
)
def test_an_optimisation_without_steps_or_variables(server, change, words):
    graph = encode() | {"optimised": optimize(**change)}
    assert words in server.run(show(graph, ["optimised", 0])).error


def test_layers_that_do_not_exist(server):
    graph = encode() | {
        "mixed": node(
            "StyleMix", latents=["latents", 0], style=["latents", 0], layers="99", strength=1.0
        )
    }
    assert "99" in server.run(show(graph, ["mixed", 0])).error


def test_unknown_choices(server):
    assert '"loud"' in server.run(show(encode(), ["latents", 0], noise="loud")).error
    graph = encode()
    graph["latents"]["inputs"]["batch_norm"] = "own"
    assert '"own"' in server.run(show(graph, ["latents", 0])).error


def test_a_picture_too_large_for_the_memory(server):
    memory = server.request("/system_stats")["system"]["ram_total"]
    side = int((memory / ENCODE_BYTES) ** 0.5)
    if side > LARGEST_SIDE:
        pytest.skip(f"{memory / 2**30:.0f} GiB of memory hold every picture that ComfyUI makes")
    image = node("EmptyImage", width=side, height=side, batch_size=1, color=0)
    graph = show(encode(image), ["latents", 0])
    error = server.run(graph).error
    assert "GiB" in error and "scale" in error


def test_style_pictures_that_do_not_match(server):
    graph = encode(node("EmptyImage", width=64, height=64, batch_size=3, color=0xFF8040))
    graph["two"] = node("EmptyImage", width=64, height=64, batch_size=2, color=0xFF8040)
    graph["latents"]["inputs"]["style_image"] = ["two", 0]
    assert "one for all" in server.run(show(graph, ["latents", 0])).error


def test_pictures_and_latents_that_do_not_match(server):
    graph = encode(node("EmptyImage", width=64, height=64, batch_size=3, color=0xFF8040)) | {
        "two": node("EmptyImage", width=64, height=64, batch_size=2, color=0xFF8040),
        "optimised": optimize(image=["two", 0]),
    }
    error = server.run(show(graph, ["optimised", 0])).error
    assert "2" in error and "3" in error
