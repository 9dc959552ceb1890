#!/usr/bin/env bash
# All tests. The browser's and, behind them, those that start processes of their own run beside all others:
# first those that share a server or workers, one after another, then the rest in one process per core. Needs
# the [dev] extra; what cannot run (no ComfyUI, no browser) is skipped and said.
set -uo pipefail
cd "$(dirname "$0")/.."
served=(tests/comfy tests/unit/lab/batch)
own=(tests/comfy/test_batch_memory.py tests/fuzz) # processes of their own
failed=0
export OMP_NUM_THREADS=1 # the processes share the cores

said=$(mktemp)
set -m # a process group of its own, to be killed whole
{
  python -m pytest tests/browser "$@"
  browser=$?
  python -m pytest -n 1 "${own[@]}" "$@" && exit "$browser"
} >"$said" 2>&1 &
beside=$!
set +m
trap 'kill -- "-$beside" 2>/dev/null; rm -f "$said"' EXIT

python -m pytest "${served[@]}" "--ignore=${own[0]}" "$@" || failed=1
python -m pytest -n auto --maxprocesses 4 --dist worksteal --ignore=tests/browser --ignore=tests/fuzz "${served[@]/#/--ignore=}" "$@" || failed=1

wait "$beside" || failed=1
cat "$said"
exit "$failed"
