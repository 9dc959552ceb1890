"""The table of docs/performance.md: ours beside the usual way, as ratios measured in turns.

    python benchmarks/run.py [--rows decode encode live step] [--repeats 5] [--cpu-time]
        [--device cuda] [--all [--photos FOLDER]]

Random weights of the official sizes; only time is measured, after a check that both sides give the
same picture. Each ratio is the median of pairs that ran right after each other, with the smallest
and largest pair. The first line names commit, versions and machine. `--cpu-time` counts the seconds
of this process alone, which tell more on a machine that others use too; give it one thread then.
`--all` also runs the scripts whose rows are of another kind: a clip's frames (`bench_video.py`),
photos a second with one and two workers (`bench_queue.py`) and, with `--photos`, Step II to the
published loop's loss (`bench_refine.py`), with few frames and photos each.
"""

from __future__ import annotations

import argparse
import copy
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

import styleganex_core as sx
from styleganex_core.datatypes import Latents
from styleganex_core.networks import EncoderConfig, GeneratorConfig, Model, ModelConfig
from styleganex_core.networks.precision import arrange_weights, choose_dtype

try:
    from benchmarks import usual
except ImportError:  # started as a file
    import usual


WIDTHS = (512, 512, 512, 512, 512, 256, 128, 64, 32)
ROWS = ("decode", "encode", "live", "step")
Call = Callable[[], object]
Clock = Callable[[], float]


@dataclass(frozen=True)
class Timing:
    """How often each pair runs, by which clock."""

    repeats: int
    clock: Clock


def measure(label: str, base: Call, ours: Call, timing: Timing) -> None:
    """Print a row: both sides' medians, and the ratio pair by pair. Both run once before."""
    base(), ours()
    pairs = []
    for _ in range(timing.repeats):
        seconds = []
        for call in (base, ours):
            start = timing.clock()
            call()
            seconds.append(timing.clock() - start)
        pairs.append(seconds)
    first, second = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
    ratios = [pair[0] / pair[1] for pair in pairs]
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    median = statistics.median(ratios)
    print(f"| {label} | {first:.3f} s | {second:.3f} s | {median:.2f} | {spread} |", flush=True)


def tell_unmeasured(label: str) -> None:
    """A row of what this device does slower, where it only emulates half precision."""
    print(f"| {label} | - | - | slower here than float32 | - |", flush=True)


def check_same(label: str, expected: torch.Tensor, came: torch.Tensor, most: float) -> None:
    error = ((came.float() - expected.float()).abs().mean() / expected.float().std()).item()
    if error > most:
        raise SystemExit(f"{label}: the two sides differ by {error:.1e} of the deviation.")


def half_of(device: torch.device) -> torch.dtype:
    """Half precision as its kind of device multiplies it."""
    return torch.bfloat16 if device.type == "cpu" else torch.float16


def half(model: Model) -> Model | None:
    """A copy in half precision, as `load_model` lays it out; None where the device is slower so."""
    if choose_dtype("fastest", model.device) == torch.float32:
        return None
    small = copy.deepcopy(model).to(half_of(model.device))
    arrange_weights(small)
    return small


def measure_decode(model: Model, timing: Timing) -> None:
    generator, cells, slots = model.generator, 32, model.num_slots
    for batch in (1, 2):
        f = torch.randn(batch, model.feature_channels, cells, cells)
        latents = Latents(f, torch.randn(batch, slots, model.style_dim))
        expected = usual.generate(generator, latents.f, latents.w_plus)
        check_same("decode", expected, sx.decode_latents(model, latents), 1e-5)
        measure(
            f"decode {cells * model.stride}², batch {batch}, float32",
            lambda latents=latents: usual.generate(generator, latents.f, latents.w_plus),
            lambda latents=latents: sx.decode_latents(model, latents),
            timing,
        )
    latents = latents[0]
    small, name = half(model), str(half_of(model.device)).removeprefix("torch.")
    if small is None:
        tell_unmeasured(f"decode {cells * model.stride}², ours in {name}")
        return
    check_same(f"decode in {name}", expected[:1], sx.decode_latents(small, latents), 0.05)
    measure(
        f"decode {cells * model.stride}², ours in {name}",
        lambda: usual.generate(generator, latents.f, latents.w_plus),
        lambda: sx.decode_latents(small, latents),
        timing,
    )


def measure_encode(model: Model, timing: Timing) -> None:
    """The encoder is written as usual; what the two sides share is its convolutions' arithmetic."""
    small, encoder = half(model), model.require_encoder()
    half_name = str(half_of(model.device)).removeprefix("torch.")
    square, wide = torch.rand(1, 3, 256, 256) * 2 - 1, torch.rand(1, 3, 320, 480) * 2 - 1

    def usual_encode(picture: torch.Tensor) -> Latents:
        taps = encoder.extract_taps(picture)
        return Latents(
            encoder.first_layer_feature(taps), model.latent_avg + encoder.style_offsets(taps)
        )

    def usual_all() -> torch.Tensor:
        latents = usual_encode(wide)
        return usual.generate(model.generator, latents.f, latents.w_plus)

    measure(
        "encode 256², float32",
        lambda: usual_encode(square),
        lambda: sx.encode_face(model, square),
        timing,
    )
    if small is None:
        tell_unmeasured(f"encode 256², ours in {half_name}")
    else:
        measure(
            f"encode 256², ours in {half_name}",
            lambda: usual_encode(square),
            lambda: sx.encode_face(small, square),
            timing,
        )
    for name, ours in (("float32", model), (f"ours in {half_name}", small)):
        if ours is None:
            tell_unmeasured(f"encode + decode 320x480, {name}")
            continue
        measure(
            f"encode + decode 320x480, {name}",
            usual_all,
            lambda ours=ours: sx.decode_latents(ours, sx.encode_face(ours, wide)),
            timing,
        )


