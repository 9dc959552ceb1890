"""A folder of the user's pictures to train on: any sizes, faces aligned once, bad files named.

Every face is cut as the paper's training pictures were: FFHQ's rectangle grown 1.25 times about
its centre, so that the central 256 of a 320 px picture are the aligned face.

Convention: matrices map (x, y) px of the cut to px of the photo, see `warp`.
"""

from __future__ import annotations

import logging
from pathlib import Path

import torch
import torch.nn.functional as F

from styleganex_core.crop import find_faces, select_faces
from styleganex_core.crop.align import STYLE_SIDE, style_matrix
from styleganex_core.errors import StyleGANEXError, echo
from styleganex_core.images import load_image
from styleganex_core.networks import Model
from styleganex_core.tasks import encode_labels, read_labels, read_sketch, sketch_photo
from styleganex_core.warp import Rows, compose, resize_matrix, warp

from ..recipes.settings import Recipe
from .batch import TaskBatch

ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}
HELD_OUT_EVERY = 20  # pictures: of so many one is only looked at
NEEDS_PARTNERS = {
    "mask": "label maps (grey: the level is the class; or in the palette's colours)",
    "edit": "the same pictures edited",
    "toonify": "the same people as toons",
}
README = "README.md"  # of a folder: says whose pictures it holds
LONGEST_ORIGIN = 4000  # characters

_log = logging.getLogger(__name__)


class FolderSource:
    """Batches of a folder's pictures, read when they are needed.

    A file that cannot be used is named in the log, once, and the next one takes its place.
    """

    def __init__(
        self,
        recipe: Recipe,
        model: Model,
        folder: Path,
        *,
        partners: Path | None = None,
        align: bool = True,
        held_out: int = 0,
    ) -> None:
        """`partners`: a folder with a file of the same name (any ending) for each picture: its
        sketch, label map, or target. `align`: find faces and cut around them; else the central
        square is taken. `held_out`: so many pictures that training does not see; 0 for the others.

        Raises StyleGANEXError when the folder has no pictures or the task needs partners.
        """
        self.recipe, self.ratio, self.align = recipe, model.ratio, align
        self.w_plus: torch.Tensor | None = None
        self.partners = _find_partners(recipe, partners)
        files = list_pictures(folder)
        if self.partners:
            files = [file for file in files if file.stem in self.partners]
        if not files:
            beside = f" with partners of the same name in {partners}" if partners else ""
            raise StyleGANEXError(
                f"{folder} holds no pictures{beside} ({', '.join(sorted(ENDINGS))}); choose "
                "another."
            )
        kept = [file for i, file in enumerate(files) if (i % HELD_OUT_EVERY == 0) == bool(held_out)]
        self.files = (kept or files)[: held_out or None]
        # Where the next good file is looked for: among its own kind first.
        self.order = self.files + [file for file in files if file not in self.files]
        self.bad: dict[Path, str] = {}
        self.faces: dict[Path, Rows] = {}

    def __len__(self) -> int:
        return len(self.files)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in px of the inputs."""
        return self.recipe.data.side, self.recipe.data.side

    def pick(self, index: torch.Tensor) -> TaskBatch:
        """Whole pictures by their numbers."""
        x, y = zip(*(self._pair(number) for number in index.tolist()), strict=True)
        inputs, targets = torch.cat(x), torch.cat(y)
        late = None
        if self.recipe.label_channels:
            late = central_square(F.adaptive_avg_pool2d(targets, self.recipe.data.side))
        w_plus = None if self.w_plus is None else self.w_plus[index]
        return TaskBatch(x=inputs, y=targets, style_target=late, w_plus=w_plus)

    def style_picture(self, index: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """The central 256 of 320 px: the aligned faces."""
        return central_square(x)

    def true_feature(
        self, index: torch.Tensor, corner: torch.Tensor, size: tuple[int, int]
    ) -> None:
        """Unknown: nobody knows where a photo's first-layer feature came from."""
        return

    def _pair(self, number: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Input [1, C, h, w] and target [1, 3, H, W] of a picture, or of the next good one."""
        place = self.order.index(self.files[number % len(self.files)])
        for file in self.order[place:] + self.order[:place]:
            if file in self.bad:
                continue
            try:
                return self._read(file)
            except (StyleGANEXError, OSError, MemoryError) as error:
                self.bad[file] = str(error)
                _log.warning("%s is left out: %s", file.name, error)
        raise StyleGANEXError(
            f"none of the {len(self.order)} pictures can be used; the first: "
            f"{next(iter(self.bad.items()))[1]}"
        )

    def _read(self, file: Path) -> tuple[torch.Tensor, torch.Tensor]:
        photo = load_image(file)
        matrix = self._place(file, photo)
        side = self.recipe.data.side
        full = round(side * self.ratio)
        target = self._cut(photo, photo, matrix, full)
        x = F.interpolate(target, (side, side), mode="bicubic", antialias=True).clamp(-1, 1)
        task = self.recipe.task
        if not self.partners:
            return (sketch_photo(x) if task == "sketch" else x), target
        partner = load_image(self.partners[file.stem])
        if task == "mask":
            cut = self._cut(partner, photo, matrix, side, nearest=True)
            return encode_labels(read_labels(cut)), target
        if task == "sketch":
            return read_sketch(self._cut(partner, photo, matrix, side), clean=False), target
        return x, self._cut(partner, photo, matrix, full)

    def _place(self, file: Path, photo: torch.Tensor) -> Rows:
        """The matrix of the picture's training cut, at `STYLE_SIDE` px for the aligned face."""
        if file not in self.faces:
            height, width = photo.shape[-2:]
            if self.align:
                faces = select_faces(find_faces(photo), "largest")
                if not faces:
                    raise StyleGANEXError("no face was found in it.")
                aligned = style_matrix(faces[0])
                margin = -(self.recipe.data.side - STYLE_SIDE) / 2
                self.faces[file] = compose(aligned, ((1, 0, margin), (0, 1, margin)))
            else:
                short = min(height, width)
                square = resize_matrix(
                    (self.recipe.data.side, self.recipe.data.side), (short, short)
                )
                left, top = (width - short) // 2, (height - short) // 2
                self.faces[file] = compose(((1, 0, left), (0, 1, top)), square)
        return self.faces[file]

    def _cut(
        self,
        picture: torch.Tensor,
        photo: torch.Tensor,
        matrix: Rows,
        side: int,
        *,
        nearest: bool = False,
    ) -> torch.Tensor:
        """The cut of a picture that shows what the photo shows, at `side` px."""
        from_side = resize_matrix((side, side), (self.recipe.data.side, self.recipe.data.side))
        to_partner = resize_matrix(
            (photo.shape[-2], photo.shape[-1]), (picture.shape[-2], picture.shape[-1])
        )
        whole = compose(to_partner, compose(matrix, from_side))
        if nearest:
            return read_nearest(picture, whole, side)
        return warp(picture, whole, (side, side))


def list_pictures(folder: Path) -> list[Path]:
    """The picture files in a folder and its folders, sorted; StyleGANEXError where it is none."""
    if not folder.is_dir():
        raise StyleGANEXError(
            f"{folder} is not a folder; pass --data rendered or a folder of photos."
        )
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file())


