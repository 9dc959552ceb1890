"""The features of a face, painted on the head's surface in the head's own coordinates.

Convention: (u, v) are the x and y of a surface point in the head's frame; the eyes lie at
(-EYE_X, 0) and (EYE_X, 0), so painted features turn and foreshorten with the head.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from . import canvas as labels
from .attributes import Person
from .canvas import Canvas
from .geometry import coverage, smoothstep
from .palette import Palette
from .styles import Style

EYE_X = 0.42
EYE_HALF_WIDTH = 0.185
MOUTH_Y = 0.90
NOSE_TIP = (0.0, 0.52)
BROW_Y = -0.27


@dataclass(frozen=True)
class Face:
    """The planes on which features are painted."""

    u: torch.Tensor
    v: torch.Tensor
    side: torch.Tensor  # +1 on the picture's right half of the face, -1 on the left
    pixel: torch.Tensor  # units per pixel, [B, 1, 1]


def _bump(value: torch.Tensor, centre: float, width: float) -> torch.Tensor:
    """1 at `centre`, falling to 0 at `width` from it (cheaper than a Gaussian, and local)."""
    rest = (1 - ((value - centre) / width) ** 2).clamp_min(0)
    return rest * rest


def paint_features(
    canvas: Canvas, face: Face, person: Person, palette: Palette, style: Style
) -> None:
    """Paint everything that belongs to the skin of the face, in order, onto an unlit canvas."""
    _paint_skin(canvas, face, person, palette, style)
    _paint_nose(canvas, face, palette, style)
    _paint_beard(canvas, face, person, palette)
    _paint_mouth(canvas, face, person, palette, style)
    _paint_eyes(canvas, face, person, palette, style)
    _paint_brows(canvas, face, person, palette)


def _paint_skin(canvas: Canvas, face: Face, person: Person, palette: Palette, style: Style) -> None:
    """Blushed cheeks, hollows around the eyes, folds and wrinkles."""
    across, v = face.u.abs(), face.v
    cheek = _bump(across, 0.52, 0.34) * _bump(v, 0.48, 0.36)
    canvas.paint(cheek * (0.22 + 0.14 * person.smile), palette.lips)

    age = smoothstep(0.0, 1.0, person.age)
    dark = palette.skin * palette.skin.new_tensor((0.62, 0.50, 0.46))[:, None, None]
    hollow = _bump(across, 0.40, 0.34) * _bump(v, -0.03, 0.26)
    shadow = hollow * (0.16 + 0.12 * age) * (0.4 if style.flat else 1.0)

    fold_place = 0.20 + 0.42 * (v - 0.50) + 0.05 * person.smile
    fold = _bump(across - fold_place, 0.0, 0.055) * _bump(v, 0.74, 0.24)
    bag_curve = 0.17 - 0.5 * (across - EYE_X) ** 2
    bag = _bump(v - bag_curve, 0.0, 0.045) * _bump(across, EYE_X, 0.20)
    forehead = _bump(torch.sin(v * 42 + 2.0 * face.u**2), 1.0, 0.55)
    forehead = forehead * _bump(v, -0.52, 0.20) * _bump(across, 0.0, 0.55)
    crow = _bump(torch.sin((v - 0.02) / (across - 0.40).clamp_min(0.1) * 9), 1.0, 0.5)
    crow = crow * _bump(across, 0.70, 0.10) * _bump(v, 0.02, 0.14)
    lines = fold * (0.30 * smoothstep(-0.2, 1.0, person.smile) + 0.65 * age)
    lines = lines + (0.50 * bag + 0.42 * forehead + 0.38 * crow) * age
    canvas.paint((shadow + lines * (0.6 + 0.4 * style.texture)).clamp_max(0.8), dark)


def _paint_nose(canvas: Canvas, face: Face, palette: Palette, style: Style) -> None:
    """Nostrils and wings; the nose's shape itself is geometry."""
    across, v = face.u.abs(), face.v
    outline = torch.maximum(
        across - (0.085 + 0.15 * smoothstep(0.1, 0.6, v)), (v - 0.38).abs() - 0.28
    )
    canvas.labels = canvas.labels.masked_fill(outline < 0, labels.NOSE)
    dark = palette.skin * palette.skin.new_tensor((0.42, 0.28, 0.26))[:, None, None]
    nostril = (((across - 0.085) / 0.055) ** 2 + ((v - 0.625) / 0.03) ** 2).sqrt()
    canvas.paint(0.75 * smoothstep(0.0, 1.0, 1.5 - nostril), dark)
    wing = _bump(across - 0.19, 0.0, 0.045) * _bump(v, 0.57, 0.11)
    canvas.paint(wing * (0.55 if style.flat else 0.35), dark)


