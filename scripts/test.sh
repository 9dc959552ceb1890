#!/usr/bin/env bash
# All tests. The browser's run beside all others: first those that share a server or workers, one after
# another, then the rest in one process per core. Needs the [dev] extra; what cannot run (no ComfyUI, no
# browser) is skipped and said.
set -uo pipefail
cd "$(dirname "$0")/.."
served=(tests/comfy tests/unit/lab/batch)
own=(tests/comfy/test_batch_memory.py tests/fuzz) # processes of their own
failed=0
export OMP_NUM_THREADS=1 # the processes share the cores

said=$(mktemp)
python -m pytest tests/browser "$@" >"$said" 2>&1 &
browser=$!
trap 'kill "$browser" 2>/dev/null; rm -f "$said"' EXIT

python -m pytest "${served[@]}" "--ignore=${own[0]}" "$@" || failed=1
python -m pytest -n auto --maxprocesses 4 "${own[@]}" "$@" || failed=1
python -m pytest -n auto --maxprocesses 4 --dist worksteal --ignore=tests/browser --ignore=tests/fuzz "${served[@]/#/--ignore=}" "$@" || failed=1

wait "$browser" || failed=1
cat "$said"
exit "$failed"
