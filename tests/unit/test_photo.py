"""A photo comes back whole, edited in place: its size, its detail and its surroundings are kept."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

import styleganex_core as sx
from styleganex_core import (
    FaceNotFoundError,
    FlowSettings,
    PhotoSettings,
    StyleGANEXError,
    pipeline,
)
from styleganex_core.crop.landmarks import face_from_points
from styleganex_core.photo import default_reach

from .tiny import random_picture, random_vectors, tiny_model

ASTRONAUT = [(204, 101), (247, 103), (224, 129), (202, 141), (246, 142)]
FACES = [[face_from_points(ASTRONAUT)]]  # spares looking for it
LEVEL = 2 / 255  # one 8-bit level in -1..1


@pytest.fixture(scope="module")
def demo():
    return sx.load_demo()


@pytest.fixture(scope="module")
def model():
    """As large as the demo and of few channels: what it draws means nothing, where it goes does."""
    model = tiny_model(256, fusions=2, gate=1)
    model.edit_vectors = random_vectors(model, "smile", "glasses", "mouth_open", "age")
    return model


def photo_of(zoom: float) -> tuple[torch.Tensor, list]:
    """The astronaut at `zoom` times her size, with grain of the finest px, and her face."""
    small = sx.example_image("astronaut")
    size = [round(side * zoom) for side in small.shape[-2:]]
    photo = F.interpolate(small, size, mode="bicubic", antialias=True)
    grain = torch.rand(photo.shape, generator=torch.Generator().manual_seed(0)) - 0.5
    points = [(x * zoom, y * zoom) for x, y in ASTRONAUT]
    return (photo * 0.8 + 0.1 * grain).clamp(-1, 1), [[face_from_points(points)]]


def detail(picture: torch.Tensor) -> torch.Tensor:
    """How much a picture varies from px to px."""
    return picture.diff(dim=-1).abs().mean()


def test_one_call_gives_the_whole_photo_back():
    photo = sx.example_image("astronaut")
    edited = sx.edit_photo(photo, {"smile": 1.5})
    assert edited.shape == photo.shape
    changed = ((edited - photo).abs() > LEVEL).any(dim=1)[0]
    assert changed[95:160, 185:265].float().mean() > 0.02, "the face is edited"
    assert not changed[260:].any() and not changed[:, 340:].any(), "nothing else is"


@pytest.mark.parametrize(
    "zoom", [0.5, *(pytest.param(zoom, marks=pytest.mark.slow) for zoom in (1.0, 3.0))]
)
def test_every_size_keeps_its_detail_and_its_surroundings(demo, zoom):
    photo, faces = photo_of(zoom)
    edited = sx.edit_photo(photo, {"mouth_open": 2.0}, model=demo, faces=faces)
    assert edited.shape == photo.shape
    change = (edited - photo).abs()
    mouth = tuple(slice(round(a * zoom), round(b * zoom)) for a, b in ((134, 156), (206, 243)))
    assert change[..., mouth[0], mouth[1]].mean() > 5 * LEVEL
    assert change[..., round(260 * zoom) :, :].max() == 0
    assert change[..., : round(16 * zoom), :].mean() < LEVEL
    forehead = (
        slice(round(80 * zoom), round(96 * zoom)),
        slice(round(205 * zoom), round(245 * zoom)),
    )
    before, after = (picture[..., forehead[0], forehead[1]] for picture in (photo, edited))
    assert detail(after) > 0.97 * detail(before)


@pytest.mark.slow
def test_backdrop_and_clothes_keep_their_px(demo):
    photo = sx.example_image("astronaut")
    cropped = sx.crop_faces(photo, reach=default_reach(demo), mask_shape="head")
    place, outside = cropped.places[0], cropped.masks < 0.01
    for name in ("smile", "glasses", "hair_light", "beard", "age"):
        edited = sx.edit_photo(photo, {name: 2.0}, model=demo)
        change = (sx.cut_crop(edited, place) - cropped.crops).abs().mean(dim=1, keepdim=True)
        assert change[outside].mean() < 2 * LEVEL, name


@pytest.fixture(scope="module")
def ages(demo) -> dict[float, torch.Tensor]:
    photo = sx.example_image("astronaut")
    return {age: sx.edit_photo(photo, {"age": age}, model=demo) for age in (-2.0, 2.0)}


def test_an_age_shows_in_the_skin_of_the_photo_itself(ages):
    """No model of 256 px draws wrinkles: the photo's own detail grows, or fades."""
    photo = sx.example_image("astronaut")
    cheeks = (..., slice(118, 134), slice(200, 250))
    younger, same, older = (detail(picture[cheeks]) for picture in (ages[-2.0], photo, ages[2.0]))
    assert younger < 0.9 * same and older > 1.15 * same
    for picture in ages.values():
        assert torch.equal(picture[..., 260:, :], photo[..., 260:, :])