def _paint_beard(canvas: Canvas, face: Face, person: Person, palette: Palette) -> None:
    """A full beard and moustache that thicken from stubble with `beard` 0..1."""
    u, v = face.u, face.v
    amount = smoothstep(0.0, 0.75, person.beard)
    jaw = (1.03 - 1.75 * u * u).clamp_min(0.16) - v
    lip = 0.765 + 0.30 * u * u - 0.02 * person.smile
    moustache = torch.maximum((v - lip).abs() - 0.055, u.abs() - 0.36)
    area = torch.maximum(coverage(jaw, 0.16), coverage(moustache, 0.07))
    canvas.paint(area * amount * 0.85, palette.hair * 0.85)


def mouth_shape(person: Person) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Half width, rise of the corners and half gap of the mouth, each [B, 1, 1]."""
    half_width = 0.31 + 0.08 * person.smile - 0.03 * person.mouth_open.clamp_min(0)
    rise = 0.05 + 0.13 * person.smile
    gap = 0.125 * smoothstep(-0.35, 1.1, person.mouth_open)
    return half_width, rise, gap


def _paint_mouth(
    canvas: Canvas, face: Face, person: Person, palette: Palette, style: Style
) -> None:
    """Lips, teeth and the dark of the mouth; all curves are parabolas across the mouth's width."""
    u, v, pixel = face.u, face.v, face.pixel
    half_width, rise, gap = mouth_shape(person)
    bulge = 1 - (u / half_width) ** 2
    middle = MOUTH_Y + rise * (bulge - 0.6)  # so that the lips' centre stays where it is
    opening_top = middle - 0.7 * gap * bulge
    opening_low = middle + 1.3 * gap * bulge
    cupid = 1 - 0.30 * _bump(u, 0.0, 0.09)
    upper = torch.maximum(opening_top - 0.075 * bulge * cupid - v, v - opening_top)
    lower = torch.maximum(opening_low - v, v - opening_low - 0.088 * bulge)
    inside = torch.maximum(opening_top - v, v - opening_low)
    canvas.paint(coverage(upper, pixel), palette.lips * 0.88, labels.U_LIP)
    canvas.paint(coverage(lower, pixel), palette.lips, labels.L_LIP)
    shine = _bump(u, 0.0, 0.16) * _bump(v - opening_low, 0.045, 0.03)
    canvas.paint(shine * 0.25 * style.texture, torch.ones_like(palette.lips))
    dark = palette.lips.new_tensor((0.22, 0.05, 0.06))[:, None, None].expand_as(palette.lips)
    open_enough = smoothstep(0.0, 0.02, gap)
    canvas.paint(coverage(inside, pixel) * open_enough, dark, labels.MOUTH)
    teeth = torch.maximum(inside, v - opening_top - 0.085 * bulge.clamp_min(0).sqrt())
    canvas.paint(coverage(teeth, pixel) * open_enough, dark * 0 + 0.95)
    tongue = torch.maximum(inside, ((u / 0.16) ** 2 + ((v - opening_low - 0.01) / 0.06) ** 2) - 1)
    canvas.paint(coverage(tongue, 2 * pixel) * open_enough, palette.lips * 0.9)
    line = torch.maximum((v - middle).abs() - 0.011, u.abs() - 1.04 * half_width)
    line_alpha = coverage(line, pixel.clamp_min(0.015)) * (1 - open_enough)
    canvas.paint(line_alpha * 0.85, dark)