def central_square(x: torch.Tensor) -> torch.Tensor:
    """The central 256 px of pictures, all of those that are smaller."""
    top, left = (max(0, (side - STYLE_SIDE) // 2) for side in x.shape[-2:])
    return x[..., top : top + STYLE_SIDE, left : left + STYLE_SIDE]


def read_nearest(picture: torch.Tensor, matrix: Rows, side: int) -> torch.Tensor:
    """[1, C, side, side] seen through the matrix without mixing px; edges repeat."""
    places = torch.arange(side, dtype=torch.float64)
    (a, b, x), (c, d, y) = matrix
    columns = (a * places[None] + b * places[:, None] + x).round().long()
    rows = (c * places[None] + d * places[:, None] + y).round().long()
    height, width = picture.shape[-2:]
    return picture[..., rows.clamp(0, height - 1), columns.clamp(0, width - 1)]


def _find_partners(recipe: Recipe, folder: Path | None) -> dict[str, Path]:
    """Partner files by name; StyleGANEXError where the task cannot do without."""
    if folder is not None:
        return {path.stem: path for path in list_pictures(folder)}
    if recipe.task in NEEDS_PARTNERS and not recipe.makes_targets:
        made = " (or --data generated)" if recipe.task != "mask" else ""
        raise StyleGANEXError(
            f"{recipe.task} on photos needs --partners FOLDER with {NEEDS_PARTNERS[recipe.task]}, "
            f"one file of the same name for each photo{made}."
        )
    return {}


def tell_origin(folder: Path, given: str = "") -> str:
    """The data sets and their owners: what was `given`, else the tables of the folder's README.

    Raises StyleGANEXError where neither says anything.
    """
    path = folder / README
    if given.strip():
        told = given
    elif path.is_file():
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        table = [line for line in lines if line.startswith("|") and line.strip("|-: ")]
        told = "\n".join(table or lines)
    else:
        told = ""
    if not told.strip():
        raise StyleGANEXError(
            f"model files must say whose pictures they were trained on, but {echo(path, 300)} does "
            "not; pass --origin with the data sets, their owners and licences."
        )
    return told.strip()[:LONGEST_ORIGIN]
