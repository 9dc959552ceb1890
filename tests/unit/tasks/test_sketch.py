"""Sketches: read from any drawing, drawn from any photo."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import ShapeError, StyleGANEXError, example_image, read_sketch, sketch_photo


def drawing(height: int = 96, width: int = 80) -> torch.Tensor:
    """Black lines (0) on white (1), [1, 1, H, W]."""
    sketch = torch.ones(1, 1, height, width)
    sketch[..., 20:22, 10:70] = 0
    sketch[..., 30:80, 40:42] = 0
    return sketch


def as_picture(sketch: torch.Tensor) -> torch.Tensor:
    return (sketch * 2 - 1).expand(-1, 3, -1, -1)


def test_a_clean_sketch_stays():
    sketch = drawing()
    torch.testing.assert_close(read_sketch(as_picture(sketch)), sketch)
    torch.testing.assert_close(read_sketch(as_picture(sketch), clean=False), sketch)


def test_either_polarity_is_detected_per_picture():
    both = torch.cat([drawing(), 1 - drawing()])
    torch.testing.assert_close(read_sketch(as_picture(both)), drawing().expand(2, -1, -1, -1))
    forced = read_sketch(as_picture(1 - drawing()), "dark on light", clean=False)
    torch.testing.assert_close(forced, 1 - drawing())
    told = read_sketch(as_picture(drawing()), "light on dark", clean=False)
    torch.testing.assert_close(told, 1 - drawing())


def test_grey_uneven_paper_becomes_white():
    light = torch.linspace(0.45, 0.8, 80).expand(1, 1, 96, 80)
    grain = 0.01 * torch.randn(1, 1, 96, 80, generator=torch.Generator().manual_seed(0))
    photographed = (light * (0.3 + 0.7 * drawing()) + grain).clamp(0, 1)
    cleaned = read_sketch(as_picture(photographed))
    paper, ink = drawing() == 1, drawing() == 0
    assert cleaned[paper].mean() > 0.99
    assert cleaned[ink].mean() < 0.12


@pytest.mark.parametrize(("spacing", "width"), [(12, 2.0), (48, 2.0)])
def test_soft_strokes_come_closer_to_the_models_mean(spacing, width):
    place = torch.arange(128.0) % spacing - spacing / 2
    soft = (1 - 0.7 * torch.exp(-((place / width) ** 2))).expand(1, 1, 128, 128)
    cleaned = read_sketch(as_picture(soft))
    plain = ((soft - soft.min()) / (soft.max() - soft.min())).mean()
    before, after = (abs(255 * float(mean) - 239) for mean in (plain, cleaned.mean()))
    assert after < 0.6 * before


def test_blank_pictures_are_white_paper():
    for level in (0.0, 0.4, 1.0):
        blank = torch.full((1, 1, 40, 40), level)
        assert float(read_sketch(as_picture(blank)).min()) == 1


@pytest.mark.parametrize("name", ["astronaut_face", "rendered_anna"])
@pytest.mark.parametrize("mean_grey", [239, 220, 250])
def test_a_photos_sketch_has_the_mean_asked_for(name, mean_grey):
    sketch = sketch_photo(example_image(name), mean_grey=mean_grey)
    assert 255 * float(sketch.mean()) == pytest.approx(mean_grey, abs=0.5)
    assert sketch.shape == (1, 1, *example_image(name).shape[-2:])
    assert 0 <= float(sketch.min()) < 0.1 and float(sketch.max()) == 1


def test_lines_lie_on_the_edges_and_turn_with_the_photo():
    photo = torch.full((1, 3, 96, 96), -0.4)
    photo[..., 32:64, 24:72] = 0.5
    ink = 1 - sketch_photo(photo, mean_grey=250)
    near = torch.zeros(96, 96, dtype=torch.bool)
    near[29:67, 21:75] = True
    near[36:60, 28:68] = False
    assert float(ink[0, 0][near].sum() / ink.sum()) > 0.99
    turned = 1 - sketch_photo(photo.transpose(-1, -2), mean_grey=250)
    torch.testing.assert_close(turned, ink.transpose(-1, -2), atol=1e-4, rtol=0)


def test_picture_and_negative_give_the_same_outline():
    photo = torch.full((1, 3, 64, 64), -0.2)
    photo[..., 16:48, 16:48] = 0.2
    ink, negative = (1 - sketch_photo(p, mean_grey=245) for p in (photo, -photo))
    assert float((ink - negative).abs().mean()) < 0.01


def test_a_flat_photo_stays_white():
    assert float(sketch_photo(torch.full((1, 3, 50, 50), 0.3)).min()) == 1
    assert sketch_photo(torch.zeros(2, 3, 1, 1)).shape == (2, 1, 1, 1)


def test_a_batch_equals_its_pictures_one_by_one():
    photos = torch.cat([example_image("rendered_anna"), example_image("rendered_ben")])
    together = sketch_photo(photos)
    for index in range(2):
        torch.testing.assert_close(together[index], sketch_photo(photos[index : index + 1])[0])


def test_wrong_input_is_named():
    with pytest.raises(StyleGANEXError, match="polarity"):
        read_sketch(as_picture(drawing()), "inverse")  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match="B, 3, H, W"):
        sketch_photo(torch.zeros(1, 1, 8, 8))
    with pytest.raises(StyleGANEXError, match="line_width"):
        sketch_photo(torch.zeros(1, 3, 8, 8), line_width=0)
