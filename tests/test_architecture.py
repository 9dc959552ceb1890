"""The layers that docs/architecture.md shows, enforced: imports only point down."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "styleganex_core"
LAB = ROOT / "styleganex_lab"
NODES = ROOT / "nodes"

# Lowest first; modules of one layer do not import each other, except where a folder imports itself.
LAYERS = [
    {"errors"},
    {"names", "time_left"},
    {"console", "settings"},
    {"datatypes", "edit_ranges", "images", "grammar", "patience", "ranges", "warp", "writing"},
    {"layers"},
    {"networks", "contact_sheet", "alpha"},
    {"checkpoints", "losses"},
    {"crop", "encode", "latents", "composite"},
    {"readers"},
    {"decode"},
    {"pipeline", "tasks", "labelled_vectors", "photo_settings"},
    {"opened_photo"},
    {"photo"},
    {"video"},
    {"demo"},
    {"photo_edit", "first_release"},
    {"__init__", "__main__"},
]
# The lab builds on all of the core, and the core on nothing of the lab.
LAB_LAYERS = [
    {"portraits", "batch"},
    {"training"},
    {"evaluation", "parser"},
    {"__init__", "__main__"},
]
RANKS = {
    package: {name: rank for rank, layer in enumerate(layers) for name in layer}
    for package, layers in ((CORE, LAYERS), (LAB, LAB_LAYERS))
}
PACKAGES = {package.name for package in RANKS}
MODULES = [path for package in RANKS for path in sorted(package.rglob("*.py"))]
OF_NODES = sorted(NODES.rglob("*.py"))
ENGINE = LAB / "batch" / "cluster.py"
# What nodes may do with tensors: types, devices, storage and layout, but nothing with the values.
TORCH_FOR_NODES = {
    "Module", "Tensor", "as_tensor", "device", "empty", "float32", "inference_mode", "nn",
    "no_grad",
}  # fmt: skip
LAYOUT = {
    "clone", "cpu", "expand", "movedim", "nbytes", "numel", "reshape", "to", "untyped_storage",
    "view",
}  # fmt: skip
THIRD_PARTY = {"torch", "numpy", "PIL", "safetensors", "einops", "scipy", "kornia", "av"}


@cache
def tree_of(path: Path) -> ast.Module:
    """What a module's text says; nobody changes it."""
    return ast.parse(path.read_text())


def package_of(path: Path) -> Path:
    """The folder of the package that a module belongs to."""
    return next(package for package in RANKS if package in path.parents)


def part_of(path: Path) -> str:
    """The layer's name that a module belongs to: its folder under its package, or itself."""
    return path.relative_to(package_of(path)).with_suffix("").parts[0]


@cache
def imports_of(path: Path, package: Path) -> list[tuple[str, str]]:
    """(kind, name) of every import: "own" and the part's name, or "outside" and the module's."""
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found += [("outside", alias.name.split(".")[0]) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.append(("outside", (node.module or "").split(".")[0]))
        elif isinstance(node, ast.ImportFrom):
            folder = path.parent
            for _ in range(node.level - 1):
                folder = folder.parent
            names = [node.module] if node.module else [alias.name for alias in node.names]
            for name in names:
                target = folder.joinpath(*name.split("."))
                if package in (target, *target.parents):
                    inner = target.relative_to(package).parts
                    found.append(("own", inner[0] if inner else "__init__"))
                else:
                    found.append(("outside", name))
    return found


def test_imports_point_down():
    wrong = []
    for path in MODULES:
        package, own = package_of(path), part_of(path)
        ranks = RANKS[package]
        assert own in ranks, f"{own} has no layer; add it on purpose"
        for kind, name in imports_of(path, package):
            place = f"{path.relative_to(ROOT)} ({own})"
            if kind == "own" and name != own and ranks[name] >= ranks[own]:
                wrong.append(f"{place} imports {name}, which is no layer below")
            if kind == "outside" and name.startswith("comfy"):
                wrong.append(f"{place} imports ComfyUI")
    assert wrong == []


def test_only_what_comfyui_ships_is_imported():
    import sys

    wrong = []
    for path in MODULES:
        package = package_of(path)
        ours = {"styleganex_core"} if package == LAB else {package.name}
        allowed = THIRD_PARTY | set(sys.stdlib_module_names) | ours
        if path == ENGINE:
            allowed |= {"dask", "distributed"}  # the extra `cluster`
        outside = {name for kind, name in imports_of(path, package) if kind == "outside"}
        wrong += [f"{path.relative_to(ROOT)} imports {name}" for name in sorted(outside - allowed)]
    assert wrong == []


def test_the_core_names_the_lab_only_to_forward_old_commands():
    naming = [path for path in CORE.rglob("*.py") if "styleganex_lab" in path.read_text()]
    assert [path.relative_to(CORE).as_posix() for path in naming] == ["__main__.py"]
    for path in OF_NODES:
        assert "styleganex_lab" not in path.read_text(), f"{path.name} needs the lab"


def test_nodes_take_names_from_the_core_itself():
    for path in OF_NODES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ImportFrom) and "styleganex_core" in (node.module or ""):
                assert node.module == "styleganex_core", f"{path.name}: {node.module}"
                assert node.level == 2, f"{path.name} must import the core relatively"


