"""Nodes look at the memory before they work, and hold whole batches once; on a made-up machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

import styleganex_core as core

from ..alive import Alive
from ..fake_comfyui import FakeComfyUI, run_fake
from ..tiny import tiny_model

GIBIBYTE = 2**30
PHOTO_SIDE = 8000  # px
LARGEST_SHARE = 1.2
FEW, MANY, SIDE = 16, 24, 48  # FEW: twice as many as are worked on at once


@pytest.fixture(scope="module")
def machine() -> Iterator[FakeComfyUI]:
    with run_fake() as comfyui:
        for name in ("encode", "mask", "sketch", "parsing", "live.node"):
            comfyui.node(name)  # which reads the core's defaults, before a test replaces anything
        yield comfyui


@pytest.fixture(scope="module")
def model() -> core.Model:
    return tiny_model(32)


@pytest.fixture
def comfyui(machine) -> FakeComfyUI:
    machine.free, machine.device = 2.0**40, torch.device("cpu")
    machine.done.clear()
    return machine


def spread(*shape: int) -> torch.Tensor:
    """A batch of any size that takes a number's memory."""
    return torch.full((1,) * len(shape), 0.5).expand(*shape)


def test_a_photo_whose_sketch_does_not_fit_is_refused_before_any_work(comfyui, monkeypatch):
    sketch = comfyui.node("sketch")
    worked = []
    monkeypatch.setattr(core, "sketch_photo", lambda photo, **_: worked.append(photo.shape))
    comfyui.free = 4 * GIBIBYTE
    photo = spread(1, PHOTO_SIDE, PHOTO_SIDE, 3)
    with pytest.raises(
        core.StyleGANEXError, match=r"one picture.*GiB are free.*scale or crop"
    ) as e:
        sketch.PhotoToSketch.execute(photo, 239.0, 1.5)
    assert not worked
    share = int(str(e.value).split("%")[0].split()[-1]) / 100
    small = spread(1, *(int(PHOTO_SIDE * share) - 80,) * 2, 3)

    def draw(photo: torch.Tensor, **_: float) -> torch.Tensor:
        worked.append(photo.shape)
        return torch.zeros(1, 1, 4, 4)

    monkeypatch.setattr(core, "sketch_photo", draw)
    monkeypatch.setattr(core, "to_bchw", lambda photo: photo)
    sketch.PhotoToSketch.execute(small, 239.0, 1.5)
    assert len(worked) == 1, "the size that the message names does fit"


def test_a_sketch_takes_no_more_than_it_asks_for(comfyui):
    asked = comfyui.node("memory").sketch_bytes(90, 120)
    photo = torch.rand(1, 90, 120, 3)
    with Alive([photo]) as alive:
        comfyui.node("sketch").PhotoToSketch.execute(photo, 239.0, 1.5)
    assert asked / 8 < alive.most <= asked


@pytest.mark.parametrize(("fits", "largest"), [(2, 2), (1000, 8)])
def test_optimised_latents_are_drawn_in_parts(comfyui, monkeypatch, model, fits, largest):
    encode, memory = comfyui.node("encode"), comfyui.node("memory")
    latents = latents_of(model, 20)
    latents.w_plus[:, 0, 0] = torch.arange(20) / 20
    free = fits * memory.decode_bytes(model, latents) / 0.8
    drawn = []

    def optimise(network, start, pictures, **_):
        comfyui.free = free  # what the optimisation has left
        return start

    def decode(network, part, **_):
        drawn.append(part.batch)
        return part.w_plus[:, 0, 0, None, None, None].expand(-1, 3, 4, 4)

    monkeypatch.setattr(core, "optimize_latents", optimise)
    monkeypatch.setattr(core, "choose_start", lambda network, latents, pictures: latents)
    monkeypatch.setattr(core, "decode_latents", decode)
    monkeypatch.setattr(core.readers, "watch_faces", lambda photos: [None])
    monkeypatch.setattr(encode.folders, "find_backbone", lambda: None)
    monkeypatch.setattr(encode.widgets, "show_images", lambda pictures: {})
    settings = {"steps": 10, "learning_rate": 0.05, "seed": 0, "style_pull": 0.0, "likeness": 0.0}
    choices = {"optimize_f": True, "optimize_w_plus": True, "optimize_noise": False}
    output = encode.Optimize.execute(
        comfyui.manage(model), latents, spread(20, SIDE, SIDE, 3), **settings, **choices
    )
    pictures = output.args[1]
    assert max(drawn) == largest and sum(drawn) == 20
    torch.testing.assert_close(pictures[:, 0, 0, 0], 0.5 + torch.arange(20) / 40)
    assert comfyui.done[-1] == 20, "and progress is told"


@pytest.mark.parametrize(
    ("device", "each", "free", "expected"),
    [
        ("cpu", 0.1, 100, 8),
        ("cpu", 0.5, 100, 4),
        ("cpu", 1.5, 100, 1),
        ("cpu", 3.0, 100, 1),
        ("cpu", 0.5, 2, 3),
        ("cuda", 3.0, 100, 8),
        ("cuda", 30.0, 100, 2),
    ],
)
def test_a_cpu_does_only_as_many_at_once_as_a_cancel_can_wait_for(
    comfyui, device, each, free, expected
):
    comfyui.free = free * GIBIBYTE
    size = comfyui.node("runtime").chunk_size(each * GIBIBYTE, torch.device(device), "decoding")
    assert size == expected


