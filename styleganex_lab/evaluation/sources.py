"""What is evaluated: photos of a folder, clips in its subfolders and files, or rendered scenes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from styleganex_core.crop import Face, crop_face, find_faces, plan_crop, select_faces
from styleganex_core.crop.landmarks import face_from_points
from styleganex_core.errors import StyleGANEXError
from styleganex_core.images import load_image
from styleganex_core.warp import apply, invert

from ..portraits import render_portraits
from ..portraits.people import attributes_of, draw_placements, sample_people

PHOTOS = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
CLIPS = (".avi", ".m4v", ".mkv", ".mov", ".mp4", ".webm")
SIDE = 256  # px of a rendered scene
NOISE_WIDTH = 64
FEWEST_FRAMES = 2

Say = Callable[[str], None]


@dataclass(frozen=True)
class Subject:
    """One face to reconstruct: frames [T, 3, H, W] (T is 1 for a photo), the aligned face
    [1, 3, 256, 256] of the first, and where that face is in it.
    """

    name: str
    frames: torch.Tensor
    style_image: torch.Tensor
    face: Face


def rendered_subjects(count: int, seed: int) -> list[Subject]:
    """Scenes of the rendered test set, the face anywhere in 256 px."""
    random = torch.Generator().manual_seed(seed)
    people = attributes_of(sample_people(count, NOISE_WIDTH, random))
    place = draw_placements(count, (SIDE // 8, SIDE // 8), 1.0, random)
    scenes = render_portraits(people, size=SIDE, placement=place)
    subjects = []
    for index, points in enumerate(scenes.landmarks.tolist()):
        face = face_from_points([(x, y) for x, y in points])
        image = scenes.image[index : index + 1]
        subjects.append(Subject(f"scene {index}", image, crop_face(image, face)[1], face))
    return subjects


def folder_subjects(
    folder: Path, *, reach: int, whole: bool, frames: int, limit: int | None, say: Say
) -> tuple[list[Subject], list[Subject]]:
    """The photos and the clips of a folder, faces cropped as for `encode_face`.

    A clip is a subfolder of pictures or a video file; its first `frames` frames are used, all cut
    where the face of the first one is. `whole`: pictures as they are, uncropped. What cannot be
    used is named through `say` and left out. Raises StyleGANEXError when nothing is left.
    """
    if not folder.is_dir():
        raise StyleGANEXError(f"there is no folder {folder}; give one with photos or clips.")
    photos: list[Subject] = []
    clips: list[Subject] = []
    for path in sorted(folder.iterdir()):
        is_clip = path.is_dir() or path.suffix.lower() in CLIPS
        target = clips if is_clip else photos
        if not is_clip and path.suffix.lower() not in PHOTOS:
            continue
        if limit is not None and len(target) >= limit:
            continue
        try:
            pictures = read_clip(path, frames) if is_clip else load_image(path)
            target.append(_crop(path.name, pictures, reach, whole))
        except StyleGANEXError as error:
            say(f"left out {path.name}: {error}")
    if not photos and not clips:
        raise StyleGANEXError(
            f"{folder} holds no usable photo or clip; pictures with a face are needed "
            f"({', '.join(PHOTOS)}), or clips ({', '.join(CLIPS)} or folders of frames)."
        )
    return photos, clips


def read_clip(path: Path, count: int) -> torch.Tensor:
    """The first `count` frames [T, 3, H, W] of a video file or of a folder of pictures."""
    if path.is_dir():
        files = [file for file in sorted(path.iterdir()) if file.suffix.lower() in PHOTOS]
        pictures = [load_image(file) for file in files[:count]]
    else:
        pictures = _read_video(path, count)
    if len(pictures) < FEWEST_FRAMES:
        raise StyleGANEXError(f"a clip needs {FEWEST_FRAMES} frames; it has {len(pictures)}.")
    if len({picture.shape for picture in pictures}) > 1:
        raise StyleGANEXError("its frames differ in size; a clip needs one size.")
    return torch.cat(pictures)


def _read_video(path: Path, count: int) -> list[torch.Tensor]:
    from styleganex_core.video.clip import Selection
    from styleganex_core.video.reader import FileClip

    return [frame.to_picture() for frame in FileClip(path).read(Selection(count=count))]


def _crop(name: str, frames: torch.Tensor, reach: int, whole: bool) -> Subject:
    face = select_faces(find_faces(frames[:1]), "largest")[0]
    if whole:
        height, width = (side // 8 * 8 for side in frames.shape[-2:])
        return Subject(name, frames[..., :height, :width], crop_face(frames[:1], face)[1], face)
    place = plan_crop(face, (frames.shape[-2], frames.shape[-1]), reach=reach)
    crops, style_image, _ = crop_face(frames, face, reach=reach)
    points = [apply(invert(place.matrix), x, y) for x, y in face.points]
    return Subject(name, crops, style_image[:1], face_from_points(points))
