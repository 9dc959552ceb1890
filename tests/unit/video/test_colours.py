"""Colours of every kind of file are read as they are meant, and a copy's tags tell the truth."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from styleganex_core import FileClip, Selection, StyleGANEXError, write_clip

av = pytest.importorskip("av", reason="reads and writes video files with PyAV")

SIZE = (32, 48)
# Kr and Kb of the matrices, by ffmpeg's codes; 2 says nothing and means BT.601 to the reader.
MATRICES = {1: (0.2126, 0.0722), 2: (0.299, 0.114), 4: (0.30, 0.11), 5: (0.299, 0.114)}
MATRICES |= {6: (0.299, 0.114), 7: (0.212, 0.087), 9: (0.2627, 0.0593)}
PATCHES = [(0, 0, 0), (255, 255, 255), (128, 128, 128), (200, 60, 50), (60, 180, 70)]
PATCHES += [(50, 70, 200), (225, 172, 140), (90, 60, 45)]  # also two skins
SDR_CURVES = (1, 2, 6, 13, 14)
PQ, HLG = 16, 18
LEVELS = 2


def to_planes(rgb: np.ndarray, space: int, full: bool, depth: int) -> list[np.ndarray]:
    """Luma and both chromas in whole levels of a signal [H, W, 3] in 0..1; the formula of H.273."""
    kr, kb = MATRICES[space]
    y = rgb @ np.array([kr, 1 - kr - kb, kb])
    cb, cr = (rgb[..., 2] - y) / (2 - 2 * kb), (rgb[..., 0] - y) / (2 - 2 * kr)
    unit, top = 1 << (depth - 8), (1 << depth) - 1
    if full:
        planes = [y * top, cb * top + (top + 1) / 2, cr * top + (top + 1) / 2]
    else:
        planes = [(219 * y + 16) * unit, (224 * cb + 128) * unit, (224 * cr + 128) * unit]
    return [np.clip(np.round(plane), 0, top).astype(np.uint16) for plane in planes]


def from_planes(planes: list[np.ndarray], space: int, full: bool) -> np.ndarray:
    """The 8-bit signal [H, W, 3] that 8-bit planes mean by their tags."""
    y, cb, cr = (plane.astype(float) for plane in planes)
    if full:
        y, cb, cr = y / 255, (cb - 128) / 255, (cr - 128) / 255
    else:
        y, cb, cr = (y - 16) / 219, (cb - 128) / 224, (cr - 128) / 224
    kr, kb = MATRICES[space]
    red, blue = y + (2 - 2 * kr) * cr, y + (2 - 2 * kb) * cb
    green = (y - kr * red - kb * blue) / (1 - kr - kb)
    return np.stack([red, green, blue], -1).clip(0, 1) * 255


def plane_of(frame, index: int) -> np.ndarray:
    plane = frame.planes[index]
    rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width]


def fill(frame, planes: list[np.ndarray], depth: int) -> None:
    for plane, values in zip(frame.planes, planes, strict=True):
        wide = values.astype("<u2" if depth > 8 else np.uint8)
        rows = np.zeros((plane.height, plane.line_size), np.uint8)
        data = np.ascontiguousarray(wide).view(np.uint8).reshape(plane.height, -1)
        rows[:, : data.shape[1]] = data
        plane.update(rows.tobytes())


def make(path: Path, signals, name: str, planes_of, codec="ffv1", **tags: int) -> Path:
    """A file with a frame of one colour per signal (three numbers in 0..1)."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream(codec, rate=24)
        stream.height, stream.width, stream.pix_fmt = *SIZE, name
        context = stream.codec_context
        context.colorspace, context.color_range = tags["space"], tags["range"]
        context.color_trc, context.color_primaries = tags["transfer"], tags["primaries"]
        for index, signal in enumerate(signals):
            frame = av.VideoFrame(SIZE[1], SIZE[0], name)
            planes_of(frame, np.broadcast_to(np.asarray(signal, float), (*SIZE, 3)))
            frame.colorspace, frame.color_range = tags["space"], tags["range"]
            frame.color_trc, frame.color_primaries = tags["transfer"], tags["primaries"]
            frame.pts, frame.time_base = index, Fraction(1, 24)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def read(path: Path) -> list[np.ndarray]:
    """The middle colour of every frame."""
    frames = FileClip(path).read(Selection())
    return [frame.image[SIZE[0] // 2, SIZE[1] // 2].numpy().astype(float) for frame in frames]


def read_by_tags(path: Path) -> list[np.ndarray]:
    """The same of an 8-bit file by the formula that its tags name, without our reader."""
    found = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            assert frame.format.name in ("yuv420p", "yuvj420p")
            space = int(frame.colorspace)
            full = int(frame.color_range) == 2
            assert space in MATRICES and int(frame.color_trc) not in (PQ, HLG)
            planes = [plane_of(frame, n)[2:3, 2:3] for n in range(3)]
            found.append(from_planes(planes, space, full)[0, 0])
    return found


def check(source: Path, expected: list[tuple[float, ...]], tmp_path: Path) -> None:
    came = read(source)
    for colour, wanted in zip(came, expected, strict=True):
        assert np.abs(colour - wanted).max() <= LEVELS, (colour, wanted)
    write_clip(FileClip(source), tmp_path / "copy.mp4", quality=2)
    for again in (read(tmp_path / "copy.mp4"), read_by_tags(tmp_path / "copy.mp4")):
        for colour, wanted in zip(again, came, strict=True):
            assert np.abs(colour - wanted).max() <= LEVELS, (colour, wanted)


def yuv(space: int, full: bool, depth: int, shared: tuple[int, int]):
    """A function that fills a frame of luma and chroma; `shared`: px per chroma px."""

    def planes_of(frame, rgb: np.ndarray) -> None:
        y, cb, cr = to_planes(rgb, space, full, depth)
        down, across = shared
        fill(frame, [y, cb[::down, ::across], cr[::down, ::across]], depth)

    return planes_of


@pytest.mark.parametrize("depth", [8, 10])
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("space", sorted(MATRICES))
def test_ordinary_files_come_back(tmp_path, space, full, depth):
    signals = [np.array(patch) / 255 for patch in PATCHES]
    kinds = {"420": (2, 2), "422": (1, 2), "444": (1, 1)}
    for (chroma, shared), transfer in zip(kinds.items(), SDR_CURVES, strict=False):
        name = f"yuv{chroma}p{'10le' if depth == 10 else ''}"
        source = make(
            tmp_path / f"{chroma}.mkv",
            signals,
            name,
            yuv(space, full, depth, shared),
            space=space,
            range=2 if full else 1,
            transfer=transfer,
            primaries=9 if space == 9 else 1,
        )
        check(source, PATCHES, tmp_path)
        with av.open(str(tmp_path / "copy.mp4")) as copy:
            frame = next(copy.decode(video=0))
            assert (int(frame.colorspace), int(frame.color_trc)) == (space, transfer)


def rgb_planes(name: str):
    """A function that fills a frame of red, green and blue."""
    depth = int(name.removesuffix("le")[4:] or 8) if name.startswith("gbrp") else 8

    def planes_of(frame, rgb: np.ndarray) -> None:
        values = np.round(rgb * ((1 << depth) - 1)).astype(np.uint16)
        red, green, blue = (values[..., n] for n in range(3))
        if name.startswith("gbrp"):
            fill(frame, [green, blue, red], depth)
            return
        order = {"r": red, "g": green, "b": blue, "0": red * 0, "a": red * 0 + 255}
        letters = [letter for letter in name.removesuffix("24") if letter in order]
        fill(frame, [np.stack([order[letter] for letter in letters], -1).reshape(SIZE[0], -1)], 8)

    return planes_of


@pytest.mark.parametrize(
    ("codec", "name", "suffix"),
    [
        ("ffv1", "bgr0", "mkv"),
        ("ffv1", "bgra", "mkv"),
        ("ffv1", "gbrp10le", "mkv"),
        ("ffv1", "gbrp12le", "mkv"),
        ("libx264rgb", "rgb24", "mkv"),
        ("libvpx-vp9", "gbrp", "webm"),
        ("png", "rgb24", "mov"),
        ("png", "rgba", "mov"),
        ("qtrle", "rgb24", "mov"),
    ],
)
def test_rgb_files_come_back_and_are_not_called_rgb(tmp_path, codec, name, suffix):
    if codec not in av.codecs_available:
        pytest.skip(f"this PyAV writes no {codec}")
    signals = [np.array(patch) / 255 for patch in PATCHES]
    source = make(
        tmp_path / f"rgb.{suffix}", signals, name, rgb_planes(name), codec,
        space=0, range=2, transfer=13, primaries=1,
    )  # fmt: skip
    check(source, PATCHES, tmp_path)


def light_to_signal(nits: np.ndarray, transfer: int) -> np.ndarray:
    """The HDR signal of light [3] in cd/m2 on a screen of 1000 cd/m2, by BT.2100's formulas."""
    if transfer == PQ:
        m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
        y = (nits / 10_000) ** m1
        return ((c1 + c2 * y) / (1 + c3 * y)) ** m2
    display = nits / 1000
    luma = display @ np.array([0.2627, 0.6780, 0.0593])
    scene = display * luma ** (1 / 1.2 - 1) if luma else display
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(
        scene <= 1 / 12, np.sqrt(3 * scene), a * np.log(np.maximum(12 * scene - b, 1e-9)) + c
    )


def srgb_light(levels) -> np.ndarray:
    signal = np.asarray(levels, float) / 255
    return np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)


TO_2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])


