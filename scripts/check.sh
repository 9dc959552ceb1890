#!/usr/bin/env bash
# What a change must pass before a commit: style, types, and the tests that need neither minutes nor a
# ComfyUI, one process per core. .ci/run runs all the rest too. Needs the [dev] extra.
set -euo pipefail
cd "$(dirname "$0")/.."
python -m ruff check .
python -m ruff format --check .
python -m pyright
scripts/check_javascript.sh
export OMP_NUM_THREADS=1 # the processes share the cores
python -m pytest -m "not slow" -n auto --dist worksteal --ignore=tests/comfy --ignore=tests/browser "$@"