def test_only_an_edit_that_brings_one_shows_an_average_change(demo, ages):
    photo = sx.example_image("astronaut")
    plain = sx.load_demo()
    plain.average_changes = {}

    def differ(edits, **options) -> bool:
        pair = [sx.edit_photo(photo, edits, model=m, **options) for m in (demo, plain)]
        return not torch.equal(*pair)

    assert differ({"age": 2.0})
    assert not differ({"smile": 2.0})
    assert differ({"age": 2.0}, paste="drawing"), "the exact drawing has px of its own"
    assert not differ({"smile": 2.0}, paste="drawing")


def test_each_face_of_a_group_ages_alone(demo):
    pair, faces = pair_of_faces()
    edited = sx.edit_photo(
        pair, "", model=demo, faces=faces, which="all", face_strengths="[2] age: 2"
    )
    assert changed_halves(edited, pair) == [False, True]
    alone = sx.edit_photo(
        pair, {"age": 2.0}, model=demo, faces=faces, which="left to right", index=1
    )
    assert (edited - alone).abs().max() < LEVEL


def pair_of_faces() -> tuple[torch.Tensor, list]:
    """The astronaut twice, side by side, and her faces."""
    one = sx.example_image("astronaut")[..., :300, 20:360]
    pair = torch.cat([one, one], dim=3)
    faces = [
        [
            face_from_points([(x - 20 + shift, y) for x, y in ASTRONAUT])
            for shift in (0, 340)
        ]
    ]  # fmt: skip
    return pair, faces


def changed_halves(edited: torch.Tensor, pair: torch.Tensor) -> list[bool]:
    halves = zip(edited.chunk(2, dim=3), pair.chunk(2, dim=3), strict=True)
    return [bool((part != whole).any()) for part, whole in halves]


@pytest.mark.parametrize("which", ["all", "left to right", "largest"])
def test_faces_of_a_group_are_chosen(model, which):
    pair, faces = pair_of_faces()
    index = 0 if which != "left to right" else 1
    edited = sx.edit_photo(
        pair, {"glasses": 3.0}, model=model, faces=faces, which=which, index=index
    )
    assert changed_halves(edited, pair) == {
        "all": [True, True], "left to right": [False, True], "largest": [True, False],
    }[which]  # fmt: skip


def test_each_face_of_a_group_has_its_own_strengths(model):
    pair, faces = pair_of_faces()
    settings = PhotoSettings(which="all", face_strengths="[2] glasses: 3")
    opened = sx.photo.open_photo(model, pair, settings, faces=faces)
    edited = sx.photo.put_back(opened, sx.photo.draw_edit(model, opened, "", settings), settings)
    assert changed_halves(edited, pair) == [False, True]
    both = sx.photo.draw_edit(model, opened, "smile: 1", settings)
    apart = [sx.photo.draw_edit(model, opened, one) for one in ("smile: 1", "smile: 1, glasses: 3")]
    torch.testing.assert_close(both[:1], apart[0][:1])
    torch.testing.assert_close(both[1:], apart[1][1:])


