"""The prepared script for a GPU: checks what only a device can show, then fills the table on it.

    python benchmarks/device.py [--device cuda] [--size 1024] [--repeats 5] [--out device.md]
        [--narrower 1]

Checks, each a line that says what was found: a model moved to the device and back draws as before;
float16 errs by at most 1/255 of the picture's range on the bundled model (bfloat16, which has
an eighth of its digits, by twice that); a batch that does
not fit is halved until it does, and the device's memory is free afterwards; on CUDA, a decode that
is replayed as a graph shows the same picture, and how long it takes. Then the rows of `run.py`.
A failed check ends the script with code 1, after the table. `--narrower 16` and `--size 64` try the
script itself anywhere in seconds; their numbers mean nothing. Moving models between ComfyUI's
devices is checked by tests/comfy, in a ComfyUI that has the device.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

import styleganex_core as sx
from styleganex_core.datatypes import join_latents
from styleganex_core.networks import Model
from styleganex_core.patience import Halving

try:
    from benchmarks import run
except ImportError:  # started as a file
    import run

SAME = 1e-3  # of the deviation, mean: between devices, which add up in other orders
LEVEL = 2 / 255  # 1/255 of the range from -1 to 1
MOST_LEVELS = {torch.float16: 1.0, torch.bfloat16: 2.0}  # mean error of half precision
PICTURES = 16  # of the batch that is too large
SPARE = 2  # times a quarter of what the batch took is what it gets

Finding = tuple[bool, str]


def check_moves(model: Model, device: torch.device) -> Finding:
    """A model moved to the device and back."""
    latents = sx.sample_latents(model, 1)
    before = sx.decode_latents(model, latents)
    there = sx.decode_latents(model.to(device), latents)
    back = sx.decode_latents(model.to("cpu"), latents)
    error = ((there.cpu() - before).abs().mean() / before.std()).item()
    fine = there.device.type == device.type and error < SAME and torch.equal(back, before)
    return fine, f"moved to {device} and back: differs by {error:.1e} of the deviation there"


def check_half(device: torch.device) -> Finding:
    """The bundled model in half precision: what it draws of a photo, and how far it is off."""
    kind = run.half_of(device)
    photo = sx.example_image("astronaut_face")
    whole, half = (sx.load_demo(device=device, dtype=dtype) for dtype in (torch.float32, kind))
    expected = sx.decode_latents(whole, sx.encode_face(whole, photo)).cpu()
    came = sx.decode_latents(half, sx.encode_face(half, photo)).float().cpu()
    error = (came - expected).abs().mean().item() / LEVEL
    fine = bool(came.isfinite().all()) and error <= MOST_LEVELS[kind]
    return fine, f"{kind}: off by {error:.2f} of 255 levels in the mean"


def check_memory(model: Model, device: torch.device) -> Finding:
    """A batch in less memory than it needs: drawn in parts, and the same."""
    latents = join_latents([sx.sample_latents(model, seed) for seed in range(PICTURES)])
    latents, tried = latents.to(device), []

    def draw(rows: slice) -> list[torch.Tensor]:
        tried.append(rows.stop - rows.start)
        if device.type != "cuda" and tried[-1] > PICTURES // 4:
            raise torch.OutOfMemoryError("out of memory, said for a try")
        return [sx.decode_latents(model, latents[rows]).cpu()]

    expected = torch.cat([sx.decode_latents(model, latents[n]).cpu() for n in range(PICTURES)])
    with _little_memory(device, lambda: sx.decode_latents(model, latents)):
        halving = Halving(PICTURES, "drawing", lambda: _free(device))
        parts = [part for found in halving.run(draw, PICTURES) for part in found]
    error = ((torch.cat(parts) - expected).abs().mean() / expected.std()).item()
    fine = len(tried) > len(parts) and error < SAME
    return fine, f"{PICTURES} pictures in too little memory: tried {tried}, off by {error:.1e}"


@contextlib.contextmanager
def _little_memory(device: torch.device, draw: Callable[[], object]) -> Iterator[None]:
    """On CUDA, leave this process about half of what `draw` takes."""
    if device.type != "cuda":
        yield
        return
    _free(device)
    torch.cuda.reset_peak_memory_stats(device)
    held = torch.cuda.memory_allocated(device)
    draw()
    peak = torch.cuda.max_memory_allocated(device)
    _free(device)
    total = torch.cuda.get_device_properties(device).total_memory
    torch.cuda.set_per_process_memory_fraction((held + (peak - held) / SPARE) / total, device)
    try:
        yield
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0, device)


def _free(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.empty_cache()


def check_graph(model: Model, device: torch.device, timing: run.Timing) -> Finding:
    """A decode recorded as a CUDA graph and replayed with other styles, and both times."""
    if device.type != "cuda":
        return True, "CUDA graphs: not on this device"
    latents, other = (sx.sample_latents(model, seed).to(device) for seed in (1, 2))
    f, w_plus = latents.f.clone(), latents.w_plus.clone()
    stream = torch.cuda.Stream(device)
    with torch.cuda.stream(stream):  # warm up, as recording needs it
        for _ in range(3):
            model.generator(f, w_plus)
    torch.cuda.current_stream(device).wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        picture = model.generator(f, w_plus)
    w_plus.copy_(other.w_plus)
    graph.replay()
    expected = model.generator(f, w_plus)
    error = ((picture - expected).abs().mean() / expected.std()).item()
    seconds = []
    for call in (lambda: model.generator(f, w_plus), graph.replay):
        took = []
        for _ in range(timing.repeats):
            start = timing.clock()
            call()
            took.append(timing.clock() - start)
        seconds.append(1000 * statistics.median(took))
    plain, replayed = seconds
    said = f"decode {plain:.1f} ms, replayed as a CUDA graph {replayed:.1f} ms, off by {error:.1e}"
    return error < SAME, said


@torch.no_grad()
def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", type=torch.device, default=torch.device("cuda"))
    parser.add_argument("--size", type=int, default=1024, help="the generator's size, px")
    parser.add_argument("--rows", nargs="+", choices=run.ROWS, default=run.ROWS)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--narrower", type=int, default=1, help="1: the official widths")
    parser.add_argument("--out", type=Path, help="a file for what is printed, too")
    options = parser.parse_args(arguments)
    device, said = options.device, io.StringIO()
    timing = run.Timing(options.repeats, run.choose_clock(device))
    model = run.make_model(options.size, torch.device("cpu"), options.narrower)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
    findings = [check_moves(model, device), check_half(device)]
    model = model.to(device)
    findings += [check_memory(model, device), check_graph(model, device, timing)]
    with contextlib.redirect_stdout(said):
        print(f"{run.describe()}, {name}\n")
        for fine, what in findings:
            print(f"- {'fine' if fine else 'WRONG'}: {what}")
        print()
        run.fill_table(model, options.rows, timing)
    print(said.getvalue())
    if options.out:
        options.out.write_text(said.getvalue(), encoding="utf-8")
    return 0 if all(fine for fine, _ in findings) else 1


if __name__ == "__main__":
    raise SystemExit(main())
