"""All readers of a face together: aligned pictures in, tensors out, gradients throughout."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import nn

from . import age, dense, identity, mesh
from .colours import skin_and_hair
from .metric import ShiftTolerantDistance
from .shape import FaceShape, measure_openness, measure_shape
from .squares import cut_squares, mesh_square, place_points, reader_square, usual_points
from .weights import load_weights


@dataclass(frozen=True)
class FaceReadings(FaceShape):
    """What the networks say of B faces.

    `identity` [B, 128]: who it is; Euclidean distances below 0.6 mean the same person.
    `expression` [B, 7]: shares that sum to 1, in the order of `EXPRESSIONS`. `age` [B]: apparent
    years. `gender` [B]: 0 for what would be taken for a man, 1 for a woman; `gender_odds` [B]: its
    log-odds, about -20..20, whose gradient stays where the share has come to 0 or 1. `points68`
    [B, 68, 2] and `mesh` [B, 478, 3]: px of the 256 px aligned picture; the mesh's depth grows away
    from the viewer. `presence` [B]: how sure the mesh is of a face, 0..1.

    Measured between these points: what is in `FaceShape`. On the picture: `skin_light` and
    `hair_light` [B], as in `skin_and_hair`.
    """

    identity: torch.Tensor
    expression: torch.Tensor
    age: torch.Tensor
    gender: torch.Tensor
    gender_odds: torch.Tensor
    points68: torch.Tensor
    mesh: torch.Tensor
    presence: torch.Tensor
    skin_light: torch.Tensor
    hair_light: torch.Tensor


class FaceReaders(nn.Module):
    """The networks that read faces, from `load_face_readers`.

    Every method takes aligned pictures [B, 3, H, H] in -1..1 (`cut_style`; any side, best 256 px),
    `grown` times as large as the aligned square, and optionally the five points [B, 5, 2] of each
    face in px of the 256 px aligned picture; without them those of the usual face. Gradients pass
    to the pictures.
    """

    def __init__(self) -> None:
        super().__init__()
        self.identity = identity.IdentityReader()
        self.expression = dense.ExpressionReader()
        self.age = age.AgeReader()
        self.points68 = dense.PointReader()
        self.mesh = mesh.MeshReader()

    def forward(
        self, pictures: torch.Tensor, points: torch.Tensor | None = None, *, grown: float = 1.0
    ) -> FaceReadings:
        """All of it at once."""
        years, odds = self._read_age(pictures, points, grown)
        surface, presence = self.read_mesh(pictures, grown=grown)
        points68 = self.read_points68(pictures, points, grown=grown)
        skin, hair = skin_and_hair(pictures, surface, grown=grown)
        shape = measure_shape(surface, points68)
        # The network reads the left eye a little differently from the right one: the mean with the
        # mirrored picture is nearer to the truth (correlation 0.89 instead of 0.87 on 60 renders).
        mirrored = measure_openness(self.read_mesh(pictures.flip(3), grown=grown)[0])
        shape = replace(shape, eyes_open=(shape.eyes_open + mirrored) / 2)
        return FaceReadings(
            identity=self.read_identity(pictures, points, grown=grown),
            expression=self.read_expression(pictures, points, grown=grown),
            age=years,
            gender=odds.sigmoid(),
            gender_odds=odds,
            points68=points68,
            mesh=surface,
            presence=presence,
            **vars(shape),
            skin_light=skin,
            hair_light=hair,
        )

    def read_identity(
        self, pictures: torch.Tensor, points: torch.Tensor | None = None, *, grown: float = 1.0
    ) -> torch.Tensor:
        """Who it is, [B, 128]."""
        square = self._square(pictures, points)
        return self.identity(cut_squares(pictures, square, identity.SIDE, grown=grown))

    def read_expression(
        self, pictures: torch.Tensor, points: torch.Tensor | None = None, *, grown: float = 1.0
    ) -> torch.Tensor:
        """Shares of the seven `EXPRESSIONS`, [B, 7]."""
        square = self._square(pictures, points)
        cut = cut_squares(pictures, square, dense.SIDE, grown=grown)
        return self.expression(cut).softmax(dim=1)

    def read_age(
        self, pictures: torch.Tensor, points: torch.Tensor | None = None, *, grown: float = 1.0
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Apparent years [B], and gender as it would be taken, [B]: 0 a man, 1 a woman."""
        years, odds = self._read_age(pictures, points, grown)
        return years, odds.sigmoid()

    def read_points68(
        self, pictures: torch.Tensor, points: torch.Tensor | None = None, *, grown: float = 1.0
    ) -> torch.Tensor:
        """68 points [B, 68, 2] in px of the 256 px aligned picture."""
        square = self._square(pictures, points)
        cut = cut_squares(pictures, square, dense.SIDE, grown=grown)
        return place_points(self.points68(cut), square, dense.SIDE)

    def read_mesh(
        self, pictures: torch.Tensor, *, grown: float = 1.0
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """478 points [B, 478, 3] in px of the 256 px aligned picture, and how sure it is, [B].

        The last ten are those of the irises.
        """
        square = mesh_square(len(pictures), pictures)
        found = self.mesh(cut_squares(pictures, square, mesh.SIDE, grown=grown))
        return place_points(found.points, square, mesh.SIDE), found.flag.sigmoid()

    def _read_age(
        self, pictures: torch.Tensor, points: torch.Tensor | None, grown: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Apparent years [B], and the log-odds [B] of being taken for a woman."""
        square = self._square(pictures, points)
        years, logits = self.age(cut_squares(pictures, square, age.SIDE, grown=grown))
        return years, logits[:, 1] - logits[:, 0]

    def _square(self, pictures: torch.Tensor, points: torch.Tensor | None) -> torch.Tensor:
        return reader_square(usual_points(len(pictures), pictures) if points is None else points)


def load_face_readers(device: torch.device | str = "cpu") -> FaceReaders:
    """The bundled networks, frozen, in float32; about 30 MB of memory."""
    with torch.inference_mode(False):
        readers = FaceReaders()
        for name, network in readers.named_children():
            load_weights(network, name)
        return readers.eval().requires_grad_(False).to(device)


def load_distance(device: torch.device | str = "cpu") -> ShiftTolerantDistance:
    """ST-LPIPS, the bundled learned distance between pictures [B, 3, H, W] in -1..1."""
    return load_weights(ShiftTolerantDistance(), "metric", device)