@pytest.mark.slow
def test_the_expression_of_another_photo_is_taken_over(model):
    photo, other = sx.example_image("astronaut"), sx.example_image("rendered_ben")
    faces = [sx.find_faces(photo)]
    opened = sx.photo.open_photo(model, photo, faces=faces)
    taken = {"expression": sx.photo.take_expression(model, opened, other)}
    half = sx.photo.draw_edit(model, opened, "expression: 0.5", vectors=taken)
    edited = sx.photo.put_back(opened, half)
    assert (edited != photo).any()
    strengths = {"expression": 0.5}
    again = sx.edit_photo(photo, strengths, model=model, expression=other, faces=faces)
    torch.testing.assert_close(again, edited)
    own = sx.photo.take_expression(model, opened, photo)
    assert own.abs().max() < 1e-4, "one's own expression is nothing new"
    with pytest.raises(FaceNotFoundError, match="expression"):
        sx.photo.take_expression(model, opened, torch.zeros(1, 3, 64, 64))


def test_no_strength_changes_nothing_and_a_drawing_does(model, demo):
    photo = sx.example_image("astronaut")
    for strengths in ({}, "smile: 0"):
        assert torch.equal(sx.edit_photo(photo, strengths, model=model, faces=FACES), photo)
    drawn = sx.edit_photo(photo, {}, model=demo, paste="drawing", faces=FACES)
    differs = (drawn - photo).abs()[..., 80:160, 190:260].mean()
    assert LEVEL < differs < 8 * LEVEL, "a drawing of her, not her photo"
    assert torch.equal(drawn[..., 260:, :], photo[..., 260:, :])


@pytest.mark.slow
def test_one_opening_serves_many_edits_as_each_call_would(demo):
    photo = sx.example_image("astronaut")
    opened = sx.photo.open_photo(demo, photo)
    for strengths in ({"age": 1.0}, {"smile": -1.0, "glasses": 1.0}, {"turn_right": 1.0}):
        again = sx.photo.edit_in_place(demo, opened, strengths)
        torch.testing.assert_close(again, sx.edit_photo(photo, strengths, model=demo))


@pytest.mark.slow
def test_a_head_is_turned_with_all_its_px_and_what_else_is_edited(demo):
    """Hair that is made lighter is as light on the head that turns."""
    photo = sx.example_image("astronaut")
    opened = sx.photo.open_photo(demo, photo, faces=FACES)

    def edit(**strengths: float) -> torch.Tensor:
        return sx.photo.edit_in_place(demo, opened, strengths)

    turned = edit(turn_right=2.0)
    told = [sx.readers.read_face(one, FACES[0][0]) for one in (photo, turned)]
    assert told[1].yaw - told[0].yaw > 5
    hair = (slice(None), slice(None), slice(20, 75), slice(175, 270))
    gains = [
        (one - other)[hair].mean() for one, other in (
            (edit(hair_light=2.0), photo), (edit(hair_light=2.0, turn_right=2.0), turned)
        )
    ]  # fmt: skip
    assert gains[0] > 0.1 and gains[1] == pytest.approx(float(gains[0]), rel=0.15)
    # No shadow comes with the turn: the skin is as bright as it was.
    skin = (slice(None), slice(None), slice(105, 140), slice(195, 255))
    assert (turned[skin].mean() - photo[skin].mean()).abs() < 0.05


def test_what_is_drawn_without_the_turn(demo):
    opened = sx.photo.open_photo(demo, sx.example_image("astronaut"), faces=FACES)
    assert sx.photo.draw_held(demo, opened, {"smile": 1.0}) is None
    drawn = sx.photo.draw_edit(demo, opened, {"smile": 1.0})
    assert sx.photo.draw_held(demo, opened, {"smile": 1.0}, drawn=drawn) is drawn
    foreign = {"pull": torch.randn_like(demo.edit_vectors["smile"])}
    unknown = sx.photo.draw_held(demo, opened, {"pull": 1.0}, vectors=foreign, drawn=drawn)
    assert unknown is None, "it may turn heads"
    assert sx.photo.draw_held(demo, opened, {"look_up": 1.0}) is opened.unedited
    both = sx.photo.draw_held(demo, opened, {"look_up": 1.0, "smile": 1.0})
    assert torch.equal(both, sx.photo.draw_edit(demo, opened, {"smile": 1.0}))
    drawing = sx.PhotoSettings(paste="drawing")
    assert sx.photo.draw_held(demo, opened, {"look_up": 1.0}, drawing) is None