@pytest.mark.parametrize(("transfer", "full"), list(itertools.product((PQ, HLG), (False, True))))
def test_hdr_is_read_as_a_usual_screen_shows_it(tmp_path, transfer, full):
    signals = [light_to_signal(TO_2020 @ srgb_light(patch) * 203, transfer) for patch in PATCHES]
    source = make(
        tmp_path / "hdr.mkv", signals, "yuv420p10le", yuv(9, full, 10, (2, 2)),
        space=9, range=2 if full else 1, transfer=transfer, primaries=9,
    )  # fmt: skip
    came = read(source)
    assert min(came[1]) >= 253, "white is white"
    for colour, wanted in zip(came, PATCHES, strict=True):
        assert np.abs(colour - wanted).max() <= 4, (colour, wanted)
    check(source, [tuple(colour) for colour in came], tmp_path)
    with av.open(str(tmp_path / "copy.mp4")) as copy:
        frame = next(copy.decode(video=0))
        tags = (int(frame.colorspace), int(frame.color_primaries), int(frame.color_trc))
        assert tags == (1, 1, 1)


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_what_is_brighter_than_white_keeps_its_hue(tmp_path, transfer):
    signals = [light_to_signal(TO_2020 @ np.array([900.0, 450.0, 90.0]), transfer)]
    source = make(
        tmp_path / "hdr.mkv", signals, "yuv444p10le", yuv(9, False, 10, (1, 1)),
        space=9, range=1, transfer=transfer, primaries=9,
    )  # fmt: skip
    light = srgb_light(read(source)[0])
    assert light[0] > 0.97
    np.testing.assert_allclose(light / light[0], [1, 0.5, 0.1], atol=0.03)


def test_a_matrix_that_is_not_read_is_refused_by_name(tmp_path):
    source = make(
        tmp_path / "other.mkv", [np.full(3, 0.5)], "yuv444p", yuv(1, False, 8, (1, 1)),
        space=8, range=1, transfer=1, primaries=1,
    )  # fmt: skip
    with pytest.raises(StyleGANEXError, match="YCgCo"):
        FileClip(source)
