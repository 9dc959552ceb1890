"""The items of a queue: which picture with which seed, and what their results are called."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image

from styleganex_core.errors import StyleGANEXError

from .answers import File
from .graph import Graph

PICTURES = {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".gif", ".tif", ".tiff"}
NEWER = {".avif", ".heic", ".heif", ".jp2"}  # where this Pillow reads them
# What results may end in; anything else, such as what a system would run, ends in .bin.
ENDINGS = PICTURES | NEWER | {
    ".exr", ".mp4", ".webm", ".mkv", ".mov", ".wav", ".flac", ".mp3", ".opus", ".ogg", ".m4a",
    ".safetensors", ".latent", ".json", ".txt", ".csv", ".glb", ".obj", ".ply",
}  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """A picture file, what its results are called, and the SHA-256 of its content."""

    path: Path
    stem: str
    digest: str

    @property
    def upload_name(self) -> str:
        """Its name on a server: plain ASCII, and its own for every content."""
        plain = re.sub(r"[^A-Za-z0-9]+", "-", self.stem).strip("-")[:40]
        return f"{plain or 'picture'}-{self.digest[:12]}{self.path.suffix.lower()}"


@dataclass(frozen=True)
class Item:
    """One run of the graph; `stem` begins the names of its results."""

    stem: str
    picture: Picture | None = None
    seed: int | None = None

    @property
    def name(self) -> str:
        """How messages call it."""
        seed = "" if self.seed is None else f"seed {self.seed}"
        picture = self.picture.path.name if self.picture else ""
        return ", ".join(part for part in (picture, seed) if part)

    @property
    def key(self) -> str:
        """The same for the same picture's name and content and the same seed, else another."""
        picture = [self.picture.path.name, self.picture.digest] if self.picture else None
        return _digest(json.dumps([picture, self.seed]).encode())


def list_items(images: Path | None, seeds: Sequence[int] | None, graph_stem: str) -> list[Item]:
    """Every picture with every seed; results without a picture are named after the graph."""
    pictures = list_pictures(images) if images else [None]
    return [
        Item(picture.stem if picture else graph_stem, picture, seed)
        for picture, seed in itertools.product(pictures, seeds or [None])
    ]


def list_pictures(folder: Path) -> list[Picture]:
    """The pictures that lie in a folder (not below it), by name.

    Where `face.png` and `face.jpg` share a stem, results are called `face-png` and `face-jpg`.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if _is_picture(path))
        digests = [_digest(path.read_bytes()) for path in paths]
    except OSError as error:
        raise StyleGANEXError(
            f"cannot read {error.filename or folder}: {error.strerror}."
        ) from error
    if not paths:
        raise StyleGANEXError(f"{folder} holds no picture ({', '.join(sorted(PICTURES))}).")
    shared = Counter(path.stem.casefold() for path in paths)
    stems = [
        f"{path.stem}-{path.suffix[1:]}" if shared[path.stem.casefold()] > 1 else path.stem
        for path in paths
    ]
    for stem, count in Counter(stem.casefold() for stem in stems).items():
        if count > 1:
            raise StyleGANEXError(
                f'{folder}: the results of two pictures would be called "{stem}"; rename one.'
            )
    return [Picture(*row) for row in zip(paths, stems, digests, strict=True)]


def list_skipped(folder: Path) -> list[str]:
    """The names of the files in a folder that are left out: no pictures, or none read here."""
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        return []
    return [path.name for path in files if not _is_picture(path) and not path.name.startswith(".")]


def fingerprint_graph(graph: Graph, *places: object) -> str:
    """The same for graphs that do the same with the picture and the seed in the same places."""
    bare = {key: [node["class_type"], node["inputs"]] for key, node in graph.items()}
    return fingerprint(bare, *places)


def fingerprint(*parts: object) -> str:
    """The same for the same parts, which JSON can hold."""
    return _digest(json.dumps(parts, sort_keys=True).encode())


def name_results(item: Item, files: Sequence[File]) -> list[str]:
    """A local name per file: stem_node[_seed]_number.suffix, nothing of it from the server but a
    harmless suffix. Node ids have no underscore left, so two items never share a name."""
    counts: Counter[str] = Counter()
    names = []
    for file in files:
        node = re.sub(r"[^A-Za-z0-9]+", "-", file.node)
        counts[node] += 1
        seed = "" if item.seed is None else f"_seed{item.seed}"
        suffix = Path(file.name).suffix.lower()
        ending = suffix if suffix in ENDINGS else ".bin"
        names.append(f"{item.stem}_{node}{seed}_{counts[node]:02}{ending}")
    return names


def _is_picture(path: Path) -> bool:
    suffix = path.suffix.lower()
    known = suffix in PICTURES or (suffix in NEWER and suffix in _readable_suffixes())
    return known and not path.name.startswith(".") and path.is_file()


@lru_cache(maxsize=1)
def _readable_suffixes() -> frozenset[str]:
    """What the installed Pillow, with its plugins, opens."""
    names = Image.registered_extensions()
    return frozenset(suffix for suffix, name in names.items() if name in Image.OPEN)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
