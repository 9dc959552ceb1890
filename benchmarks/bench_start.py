"""How long a newcomer waits: from the start of a ComfyUI to the first picture of a graph.

    python benchmarks/bench_start.py [--graph start-here] [--repeats 1] [--threads N]

Starts ComfyUI (COMFYUI_DIR and COMFYUI_PYTHON as in the tests) with this pack, sends a graph of
`workflows/api`, waits for its result, sends it once more with another strength, and stops the
server. Prints seconds by the clock and, where the system tells them, the server's CPU seconds,
which say more on a busy machine: until the server answers, from then to the first picture, both
together, and the second run. A server that has written its bytecode starts sooner, so the first
line may differ from the others.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "comfy")]  # the tests know how a server is started


def cpu_seconds(process: int) -> float:
    """CPU seconds of a process, all its threads; not a number where the system does not tell."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.is_file():
        return math.nan
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def measure(graph: dict[str, dict]) -> list[tuple[float, float]]:
    """Seconds by the clock and of the CPU: until the server answers, from then to the first
    picture, both, and for a run with another edit.
    """
    import conftest  # pyright: ignore[reportMissingImports]

    with tempfile.TemporaryDirectory() as folder:
        times = [(time.perf_counter(), 0.0)]
        with conftest.run_server(Path(folder)) as server:
            process = server.process.pid
            times.append((time.perf_counter(), cpu_seconds(process)))
            for strengths in (None, "smile: 1.5"):
                for node in graph.values():
                    if strengths and "strengths" in node["inputs"]:
                        node["inputs"]["strengths"] = strengths
                run_once(server, graph)
                times.append((time.perf_counter(), cpu_seconds(process)))
    spans = ((0, 1), (1, 2), (0, 2), (2, 3))
    return [(times[b][0] - times[a][0], times[b][1] - times[a][1]) for a, b in spans]


def run_once(server: Any, graph: dict[str, dict]) -> None:
    result = server.run(graph)
    if result.error:
        raise SystemExit(f"The graph failed: {result.error}")
    if not any(output.get("images") for output in result.outputs.values()):
        raise SystemExit("The graph made no picture.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graph", default="start-here", help="of workflows/api")
    parser.add_argument("--repeats", type=int, default=1, help="servers that are started")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    path = ROOT / "workflows" / "api" / f"{options.graph}.json"
    print(f"{options.graph}, {options.threads} threads, load {os.getloadavg()[0]:.1f}")
    print("| until the server answers | then to the first picture | both | another edit |")
    print("| --- | --- | --- | --- |")
    for _ in range(options.repeats):
        spans = measure(json.loads(path.read_text()))
        cells = (f"{clock:.1f} s ({cpu:.1f} CPU s)" for clock, cpu in spans)
        print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