def test_what_does_not_fit_once_is_refused_on_any_device(comfyui):
    comfyui.free = GIBIBYTE
    for device in ("cpu", "cuda"):
        with pytest.raises(core.StyleGANEXError, match=r"decoding needs about 1\.0 GiB"):
            comfyui.node("runtime").chunk_size(GIBIBYTE, torch.device(device), "decoding")


def label_levels(count: int) -> torch.Tensor:
    """Label maps of this many upright heads, [B, H, W] of classes."""
    labels = torch.zeros(count, SIDE, SIDE, dtype=torch.uint8)
    for number, rows in {17: (2, 12), 1: (10, 40), 4: (16, 18), 10: (20, 26), 12: (30, 33)}.items():
        labels[:, slice(*rows), 12:36] = number
    return labels


def label_picture(count: int, form: str) -> torch.Tensor:
    labels = label_levels(count)
    if form == "mask":
        return labels.float() / 255
    return core.to_bhwc((core.grey_labels if form == "grey" else core.colour_labels)(labels))


def latents_of(model: core.Model, count: int) -> core.Latents:
    one = core.sample_latents(model, 0, height=8, width=8)  # small beside its pictures
    return one.with_tensors([t.expand(count, *t.shape[1:]).clone() for t in one.tensors])


def draw_anything(model: core.Model, latents: core.Latents, **_: object) -> torch.Tensor:
    return torch.zeros(latents.batch, 3, SIDE, SIDE)


APPEARANCE = {"samples": 1, "seed": 0}


def prepare(comfyui: FakeComfyUI, monkeypatch, model, name: str, kind: str, count: int):
    """The tensors that a node is given, and what runs it on them."""
    patcher, latents = comfyui.manage(model), latents_of(model, count)

    def fake_task(network, structure, *_, **__) -> core.tasks.TaskResult:
        planes = torch.zeros(1, 19, 1, 1).expand(len(structure), -1, SIDE, SIDE)
        seen = structure if structure.ndim == 4 else planes
        return core.tasks.TaskResult(latents_of(model, len(structure)), seen, ())

    monkeypatch.setattr(core, "decode_latents", draw_anything)
    for task in ("mask_to_face", "sketch_to_face"):
        monkeypatch.setattr(core, task, fake_task)
    pictures = torch.full((count, SIDE, SIDE, 3), 0.5)
    if name == "MaskToFace":
        labels = label_picture(count, kind)
        node, options = comfyui.node("mask").MaskToFace, {"read_as": "detect", "scheme": "auto"}
        return [labels], lambda: node.execute(patcher, labels, **options, **APPEARANCE)
    if name == "LabelsFromMasks":
        labels, hair = label_picture(count, kind), torch.ones(count, SIDE, SIDE)
        node = comfyui.node("mask").LabelsFromMasks
        return [labels, hair], lambda: node.execute(labels=labels, scheme="auto", hair=hair)
    if name == "SketchToFace":
        node, options = comfyui.node("sketch").SketchToFace, {"strokes": "detect", "clean": True}
        return [pictures], lambda: node.execute(patcher, pictures, **options, **APPEARANCE)
    if name == "ParseFace":
        parsing = comfyui.node("parsing")
        parser = torch.nn.Identity()
        vars(parser)["device"] = torch.device("cpu")
        monkeypatch.setattr(parsing.folders, "find_parser", lambda: "parser")
        monkeypatch.setattr(core, "load_face_parser", lambda path: parser)
        monkeypatch.setattr(core, "parse_face", lambda p, image, **_: label_levels(len(image)))
        return [pictures], lambda: parsing.ParseFace.execute(pictures, 1.0, "hair")
    node = comfyui.node("live.node")
    monkeypatch.setattr(core.readers, "follow_edits", lambda *_: None)
    monkeypatch.setattr(node.result, "tell", lambda *_: {})
    places = tuple(
        core.FaceCrop(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)), (SIDE, SIDE), (SIDE, SIDE), number)
        for number in range(count)
    )
    whole = {"original": pictures, "place": places} if kind == "photo" else {}
    given = [pictures] if whole else []
    return [*given, *latents.tensors], lambda: node.LiveEdit.execute(
        patcher, latents, "", "all", **whole
    )


def measure(given: list[torch.Tensor], run) -> tuple[int, int]:
    """Bytes beyond what is given, at most; and those of what is given or of the results."""
    with Alive(given) as alive:
        results = run().args
    came = [t for result in results for t in getattr(result, "tensors", [result])]
    sizes = [
        {t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in tensors}
        for tensors in (given, [t for t in came if isinstance(t, torch.Tensor)])
    ]
    return alive.most, max(sum(size.values()) for size in sizes)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("MaskToFace", "grey"),
        ("MaskToFace", "colour"),
        ("MaskToFace", "mask"),
        ("LabelsFromMasks", "grey"),
        ("LabelsFromMasks", "colour"),
        ("LabelsFromMasks", "mask"),
        ("SketchToFace", "drawing"),
        ("ParseFace", "photo"),
        ("LiveEdit", "face"),
        ("LiveEdit", "photo"),
    ],
)
def test_a_batch_is_held_no_more_than_twice(comfyui, monkeypatch, model, name, kind):
    few, many = (
        measure(*prepare(comfyui, monkeypatch, model, name, kind, count)) for count in (FEW, MANY)
    )
    share = (many[0] - few[0]) / (many[1] - few[1])
    assert share <= LARGEST_SHARE, f"{share:.2f} times the batch"