def _paint_eyes(canvas: Canvas, face: Face, person: Person, palette: Palette, style: Style) -> None:
    """Both eyes at once in mirrored coordinates; only the gaze knows left from right."""
    v, pixel, size = face.v, face.pixel, style.eye_size
    out = (face.u.abs() - EYE_X) / size  # towards the temple, from the eye's centre
    v = v / size
    pixel = pixel / size
    bulge = 1 - (out / EYE_HALF_WIDTH) ** 2
    openness = 1 - ((1 - person.eyes_open) / 2) ** 2
    tilt = -0.10 * out
    top = tilt - (0.010 + 0.108 * openness) * bulge
    low = tilt + (0.018 + 0.047 * openness) * bulge
    lids = torch.maximum(top - v, v - low)
    white = coverage(lids, pixel)
    sclera = palette.skin * 0.12 + 0.84
    label = torch.where(face.side > 0, labels.L_EYE, labels.R_EYE).to(torch.uint8)
    canvas.paint(white, sclera, label)

    gaze_x = out - 0.075 * person.gaze_x * face.side
    gaze_y = v + 0.012 - 0.034 * person.gaze_y
    centre = (gaze_x * gaze_x + gaze_y * gaze_y).sqrt()
    ring = centre - 0.094
    canvas.paint(white * coverage(ring, pixel), palette.iris * 0.45)
    canvas.paint(white * coverage(centre - 0.076, 2 * pixel), palette.iris * 1.15)
    canvas.paint(white * coverage(centre - 0.040, pixel), palette.iris * 0.08)
    spark_x, spark_y = gaze_x * face.side + 0.030, gaze_y + 0.036
    spark = (spark_x * spark_x + spark_y * spark_y).sqrt() - 0.022
    canvas.paint(white * coverage(spark, pixel) * 0.95, torch.ones_like(palette.iris))
    canvas.paint(white * _bump(v - top, 0.0, 0.05) * 0.45, palette.skin * 0.25)

    dark = palette.hair * 0.25
    lash = torch.maximum(
        (v - top).abs() - 0.017 - 0.05 * out.clamp_min(0), out.abs() - 1.08 * EYE_HALF_WIDTH
    )
    canvas.paint(coverage(lash, pixel.clamp_min(0.012)) * 0.9, dark)
    under = torch.maximum((v - low).abs() - 0.006, out.abs() - EYE_HALF_WIDTH)
    canvas.paint(coverage(under, pixel.clamp_min(0.012)) * 0.35, dark)
    crease_curve = tilt - (0.075 + 0.085 * openness) * bulge.clamp_min(0).sqrt()
    crease = _bump(v - crease_curve, 0.0, 0.028) * _bump(out, 0.0, EYE_HALF_WIDTH)
    canvas.paint(crease * 0.45, palette.skin * 0.45)


def _paint_brows(canvas: Canvas, face: Face, person: Person, palette: Palette) -> None:
    """Arched brows that thin towards the temples and rise a little with open eyes and a smile."""
    out = (face.u.abs() - 0.44) / 0.27
    rise = 0.035 * person.eyes_open + 0.012 * person.smile
    curve = BROW_Y - rise - 0.055 * (1 - out * out) + 0.022 * out
    thickness = 0.036 - 0.017 * out
    brow = torch.maximum((face.v - curve).abs() - thickness, (out.abs() - 1) * 0.27)
    label = torch.where(face.side > 0, labels.L_BROW, labels.R_BROW).to(torch.uint8)
    canvas.paint(coverage(brow, face.pixel.clamp_min(0.03)) * 0.88, palette.hair * 0.62, label)
