"""Where our files live in ComfyUI: what to list, how to find it, where results are saved."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import folder_paths
import torch

from .. import styleganex_core as core

MODELS = "styleganex"
EDIT_VECTORS = "styleganex_edit_vectors"
VECTOR_FOLDER = "edit_vectors"  # inside each model folder, and inside LATENT_FOLDER in output
LATENT_FOLDER = "styleganex"  # inside ComfyUI's output and input folders
DEMO = "demo: "
BACKBONES = ("vgg16", "alexnet")  # how torchvision's files begin; the better one first
PARSERS = ("79999_iter", "faceparsing", "face_parsing", "parsing_bisenet", "bisenet")
PARSER_FOLDER = "face_parsing"  # where other packs keep such weights
NO_LATENTS = "no saved latents yet"

MODEL_EXTENSIONS = {".safetensors", ".pt", ".pth", ".ckpt", ".pkl"}
VECTOR_EXTENSIONS = {".safetensors", ".pt", ".pth", ".npy", ".npz"}
LATENT_EXTENSIONS = {".safetensors", ".pt", ".npy", ".npz"}


def register() -> None:
    """Tell ComfyUI of models/styleganex and its edit_vectors; extra_model_paths stay in force."""
    ours = Path(folder_paths.models_dir, MODELS)
    with contextlib.suppress(OSError):  # a read-only installation works without the folders
        (ours / VECTOR_FOLDER).mkdir(parents=True, exist_ok=True)
    models = _add_folders(MODELS, [ours], MODEL_EXTENSIONS)
    vectors = [*(Path(path, VECTOR_FOLDER) for path in models), _saved_vectors()]
    _add_folders(EDIT_VECTORS, vectors, VECTOR_EXTENSIONS)


def _saved_vectors() -> Path:
    """Where users' own vectors go: ComfyUI lets nodes write to the output folder only."""
    return Path(folder_paths.get_output_directory(), LATENT_FOLDER, VECTOR_FOLDER).resolve()


def _add_folders(name: str, folders: list[Path], extensions: set[str]) -> list[str]:
    known, _ = folder_paths.folder_names_and_paths.get(name, ([], set()))
    paths = list(dict.fromkeys([*map(str, folders), *known]))
    folder_paths.folder_names_and_paths[name] = (paths, extensions)
    return paths


def list_models() -> list[str]:
    """The bundled demo models first, then the files in the model folders."""
    files = folder_paths.get_filename_list(MODELS)
    ours = [
        name
        for name in files
        if Path(name).parts[0] != VECTOR_FOLDER
        and not Path(name).name.startswith((*BACKBONES, *PARSERS))
    ]
    return [DEMO + name for name in core.demo_names()] + ours


def list_edit_vectors() -> list[str]:
    """The files in the edit_vectors folders."""
    return folder_paths.get_filename_list(EDIT_VECTORS)


def find_backbone() -> Path | None:
    """A network for LPIPS among the model files, under the name torchvision gives it."""
    files = folder_paths.get_filename_list(MODELS)
    for start in BACKBONES:
        for name in files:
            if Path(name).name.startswith(start):
                return find_file(MODELS, name)
    return None


def find_parser() -> Path | None:
    """BiSeNet's weights for faces, among our model files or in models/face_parsing.

    None where there are none: then the bundled parser serves.
    """
    for name in folder_paths.get_filename_list(MODELS):
        if Path(name).name.startswith(PARSERS):
            return find_file(MODELS, name)
    known, _ = folder_paths.folder_names_and_paths.get(PARSER_FOLDER, ([], set()))
    for folder in [*known, Path(folder_paths.models_dir, PARSER_FOLDER)]:
        for path in sorted(Path(folder).glob("*")):
            if path.name.startswith(PARSERS) and path.suffix.lower() in MODEL_EXTENSIONS:
                return path
    return None


def model_folder() -> str:
    """Where to tell the user to put files."""
    return folder_paths.get_folder_paths(MODELS)[0]


def find_file(kind: str, name: str) -> Path:
    """The path of a listed model or edit vector; StyleGANEXError when it is gone."""
    path = _first_path(kind, name)
    if path is None:
        folder = folder_paths.get_folder_paths(kind)[0]
        raise core.StyleGANEXError(
            f"there is no file '{name}' in {folder}; put it there, press R in the editor to "
            "refresh the lists and choose it again, or choose one of the demo entries."
        )
    return Path(path)


