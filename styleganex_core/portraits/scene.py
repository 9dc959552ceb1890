"""From attribute vectors to pictures: the order in which a portrait is painted."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ..errors import ShapeError, StyleGANEXError
from . import body, glasses, hair
from . import canvas as labels
from .attributes import Person, describe_people
from .canvas import Canvas
from .features import Face, paint_features
from .geometry import (
    Ellipsoid,
    Rays,
    Rotation,
    Surface,
    Units,
    Vector,
    cast_ellipsoid,
    coverage,
    smoothstep,
    unite_ellipsoids,
)
from .head import ANCHOR, cast_head, head_rotation, landmark_points
from .palette import Palette, choose_colours
from .styles import STYLES, Style, finish, light_direction, shade, shine

EYES_APART = 0.84  # units; a quarter of the width of an aligned picture
EYE_LINE = 0.48  # of the height of an aligned picture
CHUNK_PIXELS = 1 << 16  # small enough that the planes of a chunk stay in a CPU's cache


@dataclass(frozen=True)
class Portraits:
    """Rendered pictures with their truth.

    `image` [B, 3, H, W] in -1..1; `labels` [B, H, W] uint8, CelebAMask-HQ classes; `landmarks`
    [B, 5, 2] in pixels (x, y), the origin at the centre of the top-left pixel: eye centres
    (picture's left first), tip of the nose, corners of the mouth.
    """

    image: torch.Tensor
    labels: torch.Tensor
    landmarks: torch.Tensor


def aligned_placement(count: int, height: int, width: int) -> torch.Tensor:
    """The placements [count, 4] of FFHQ-aligned portraits, see `render_portraits`."""
    side = min(height, width)
    place = torch.tensor(
        [(width - 1) / 2, (height - 1) / 2 + (EYE_LINE - 0.5) * side, side / 256, 0.0]
    )
    return place.expand(count, 4)


def render_portraits(
    attributes: torch.Tensor,
    *,
    size: int | tuple[int, int] = 256,
    style: str = "photo",
    placement: torch.Tensor | None = None,
) -> Portraits:
    """Pictures, label maps and landmarks of attribute vectors [B, A], drawn in `style`.

    `size` is a side or (height, width) in pixels. `placement` [B, 4] says per picture where the
    face is: x and y of the point between the eyes in pixels, scale (1: eyes 64 px apart when seen
    from the front) and roll in degrees, counter-clockwise; without it the portraits are aligned
    as in FFHQ.
    """
    height, width = (size, size) if isinstance(size, int) else size
    if style not in STYLES:
        raise StyleGANEXError(f"style must be one of {', '.join(STYLES)}, came {style!r}")
    if placement is None:
        placement = aligned_placement(len(attributes), height, width)
    if placement.shape != (len(attributes), 4):
        raise ShapeError(f"placement must be [{len(attributes)}, 4], came {list(placement.shape)}")
    chunk = max(1, CHUNK_PIXELS // (height * width))
    parts = [
        _render_chunk(people, place, height, width, STYLES[style])
        for people, place in zip(
            attributes.split(chunk), placement.to(attributes).split(chunk), strict=True
        )
    ]
    return Portraits(
        torch.cat([part.image for part in parts]),
        torch.cat([part.labels for part in parts]),
        torch.cat([part.landmarks for part in parts]),
    )


@dataclass(frozen=True)
class _View:
    """What every layer needs: planes of the person's units, the head's pose, light and colours."""

    x: torch.Tensor
    y: torch.Tensor
    pixel: torch.Tensor
    rotation: Rotation
    anchor: Vector
    person: Person
    palette: Palette
    light: Vector
    style: Style

    def body_point(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The planes in the body's frame, which hangs from the base of the skull."""
        base = self.rotation.to_view((0.0, 0.55, -0.30))
        return self.x + self.anchor[0] - base[0], self.y + self.anchor[1] - base[1] + 0.55


def _render_chunk(
    attributes: torch.Tensor, placement: torch.Tensor, height: int, width: int, style: Style
) -> Portraits:
    person = describe_people(attributes)
    centre_x, centre_y, scale, roll = placement.float()[:, :, None, None].unbind(1)
    pixel = EYES_APART / (64 * scale)
    angle = torch.deg2rad(roll)
    units = Units.from_placement(centre_x, centre_y, pixel, angle, (height, width))
    rotation = head_rotation(person)
    anchor = rotation.to_view(ANCHOR)
    view = _View(
        units.x,
        units.y,
        pixel,
        rotation,
        anchor,
        person,
        choose_colours(person),
        light_direction(person),
        style,
    )
    image, label_map = _paint_scene(view)
    image = finish(image * view.palette.light, style, units)

    points = rotation.to_view(landmark_points(person))
    across, down = (points[0] - anchor[0]) / pixel, (points[1] - anchor[1]) / pixel
    marks = torch.stack([
        centre_x + across * angle.cos() + down * angle.sin(),
        centre_y - across * angle.sin() + down * angle.cos(),
    ], dim=-1)[:, 0]  # [B, 5, 2]  # fmt: skip
    return Portraits(image * 2 - 1, label_map, marks)


def _paint_scene(view: _View) -> tuple[torch.Tensor, torch.Tensor]:
    person, palette, pixel = view.person, view.palette, view.pixel
    rays = view.rotation.cast(view.x + view.anchor[0], view.y + view.anchor[1])
    skull = cast_head(rays, person)
    cap = cast_ellipsoid(rays, hair.cap_ellipsoid(person))
    scene = _paint_background(view)
    light = view.rotation.from_view(view.light)

    back = unite_ellipsoids(rays, [hair.cap_ellipsoid(person), hair.back_ellipsoid(person)], [0.35])
    _paint_layer(scene, view, back.distance, palette.hair * 0.55, labels.HAIR)
    _paint_body(scene, view, skull.distance)
    _paint_ears(scene, view, rays, light)
    _paint_head(scene, view, rays, skull, light)
    solid = glasses.opacity(person.glasses)
    glasses.paint_arms(
        scene,
        view.x + view.anchor[0],
        view.y + view.anchor[1],
        skull.depth,
        view.rotation,
        solid,
        pixel,
    )
    _paint_hair(scene, view, rays, cap, skull.depth, light)
    glasses.paint_lenses(scene, rays, solid, pixel)
    return scene.image, scene.labels


def _paint_background(view: _View) -> Canvas:
    """A wall, a little brighter around the head (so that the glow moves with the person)."""
    reach = view.x * view.x + (view.y - 0.2) ** 2
    if view.style.flat:
        glow = 0.97 + 0.09 * coverage(reach.sqrt() - 1.62, view.pixel)
    else:
        glow = 0.84 + 0.26 / (1 + 0.16 * reach * reach)
    image = (view.palette.background * glow[:, None]).clamp(0, 1)
    return Canvas(image, torch.zeros_like(view.x, dtype=torch.uint8))


def _paint_layer(
    scene: Canvas, view: _View, distance: torch.Tensor, colour: torch.Tensor, label: int
) -> None:
    """Paint a shape, with the style's outline just inside its edge."""
    scene.paint(coverage(distance, view.pixel), colour, label)
    _outline(scene, view, distance)


def _outline(scene: Canvas, view: _View, distance: torch.Tensor) -> None:
    if view.style.outline:
        line = (distance + view.style.outline / 2).abs() - view.style.outline / 2
        ink = scene.image.new_tensor((0.10, 0.07, 0.09))[:, None, None]
        scene.paint(coverage(line, view.pixel), ink)


def _paint_body(scene: Canvas, view: _View, head_distance: torch.Tensor) -> None:
    x, y = view.body_point()
    palette, style = view.palette, view.style
    tone = shade(body.neck_normal(x), view.light, style)
    under_chin = 1 - 0.38 * (1 - smoothstep(0.0, 0.42, head_distance))
    skin = palette.skin * (tone * under_chin)[:, None]
    _paint_layer(scene, view, body.neck_distance(x, y), skin, labels.NECK)
    cloth_tone = shade(body.shoulder_normal(x, y), view.light, style)
    cloth = torch.maximum(body.shoulder_distance(x, y), -body.collar_distance(x, y))
    fold = 1 - 0.25 * (1 - smoothstep(0.0, 0.16, body.collar_distance(x, y)))
    _paint_layer(scene, view, cloth, palette.clothes * (cloth_tone * fold)[:, None], labels.CLOTH)


def _paint_ears(scene: Canvas, view: _View, rays: Rays, light: Vector) -> None:
    width = 1 + 0.08 * view.person.face_width
    for side, label in ((-1.0, labels.R_EAR), (1.0, labels.L_EAR)):
        ear = Ellipsoid((side * 0.97 * width, 0.13, -0.12), (0.11, 0.235, 0.15))
        surface = cast_ellipsoid(rays, ear)
        inner = 1 - 0.22 * smoothstep(0.02, 0.07, -surface.distance)
        tone = shade(surface.normal, light, view.style) * inner
        _paint_layer(scene, view, surface.distance, view.palette.skin * tone[:, None], label)


def _paint_head(scene: Canvas, view: _View, rays: Rays, skull: Surface, light: Vector) -> None:
    person, palette, style, pixel = view.person, view.palette, view.style, view.pixel
    u, v, z = rays.at(skull.depth)
    side = torch.where(u > 0, 1.0, -1.0)
    plain = torch.full_like(scene.labels, labels.SKIN)
    face = Canvas(palette.skin.expand_as(scene.image), plain)
    paint_features(face, Face(u, v, side, pixel), person, palette, style)

    under = hair.hairline_distance((u, v, z), person)
    shadow = 1 - 0.30 * (1 - smoothstep(0.0, 0.16, under))
    lit = face.image * (shade(skull.normal, light, style) * shadow)[:, None]
    if not style.flat:
        lit = lit + (0.13 * style.texture * shine(skull.normal, light, rays.direction))[:, None]
    # Scalp seen past the edge of the hair is hair: no sliver of skin at the far temple.
    scalp = hair.hair_share((u, v, z), person, pixel)
    lit = torch.lerp(lit, palette.hair * 0.6, scalp[:, None])
    label_map = torch.where(scalp > 0.5, labels.HAIR, face.labels).to(torch.uint8)
    scene.paint(coverage(skull.distance, pixel), lit, label_map)
    _outline(scene, view, skull.distance)


def _paint_hair(
    scene: Canvas, view: _View, rays: Rays, cap: Surface, head_depth: torch.Tensor, light: Vector
) -> None:
    person, pixel = view.person, view.pixel
    point = rays.at(cap.depth)
    on_cap = torch.maximum(cap.distance, hair.hairline_distance(point, person))
    hidden = 0.06 * (1 - smoothstep(-0.45, 0.0, person.hair_length))  # cropped hair has no locks
    colour = _hair_colour(view, point, cap.normal, light)
    distance = on_cap
    for lock in hair.lock_ellipsoids(person):
        surface = cast_ellipsoid(rays, lock)
        behind_face = head_depth - surface.depth - 0.03
        strand = torch.maximum(surface.distance + 8 * hidden, behind_face)
        own = _hair_colour(view, rays.at(surface.depth), surface.normal, light)
        share = smoothstep(-0.12, 0.12, on_cap - strand)
        colour = torch.lerp(colour, own, share[:, None])
        distance = torch.minimum(distance, strand)
    scene.paint(coverage(distance, pixel), colour, labels.HAIR)
    _outline(scene, view, distance)


def _hair_colour(view: _View, point: Vector, normal: Vector, light: Vector) -> torch.Tensor:
    style = view.style
    tone = shade(normal, light, style)
    if style.flat:
        return view.palette.hair * tone[:, None]
    comb = hair.strands(point)
    band = (1 - ((normal[1] + 0.62) / 0.30) ** 2).clamp_min(0) * (0.16 + 0.05 * comb)
    tone = tone * (1 + 0.10 * style.texture * comb)
    return view.palette.hair * tone[:, None] + (band * style.texture)[:, None] * 0.8
