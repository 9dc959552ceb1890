#!/usr/bin/env bash
# All tests: those that share a server, a browser or workers one after another, the rest one process per
# core. Needs the [dev] extra; what cannot run (no ComfyUI, no browser) is skipped and said.
set -uo pipefail
cd "$(dirname "$0")/.."
shared=(tests/browser tests/comfy tests/unit/lab/batch)
own=(tests/comfy/test_batch_memory.py tests/fuzz) # processes of their own
failed=0
python -m pytest "${shared[@]}" "--ignore=${own[0]}" "$@" || failed=1
export OMP_NUM_THREADS=1 # the processes share the cores
python -m pytest -n auto --maxprocesses 4 "${own[@]}" "$@" || failed=1
python -m pytest -n auto --maxprocesses 4 --dist worksteal "${shared[@]/#/--ignore=}" --ignore=tests/fuzz "$@" || failed=1
exit "$failed"
