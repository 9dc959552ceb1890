"""What a backdrop is painted on: planes, colours, light and the random numbers that shape it.

Convention: a backdrop belongs to the picture, not to a person. Its unit is the picture's height: x
runs from -W / 2H to W / 2H, y from 0 to 1 downwards. Colours are RGB 0..1.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from .geometry import coverage
from .noise import layered_noise, smooth_noise

DRAWS = 8  # random numbers per backdrop
Colour = tuple[float, float, float]
WOOD: tuple[Colour, ...] = ((0.27, 0.16, 0.09), (0.52, 0.35, 0.20), (0.80, 0.66, 0.48))
BOOKS: tuple[Colour, ...] = (
    (0.55, 0.15, 0.13), (0.16, 0.26, 0.42), (0.83, 0.76, 0.60), (0.20, 0.38, 0.29),
    (0.72, 0.48, 0.20), (0.32, 0.20, 0.28),
)  # fmt: skip
LEAVES: tuple[Colour, ...] = ((0.05, 0.14, 0.07), (0.16, 0.36, 0.13), (0.42, 0.60, 0.22))
SKY: tuple[Colour, ...] = ((0.55, 0.74, 0.95), (0.90, 0.95, 1.00), (1.00, 0.84, 0.66))
BRICKS: tuple[Colour, ...] = ((0.38, 0.19, 0.15), (0.58, 0.31, 0.24), (0.70, 0.66, 0.62))
LIGHTS: tuple[Colour, ...] = ((1.0, 0.72, 0.36), (1.0, 0.93, 0.80), (0.45, 0.70, 1.0))


@dataclass(frozen=True)
class Wall:
    """Where a backdrop is painted: planes `x` and `y`, `pixel` their px, and what varies.

    `draw`: DRAWS random numbers in 0..1, [B, 1, 1] each; `colour` [B, 3, 1, 1] is the attributes'
    background colour; `light_side` [B, 1, 1] in -1..1, to the right.
    """

    x: torch.Tensor
    y: torch.Tensor
    pixel: float
    draw: tuple[torch.Tensor, ...]
    colour: torch.Tensor
    light_side: torch.Tensor

    @property
    def seed(self) -> torch.Tensor:
        """One whole number per picture, for the noise."""
        return (self.draw[0] * 65536).int()

    @property
    def soft(self) -> torch.Tensor:
        """How wide edges are: a backdrop is more or less out of focus."""
        return self.pixel + 0.02 * self.draw[1] ** 2

    def pick(self, share: torch.Tensor, colours: tuple[Colour, ...]) -> torch.Tensor:
        """The colour [B, 3, H, W] at `share` 0..1 of a row of colours."""
        place = share.clamp(0, 1) * (len(colours) - 1)
        planes = [
            sum(
                (1 - (place - index).abs()).clamp_min(0) * colour[channel]
                for index, colour in enumerate(colours)
            )
            for channel in range(3)
        ]
        return torch.stack(torch.broadcast_tensors(*planes), dim=1)  # type: ignore[arg-type]

    def lit(self) -> torch.Tensor:
        """The light on a wall [B, 1, H, W]: it falls off away from its side and downwards."""
        across = self.light_side * self.x
        return (0.92 + 0.16 * across - 0.10 * (self.y - 0.4))[:, None]


def rectangle(
    x: torch.Tensor, y: torch.Tensor, half: tuple[torch.Tensor | float, torch.Tensor | float]
) -> torch.Tensor:
    """Signed distance to an upright rectangle about the origin."""
    return torch.maximum(x.abs() - half[0], y.abs() - half[1])


def lay_over(
    image: torch.Tensor, distance: torch.Tensor, soft: torch.Tensor, colour: torch.Tensor
) -> torch.Tensor:
    """`colour` laid over the picture inside a shape."""
    return torch.lerp(image, colour.expand_as(image), coverage(distance, soft)[:, None])


def paint_plain(wall: Wall) -> torch.Tensor:
    """Plaster, darker towards the corners."""
    corner = wall.x**2 + (wall.y - 0.5) ** 2
    grain = layered_noise(wall.x * 60, wall.y * 60, wall.seed, octaves=2) - 0.5
    cloud = smooth_noise(wall.x * 3, wall.y * 3, wall.seed) - 0.5
    tone = 1.0 - 0.35 * corner + (0.03 * grain + 0.10 * cloud) * wall.draw[2]
    return wall.colour * wall.lit() * tone[:, None]