def test_the_node_chain_gives_the_same_picture(model):
    """Crop Face, Encode, Apply Edit Vector, Decode and Paste Face, with the head's mask.

    Encode without skips, as only the change of an edit is put back.
    """
    photo = sx.example_image("astronaut")
    cropped = sx.crop_faces(photo, reach=128, mask_shape="head", faces=FACES)
    with torch.no_grad():
        latents = sx.encode_face(model, cropped.crops, cropped.styles, skip_layers=0)
        plain = sx.decode_latents(model, latents)
        edited = sx.apply_edit_vector(latents, model.edit_vectors["smile"], 1.5)
        drawn = sx.decode_latents(model, edited)
    chain = sx.paste_faces(
        photo,
        drawn,
        cropped.places,
        mask=cropped.masks,
        unedited=plain,
        motions=sx.readers.follow_edits(photo, drawn, cropped.places, plain),
    )
    edited = sx.edit_photo(photo, {"smile": 1.5}, model=model, faces=FACES)
    torch.testing.assert_close(edited, chain)


def test_a_photo_without_a_face_stops_or_is_skipped(model):
    empty = torch.zeros(1, 3, 128, 128)
    with pytest.raises(FaceNotFoundError, match="no face was found"):
        sx.edit_photo(empty, {"smile": 1}, model=model)
    assert torch.equal(sx.edit_photo(empty, {"smile": 1}, model=model, missing="skip"), empty)
    mixed = torch.cat([empty, sx.example_image("astronaut")[..., 60:188, 160:288]])
    edited = sx.edit_photo(mixed, {"glasses": 3}, model=model, missing="skip")
    assert torch.equal(edited[0], mixed[0]) and not torch.equal(edited[1], mixed[1])


def test_what_cannot_be_is_explained(model):
    photo = sx.example_image("astronaut")
    with pytest.raises(StyleGANEXError, match='no edit vector "grin"'):
        sx.edit_photo(photo, {"grin": 1}, model=model, faces=FACES)
    with pytest.raises(StyleGANEXError, match="no option 'face'"):
        sx.edit_photo(photo, {"smile": 1}, model=model, face=1)
    with pytest.raises(StyleGANEXError, match='"change" or "drawing"'):
        PhotoSettings(paste="both")  # type: ignore[arg-type]
    with pytest.raises(StyleGANEXError, match='"head"'):
        PhotoSettings(region="hair")  # type: ignore[arg-type]


def test_the_call_of_0_1_0_still_draws_variants():
    model, image = tiny_model(), random_picture(40, 48)
    model.edit_vectors = {"smile": torch.randn(model.num_slots, model.style_dim)}
    settings = FlowSettings(style_steps=0, steps=0, edits=(("smile", 1.0),))
    with pytest.warns(DeprecationWarning, match="edit_photo"):
        placed = sx.edit_photo(model, image, settings=settings)
    with pytest.warns(DeprecationWarning, match="edit_photo"):
        named = sx.edit_photo(model=model, image=image, settings=settings)
    assert list(placed.pictures) == list(named.pictures)
    assert {"input", "encoded", "smile +1"} <= set(placed.pictures)
    assert torch.equal(placed.pictures["input"], image)


@pytest.mark.slow
def test_step_two_leaves_a_face_where_edits_are_drawn(demo, monkeypatch):
    """Its steps are made with skips and edits without: a hasty `f` is no face any more there."""
    opened = sx.photo.open_photo(demo, sx.example_image("astronaut"), faces=FACES)
    crop, before = opened.faces.crops[:1], opened.unedited

    def drift() -> float:
        refined = pipeline.refine_photo(demo, opened.exact, crop, FlowSettings.with_steps(25))
        plain = sx.decode_latents(demo, refined.without_optional_skips())
        return float((plain - before).detach().abs().mean())

    gentle = drift()
    monkeypatch.setattr(pipeline, "GENTLE", 1.0)
    assert gentle < 0.6 * drift()