def _first_path(kind: str, name: str) -> str | None:
    """The file under that name, also where another system wrote it with its own slashes."""
    for spelling in dict.fromkeys([name, name.replace("\\", "/")]):
        with contextlib.suppress(ValueError):  # NUL, lone surrogates
            path = folder_paths.get_full_path(kind, spelling) if spelling else None
            if path is not None:
                return path
    return None


def list_latents() -> list[str]:
    """Saved latents: output/styleganex first, then input/styleganex and input itself."""
    output = Path(folder_paths.get_output_directory())
    incoming = Path(folder_paths.get_input_directory())
    saved = sorted((output / LATENT_FOLDER).rglob("*"))
    saved = [path for path in saved if VECTOR_FOLDER not in path.parts]
    given = [*sorted((incoming / LATENT_FOLDER).rglob("*")), *sorted(incoming.glob("*"))]
    names = [f"{path.relative_to(output).as_posix()} [output]" for path in _latents_among(saved)]
    names += [path.relative_to(incoming).as_posix() for path in _latents_among(given)]
    return names or [NO_LATENTS]


def _latents_among(paths: list[Path]) -> list[Path]:
    return [path for path in paths if path.suffix.lower() in LATENT_EXTENSIONS and path.is_file()]


def find_latents(name: str) -> Path:
    """The path of listed latents; StyleGANEXError when missing or outside input and output."""
    relative, base = folder_paths.annotated_filepath(name)
    root = Path(base or folder_paths.get_input_directory())
    for spelling in dict.fromkeys([relative, relative.replace("\\", "/")]):
        # By the names alone: folders inside may be links to somewhere else.
        path = Path(os.path.normpath(root / spelling))
        if not path.is_relative_to(os.path.normpath(root)):
            raise core.StyleGANEXError(f"'{name}' lies outside {root}; choose a file inside it.")
        with contextlib.suppress(OSError, ValueError):  # names that no system has
            if path.is_file():
                return path
    raise core.StyleGANEXError(
        f"there are no latents '{name}'; make some with the Save Latents node, or put a "
        f".safetensors, .pt, .npy or .npz file into {root} and press R in the editor."
    )


def save_latents(latents: core.Latents, prefix: str) -> str:
    """Write output/styleganex/<prefix>_00001.safetensors (the next free number); its list name."""
    output = Path(folder_paths.get_output_directory())
    path = _new_file(output / LATENT_FOLDER, prefix)
    core.save_latents(latents, path)
    return f"{path.relative_to(output).as_posix()} [output]"


def save_edit_vector(vector: torch.Tensor, prefix: str, name: str, unit: str) -> str:
    """Write output/styleganex/edit_vectors/<prefix>_00001.safetensors (the next free number); its
    list name.
    """
    path = _new_file(_saved_vectors(), prefix)
    core.save_edit_vectors(path, {name: vector}, {"unit": unit})
    return path.relative_to(_saved_vectors()).as_posix()


def _new_file(root: Path, prefix: str) -> Path:
    """A path that is free, in a folder that exists: root/<prefix>_00001.safetensors."""
    dated = core.names.fill_dates(prefix, datetime.now())
    stem = root.joinpath(*core.names.safe_path(dated))
    try:
        stem.parent.mkdir(parents=True, exist_ok=True)
        return _next_free(stem)
    except (OSError, ValueError) as error:
        raise core.StyleGANEXError(
            f"cannot make a file '{prefix}' in {root}: {error}; use another name."
        ) from error


def _next_free(stem: Path) -> Path:
    number = 1
    while (path := stem.with_name(f"{stem.name}_{number:05}.safetensors")).exists():
        number += 1
    return path


def version(path: Path) -> str:
    """Changes whenever the file does: its path, time of change and size."""
    stat = path.stat()
    return f"{path}:{stat.st_mtime_ns}:{stat.st_size}"


def complaint(check: Callable[[], object]) -> str | bool:
    """What ComfyUI's validation wants: True, or the sentence with which `check` fails."""
    try:
        check()
    except core.StyleGANEXError as error:
        return str(error)
    return True
