"""What GitHub reads: forms and workflows that parse, and name only what is there."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from scripts.make_release import check_tag

yaml = pytest.importorskip("yaml", reason='NO YAML: pip install -e ".[dev]" to check .github')

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".github"
WORKFLOWS = sorted((FOLDER / "workflows").glob("*.yml"))
FORMS = [FOLDER / "ISSUE_TEMPLATE" / name for name in ("bug.yml", "feature.yml")]
SCRIPT = re.compile(r"(?<![\w./-])(?:\.ci/run|(?:scripts|tests)/[\w/]+\.(?:sh|py))")


def read(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps_of(workflow: dict) -> list[dict]:
    return [step for job in workflow["jobs"].values() for step in job.get("steps", [])]


def corners() -> list[dict]:
    """The combinations that CI runs."""
    return read(FOLDER / "workflows" / "ci.yml")["jobs"]["everything"]["strategy"]["matrix"][
        "include"
    ]


@pytest.mark.parametrize(
    "path",
    [*FOLDER.rglob("*.yml"), ROOT / ".pre-commit-config.yaml"],
    ids=lambda path: path.name,
)
def test_it_parses(path):
    assert read(path)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_scripts_that_a_workflow_runs_exist(path):
    runs = [step["run"] for step in steps_of(read(path)) if "run" in step]
    named = [script for run in runs for script in SCRIPT.findall(run)]
    assert named
    for script in named:
        assert (ROOT / script).is_file(), script
        # Windows has no such bit on disk; git does.
        listed = subprocess.run(
            ["git", "ls-files", "--stage", script], cwd=ROOT, capture_output=True, text=True
        ).stdout
        assert script.endswith(".py") or listed.startswith("100755"), f"{script} cannot be run"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_only_read_and_ends_in_time(path):
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        if "uses" in job:
            assert (ROOT / job["uses"]).is_file()
        else:
            assert job["timeout-minutes"] <= 120
    secrets = set(re.findall(r"secrets\.(\w+)", path.read_text(encoding="utf-8")))
    assert secrets <= {"REGISTRY_ACCESS_TOKEN"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_has_a_version(path):
    uses = [step["uses"] for step in steps_of(read(path)) if "uses" in step]
    assert uses
    for action in uses:
        version = r"v\d+" if action.startswith("actions/") else "[0-9a-f]{40}"
        assert re.fullmatch(rf"[\w./-]+@{version}", action), action


def test_publishing_waits_for_a_tag_and_for_everything():
    workflow = read(FOLDER / "workflows" / "publish.yml")
    assert workflow[True] == {"push": {"tags": ["v*"]}}  # YAML 1.1 reads `on` as true
    assert workflow["jobs"]["publish"]["needs"] == "everything"


def test_ci_runs_the_oldest_that_we_promise_and_the_newest():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    comfyui = re.search(r'requires-comfyui = ">=(.+)"', project)
    torch = re.search(r'"torch>=([\d.]+)"', project)
    python = re.search(r'requires-python = ">=(.+)"', project)
    assert comfyui and torch and python
    assert {corner["comfyui"] for corner in corners()} == {f"v{comfyui[1]}", "master"}
    assert {corner["torch"] for corner in corners()} == {
        f"{torch[1]}.0",
        "as-documented",
        "newest",
    }
    pythons = sorted((corner["python"] for corner in corners()), key=lambda text: text.split("."))
    assert pythons[0] == python[1]
    assert set(pythons) == {"3.10", "3.11", "3.12", "3.13"}
    assert {corner["system"] for corner in corners()} == {"ubuntu", "windows", "macos"}


def test_the_check_installs_what_the_readme_says():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- test command -->\n```\n(.+)\n```\n<!-- end -->", readme)
    assert block
    install = block[1].split(" && ")[0]
    runs = [step.get("run", "") for step in steps_of(read(FOLDER / "workflows" / "ci.yml"))]
    assert f"python -m {install}" in runs


@pytest.mark.parametrize(
    ("wanted", "torch"), [("2.6.0", "torch==2.6.0"), ("newest", "torch"), ("", "torch==2.13.0")]
)
def test_ci_run_takes_another_torch(wanted, torch, tmp_path):
    """Up to the command that it would run: the programs it calls are stand-ins that do nothing."""
    for name in ("python", "python3"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 0\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "pip").write_text('#!/bin/sh\necho "pip $*"\nexit 9\n')
    (tmp_path / "pip").chmod(0o755)
    environment = os.environ | {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "TORCH_VERSION": wanted,
        "COMFYUI_DIR": str(tmp_path),
    }
    ran = subprocess.run(
        ["bash", ".ci/run"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 9, ran.stderr
    assert f"pip install {torch} -e .[dev]" in ran.stdout


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_a_form_asks_for_the_log_line(path):
    fields = [field for field in read(path)["body"] if field["type"] != "markdown"]
    logs = [field for field in fields if field["id"] == "log"]
    assert [field["attributes"]["label"] for field in logs] == ["The log line we print"]
    assert logs[0].get("validations", {}).get("required", False) == (path.name == "bug.yml")
    assert len({field["id"] for field in fields}) == len(fields)
    assert all(field["attributes"] for field in fields)


def test_the_pull_request_template_is_five_lines():
    text = (FOLDER / "pull_request_template.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) == 5
    assert "scripts/check.sh" in text


def test_large_files_are_stopped_before_a_commit():
    hooks = {
        hook["id"]: hook
        for repository in read(ROOT / ".pre-commit-config.yaml")["repos"]
        for hook in repository["hooks"]
    }
    assert {"ruff-check", "ruff-format", "trailing-whitespace", "check-toml"} <= set(hooks)
    assert hooks["check-added-large-files"]["args"] == ["--maxkb=1024"]


def test_a_tag_that_does_not_name_the_version_is_refused():
    project = '[project]\nname = "x"\nversion = "1.2.3"\n'
    check_tag("v1.2.3", project)
    for tag in ("1.2.3", "v1.2.4", "v1.2.3.1"):
        with pytest.raises(SystemExit, match=r"version, 1\.2\.3; got"):
            check_tag(tag, project)