def is_sliced(node: ast.AST) -> bool:
    """Whether it is what only tensors are: `x[..., :3]`, `x[:, 0]`."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Tuple):
        return False
    return any(isinstance(part, ast.Slice) for part in node.slice.elts)


def maths_in(tree: ast.AST) -> list[str]:
    """Whatever computes with a tensor's values: torch's functions and methods, and arithmetic."""
    import torch

    plain = {name for kind in (str, list, dict, set, tuple, float, Path) for name in dir(kind)}
    maths = set(dir(torch.Tensor)) - plain - LAYOUT
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("torch", "torch.nn"):
            found += [node] * (node.attr not in TORCH_FOR_NODES)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            computed = isinstance(node.func.value, ast.BinOp) and node.func.attr in LAYOUT
            found += [node] * (node.func.attr in maths or computed)
        elif isinstance(node, ast.BinOp):
            found += [node] * (is_sliced(node.left) or is_sliced(node.right))
        elif isinstance(node, ast.Compare):
            found += [node] * any(map(is_sliced, [node.left, *node.comparators]))
    return [f"line {node.lineno}: {ast.unparse(node)}" for node in found]


@pytest.mark.parametrize(
    "code",
    [
        "torch.where(a, b, c)",
        "torch.nn.functional.interpolate(x)",
        "planes.argmax(dim=1)",
        "(after - before).abs()",
        "(sketch * 2 - 1).expand(3)",
        "photo.float() / 255",
        "mask[:, 0] * shown",
        "image[..., :3] == other",
    ],
)
def test_maths_is_recognised(code):
    assert maths_in(ast.parse(code))


def test_nodes_leave_maths_to_the_core():
    found = {str(path.relative_to(ROOT)): maths_in(tree_of(path)) for path in OF_NODES}
    assert {path: maths for path, maths in found.items() if maths} == {}


def test_nothing_evaluates_or_unpickles():
    banned = {"eval", "exec", "compile", "__import__"}
    for path in [*MODULES, *OF_NODES, ROOT / "__init__.py"]:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in banned, f"{path.name} calls {node.func.id}"
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "torch.load":
                options = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
                assert options.get("weights_only") == "True", f"{path.name} unpickles"
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = [alias.name for alias in node.names] + [getattr(node, "module", "") or ""]
                assert not {"pickle", "marshal", "shelve"} & set(names), f"{path.name}: {names}"


def test_modules_stay_small_and_documented():
    wrong = []
    for path in [*MODULES, *OF_NODES]:
        text = path.read_text()
        if text.count("\n") > 300:
            wrong.append(f"{path.relative_to(ROOT)} has over 300 lines; split it")
        if text and not ast.get_docstring(tree_of(path)):
            wrong.append(f"{path.relative_to(ROOT)} says nothing of itself")
    assert wrong == []


def test_unit_tests_lie_where_what_they_test_does():
    """tests/unit/crop is for styleganex_core/crop; lab/ and nodes/ begin with their own names."""
    unit, wrong = ROOT / "tests" / "unit", []
    for folder in {path.parent.relative_to(unit) for path in unit.rglob("test_*.py")}:
        first, *inside = folder.parts or ("",)
        source = {"lab": LAB, "nodes": NODES}.get(first, CORE / first).joinpath(*inside)
        if not source.is_dir():
            wrong.append(f"tests/unit/{folder} mirrors no folder")
    deeper = {path.stem: path.parent for path in [*CORE.glob("*/**/*.py"), *NODES.rglob("*.py")]}
    for path in unit.glob("test_*.py"):
        name = path.stem.removeprefix("test_")
        if name in deeper and not (CORE / f"{name}.py").is_file():
            wrong.append(f"tests/unit/{path.name} belongs with {deeper[name].relative_to(ROOT)}")
    assert wrong == []
