"""The photo's own detail follows an edit: seen on a portrait whose true motion is known."""

from __future__ import annotations

import pytest
import torch

import styleganex_core as sx
from styleganex_core.composite.transfer import blur, move
from styleganex_core.readers import Motions, follow_edits, see_faces


@pytest.fixture(scope="module")
def faces():
    photo = sx.example_image("astronaut")
    return photo, sx.crop_faces(photo, reach=128, mask_shape="head")


def corners_up(size: tuple[int, int], mouth: tuple[float, float]) -> torch.Tensor:
    """A field that lifts both corners of the mouth by 5 px, as a smile does."""
    y, x = torch.meshgrid(*(torch.arange(float(side)) for side in size), indexing="ij")
    lift = torch.zeros(size)
    for corner in (-20, 20):
        distance = (x - mouth[0] - corner).square() + (y - mouth[1]).square()
        lift += 5 * torch.exp(-distance / (2 * 9**2))
    return torch.stack([torch.zeros(size), lift])[None]


def test_a_smile_lifts_the_photo_s_own_mouth(faces):
    """The drawings are soft; what comes back is the photo moved, not a drawing beside it."""
    photo, cropped = faces
    crop = cropped.crops
    plain = blur(crop, 3.0)
    mouth = cropped.places[0]
    found = sx.crop.find_faces(crop)[0].points
    middle = ((found[3][0] + found[4][0]) / 2, (found[3][1] + found[4][1]) / 2)
    field = corners_up(mouth.size, middle)
    edited, truth = move(plain, field), move(crop, field)
    motions = follow_edits(photo, edited, cropped.places, plain)
    assert motions is not None

    def mouth_of(picture: torch.Tensor) -> torch.Tensor:
        rows, columns = (slice(round(m) - 20, round(m) + 20) for m in (middle[1], middle[0]))
        return picture[..., rows, columns]

    def paste(**options) -> torch.Tensor:
        pasted = sx.paste_faces(
            photo, edited, cropped.places, mask=cropped.masks, unedited=plain, **options
        )
        return mouth_of(sx.crop.cut_crop(pasted, cropped.places[0]))

    def error(picture: torch.Tensor) -> float:
        return float((picture - mouth_of(truth)).square().mean())

    assert error(paste(motions=motions)) < 0.7 * error(paste())


def test_no_edit_gives_the_photo_back_exactly(faces):
    photo, cropped = faces
    plain = blur(cropped.crops, 1.5)
    motions = follow_edits(photo, plain, cropped.places, plain)
    assert motions is not None
    face = motions.seen(0)
    assert face is not None and motions.seen(0) is face, "a photo's faces are looked at once"
    pasted = sx.paste_faces(
        photo, plain, cropped.places, mask=cropped.masks, unedited=plain, motions=motions
    )
    assert torch.equal(pasted, photo)


def test_a_drawing_without_a_face_is_pasted_as_before(faces):
    photo, cropped = faces
    plain = blur(cropped.crops, 1.5)
    grey = torch.zeros_like(plain)
    assert list(Motions(see_faces(photo, cropped.places, plain), grey)) == [None]
    assert see_faces(photo, cropped.places, grey) == [None]


def test_the_drawing_without_the_turn_is_what_is_pasted(faces, monkeypatch):
    photo, cropped = faces
    plain = blur(cropped.crops, 1.5)
    (seen,) = see_faces(photo, cropped.places, plain)
    darker = (plain - 0.3).clamp(-1, 1)
    turned = move(plain, torch.full((1, 2, *plain.shape[-2:]), 3.0))
    motion = Motions([seen], turned, darker)[0]
    assert motion is not None and torch.equal(motion.levelled, darker)
    looked = []
    read = type(seen.reader).forward
    monkeypatch.setattr(
        type(seen.reader), "forward", lambda self, x: looked.append(x) or read(self, x)
    )
    motion = seen.read_motion(turned, plain.clone())
    assert motion is not None and torch.equal(motion.levelled, plain)
    assert len(looked) == 1, "the unedited drawing has been read before"
    assert motion.expression.abs().max() < 0.1


def test_previews_of_any_resolution_follow_too(faces):
    photo, cropped = faces
    plain = blur(cropped.crops, 1.5)
    seen = see_faces(photo, cropped.places, plain)
    small = torch.nn.functional.interpolate(plain, (128, 128), mode="area")
    motion = Motions(seen, small)[0]
    assert motion is not None
    assert motion.levelled.shape == small.shape
    assert motion.expression.shape[-2:] == cropped.places[0].size


def test_what_does_not_belong_together_is_left_to_paste_faces(faces):
    photo, cropped = faces
    plain = cropped.crops
    places = cropped.places
    assert follow_edits(photo, plain, (), plain) is None
    assert follow_edits(photo[..., :300], plain, places, plain) is None
    assert follow_edits(photo, plain, places, plain[..., :100]) is None
    assert (
        follow_edits(photo.expand(3, -1, -1, -1), plain.expand(3, -1, -1, -1), places, plain)
        is None
    )
    several = follow_edits(photo, plain.expand(3, -1, -1, -1), places, plain)
    assert several is not None
    assert len(several) == 3
    with pytest.raises(sx.ShapeError, match="one for all, or one each"):
        see_faces(photo, places, plain.expand(2, -1, -1, -1))
