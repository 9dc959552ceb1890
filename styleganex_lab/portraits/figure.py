"""A person painted onto a picture, from back to front: hair, body, head, features, hair, extras."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from . import body, glasses, hair
from . import canvas as labels
from .attributes import Person
from .canvas import Canvas
from .extras import Extras, paint_earrings, paint_hat, paint_necklace
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
from .styles import Style, light_direction, shade, shine


@dataclass(frozen=True)
class View:
    """What every layer needs: planes of the person's units, the head's pose, light and colours."""

    units: Units
    rotation: Rotation
    anchor: Vector
    person: Person
    palette: Palette
    light: Vector
    style: Style
    extras: Extras | None = None

    @classmethod
    def from_person(
        cls, person: Person, units: Units, style: Style, extras: Extras | None = None
    ) -> View:
        """The view of a person whose units are those of the picture."""
        rotation = head_rotation(person)
        anchor = rotation.to_view(ANCHOR)
        colours, light = choose_colours(person), light_direction(person)
        return cls(units, rotation, anchor, person, colours, light, style, extras)

    @property
    def x(self) -> torch.Tensor:
        return self.units.x

    @property
    def y(self) -> torch.Tensor:
        return self.units.y

    @property
    def pixel(self) -> torch.Tensor:
        return self.units.pixel

    def body_point(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The planes in the body's frame, which hangs from the base of the skull."""
        base = self.rotation.to_view((0.0, 0.55, -0.30))
        return self.x + self.anchor[0] - base[0], self.y + self.anchor[1] - base[1] + 0.55


def locate_landmarks(view: View, place: torch.Tensor) -> torch.Tensor:
    """The five landmarks [B, 5, 2] in px of people who stand at `place` [B, 2] (x, y)."""
    points = view.rotation.to_view(landmark_points(view.person))
    across, down = view.units.to_pixels(points[0] - view.anchor[0], points[1] - view.anchor[1])
    return torch.cat([across, down], dim=1).mT + place[:, None]


def paint_figure(scene: Canvas, view: View) -> None:
    """Paint the person of a view over the canvas."""
    person, palette, pixel = view.person, view.palette, view.pixel
    x, y = view.x + view.anchor[0], view.y + view.anchor[1]
    rays = view.rotation.cast(x, y)
    skull = cast_head(rays, person)
    cap = cast_ellipsoid(rays, hair.cap_ellipsoid(person))
    light = view.rotation.from_view(view.light)

    back = unite_ellipsoids(rays, [hair.cap_ellipsoid(person), hair.back_ellipsoid(person)], [0.35])
    _paint_layer(scene, view, back.distance, palette.hair * 0.55, labels.HAIR)
    _paint_body(scene, view, skull.distance)
    if view.extras:
        paint_necklace(scene, view.extras, view.body_point(), pixel)
    _paint_ears(scene, view, rays, light)
    _paint_head(scene, view, rays, skull, light)
    solid = glasses.opacity(person.glasses)
    glasses.paint_arms(scene, x, y, skull.depth, view.rotation, solid, pixel)
    if view.extras:
        paint_earrings(scene, view.extras, person, (x, y), skull.depth, view.rotation, pixel)
    _paint_hair(scene, view, rays, cap, skull.depth, light)
    if view.extras:
        depth = torch.where(cap.distance < 0, torch.maximum(cap.depth, skull.depth), skull.depth)
        hat = paint_hat(scene, view.extras, person, rays, depth, light, view.style, pixel)
        _outline(scene, view, hat)
    glasses.paint_lenses(scene, rays, solid, pixel)


def _paint_layer(
    scene: Canvas, view: View, distance: torch.Tensor, colour: torch.Tensor, label: int
) -> None:
    """Paint a shape, with the style's outline just inside its edge."""
    scene.paint(coverage(distance, view.pixel), colour, label)
    _outline(scene, view, distance)


def _outline(scene: Canvas, view: View, distance: torch.Tensor) -> None:
    if view.style.outline:
        line = (distance + view.style.outline / 2).abs() - view.style.outline / 2
        ink = scene.image.new_tensor((0.10, 0.07, 0.09))[:, None, None]
        scene.paint(coverage(line, view.pixel), ink)


def _paint_body(scene: Canvas, view: View, head_distance: torch.Tensor) -> None:
    x, y = view.body_point()
    palette, style = view.palette, view.style
    tone = shade(body.neck_normal(x), view.light, style)
    under_chin = 1 - 0.38 * (1 - smoothstep(0.0, 0.42, head_distance))
    skin = palette.skin * (tone * under_chin)[:, None]
    _paint_layer(scene, view, body.neck_distance(x, y), skin, labels.NECK)
    cloth_tone = shade(body.shoulder_normal(x, y), view.light, style)
    shape = body.shoulder_distance(x, y)
    if view.extras:  # in scenes, where more of the body shows
        shape = body.whole_distance(x, y)
        cloth_tone = cloth_tone * body.sleeve_shade(x, y)
    cloth = torch.maximum(shape, -body.collar_distance(x, y))
    fold = 1 - 0.25 * (1 - smoothstep(0.0, 0.16, body.collar_distance(x, y)))
    _paint_layer(scene, view, cloth, palette.clothes * (cloth_tone * fold)[:, None], labels.CLOTH)


def _paint_ears(scene: Canvas, view: View, rays: Rays, light: Vector) -> None:
    width = 1 + 0.08 * view.person.face_width
    for side, label in ((-1.0, labels.R_EAR), (1.0, labels.L_EAR)):
        ear = Ellipsoid((side * 0.97 * width, 0.13, -0.12), (0.11, 0.235, 0.15))
        surface = cast_ellipsoid(rays, ear)
        inner = 1 - 0.22 * smoothstep(0.02, 0.07, -surface.distance)
        tone = shade(surface.normal, light, view.style) * inner
        _paint_layer(scene, view, surface.distance, view.palette.skin * tone[:, None], label)


def _paint_head(scene: Canvas, view: View, rays: Rays, skull: Surface, light: Vector) -> None:
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
    scene: Canvas, view: View, rays: Rays, cap: Surface, head_depth: torch.Tensor, light: Vector
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


def _hair_colour(view: View, point: Vector, normal: Vector, light: Vector) -> torch.Tensor:
    style = view.style
    tone = shade(normal, light, style)
    if style.flat:
        return view.palette.hair * tone[:, None]
    comb = hair.strands(point)
    band = (1 - ((normal[1] + 0.62) / 0.30) ** 2).clamp_min(0) * (0.16 + 0.05 * comb)
    tone = tone * (1 + 0.10 * style.texture * comb)
    return view.palette.hair * tone[:, None] + (band * style.texture)[:, None] * 0.8
