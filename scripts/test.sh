#!/usr/bin/env bash
# All tests: those that start servers, browsers and workers one after another, the rest one process per
# core. Needs the [dev] extra; what cannot run (no ComfyUI, no browser) is skipped and said.
set -uo pipefail
cd "$(dirname "$0")/.."
alone=(tests/browser tests/comfy tests/fuzz tests/unit/lab/batch)
failed=0
python -m pytest "${alone[@]}" "$@" || failed=1
export OMP_NUM_THREADS=1 # the processes share the cores
python -m pytest -n auto --dist worksteal "${alone[@]/#/--ignore=}" "$@" || failed=1
exit "$failed"