def measure_live(timing: Timing, large: Model) -> None:
    """A slider moved on the demo, and on a model of the official size."""
    demo, photo = sx.load_demo(device=large.device), sx.example_image("astronaut_portrait")
    latents, vector = sx.encode_face(demo, photo), sx.load_demo_edit("smile")
    measure_changes("demo", demo, latents, vector, timing)
    square = Latents(
        torch.randn(1, large.feature_channels, 32, 32),
        torch.randn(1, large.num_slots, large.style_dim),
    )
    name = f"{large.config.generator.size}² model"
    measure_changes(name, large, square, torch.randn(large.num_slots, large.style_dim), timing)


def measure_changes(
    name: str, model: Model, latents: Latents, vector: torch.Tensor, timing: Timing
) -> None:
    """A change of all layers, and one of those from 8 on, beside a picture drawn anew."""
    latents = latents.to(model.device, model.dtype)
    drawing = sx.decode.HalfCopy().choose(model)  # as the node does
    for layers in ("all", "8-"):
        kept, moved = sx.decode.KeptFeatures(), iter(range(10**6))

        def change(layers=layers, kept=kept, moved=moved) -> torch.Tensor:
            edited = sx.apply_edit_vector(latents, vector, 0.01 * next(moved), layers)
            return sx.decode_preview(drawing, edited, 512, kept=kept)

        measure(
            f"Live Edit, one change, {name}, layers {layers}",
            lambda: usual.generate(model.generator, latents.f, latents.w_plus),
            change,
            timing,
        )


def measure_step(model: Model, timing: Timing) -> None:
    """One step of gradient through the generator at its full size."""
    f = torch.randn(1, model.feature_channels, 32, 32)
    w_plus = torch.randn(1, model.num_slots, model.style_dim)
    variables = [f.requires_grad_(), w_plus.requires_grad_()]

    def step(draw: Callable[..., torch.Tensor]) -> None:
        with torch.enable_grad():
            torch.autograd.grad(draw(f, w_plus).square().mean(), variables)

    measure(
        f"one step of gradient, {model.config.generator.size}²",
        lambda: step(lambda f, w: usual.generate(model.generator, f, w)),
        lambda: step(model.generator),
        timing,
    )


def choose_clock(device: torch.device, *, cpu_time: bool = False) -> Clock:
    """A clock that waits for what the device has been told to do."""
    clock = time.process_time if cpu_time else time.perf_counter
    if device.type != "cuda":
        return clock

    def wait() -> float:
        torch.cuda.synchronize(device)
        return clock()

    return wait


def make_model(size: int, device: torch.device, narrower: int = 1) -> Model:
    """A model with random weights of the official widths, or of so many times narrower ones."""
    widths = tuple(width // narrower for width in WIDTHS[: size.bit_length() - 2])
    generator = GeneratorConfig(size, 512 // narrower, widths)
    slots, style, channels = generator.num_slots, 512 // narrower, widths[0]
    encoder = EncoderConfig(slots, style, channels)
    if narrower > 1:
        stages = (8, 8, 16, 16)
        encoder = EncoderConfig(slots, style, channels, 8, stages, (2, 2, 2, 2), 8)
    model = Model(ModelConfig(generator, encoder)).eval().requires_grad_(False)
    return model.to(device)


def fill_table(model: Model, rows: Sequence[str], timing: Timing) -> None:
    """Print the table; tensors that are made on the way lie on the model's device."""
    print("| work | the usual way | ours | ratio | of the pairs |\n| --- | --- | --- | --- | --- |")
    with torch.device(model.device):
        if "decode" in rows:
            measure_decode(model, timing)
        if "encode" in rows:
            measure_encode(model, timing)
        if "step" in rows:
            measure_step(model, timing)
        if "live" in rows:
            measure_live(timing, model)


def describe() -> str:
    """Commit, versions and machine."""
    root = Path(__file__).parents[1]
    command = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(command, cwd=root, capture_output=True, text=True).stdout.strip()
    return (
        f"commit {commit or 'unknown'}, torch {torch.__version__}, Python "
        f"{platform.python_version()}, {torch.get_num_threads()} threads, "
        f"{torch.backends.cpu.get_cpu_capability()}, {platform.machine()}"
    )


def run_scripts(photos: Path | None) -> None:
    """The rows of other kinds, each printed by its own script with how it was measured."""
    here = Path(__file__).parent
    lines = [["bench_video.py", "--compare", "8"], ["bench_queue.py", "--items", "12"]]
    if photos is not None:
        rows = Path(tempfile.mkdtemp()) / "rows.jsonl"
        refine = ["bench_refine.py", "--rows", str(rows), "--photos", str(photos)]
        lines.append([*refine, "--count", "4", "--side", "128"])
    for script, *arguments in lines:
        print(f"\n## {script} {' '.join(arguments)}\n", flush=True)
        subprocess.run([sys.executable, str(here / script), *arguments], check=True)


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=ROWS)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--size", type=int, default=1024, help="the generator's size, px")
    parser.add_argument("--device", type=torch.device, default=torch.device("cpu"))
    parser.add_argument("--cpu-time", action="store_true", help="CPU seconds, not the clock's")
    parser.add_argument("--all", action="store_true", help="also the rows of the other scripts")
    parser.add_argument("--photos", type=Path, help="aligned photos, for Step II")
    options = parser.parse_args()
    clock = choose_clock(options.device, cpu_time=options.cpu_time)
    print(f"{describe()}\n")
    model = make_model(options.size, options.device)
    fill_table(model, options.rows, Timing(options.repeats, clock))
    if options.all:
        run_scripts(options.photos)


if __name__ == "__main__":
    main()
