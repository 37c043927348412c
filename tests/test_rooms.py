"""Data flows one way: who may import whom (design.md 2), read from the code itself."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "headway"
EVERYWHERE = {"errors", "units", "toml_file"}
MAY_IMPORT = {
    "record": set(),
    "knowledge": {"record"},
    "ingest": {"record", "knowledge"},
    "derive": {"record", "knowledge"},
    "analyse": {"record"},
    "evidence": {"record", "knowledge", "analyse"},
    "trials": {"record", "knowledge", "analyse"},
    "simulate": {"record", "knowledge"},
    "report": {"record"},
    "study": {"record"},
    "run": {
        "record", "knowledge", "ingest", "derive", "analyse", "evidence", "trials", "simulate", "report",
        "study",
    },
    "cli": {"run", "terminal", "internal_error"},
    "terminal": {"record", "run"},
    "app": {"run"},
    "errors": set(),
    "internal_error": {"__version__"},
    "units": set(),
    "toml_file": set(),
}  # fmt: skip


def room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """The rooms that a file imports, wherever in the file the import stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} if node.module != "headway" else {f"headway.{a.name}" for a in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name.split(".")[1] for name in found if name.startswith("headway.")}


def forbidden(path: Path) -> set[str]:
    return imports(path) - MAY_IMPORT[room(path)] - EVERYWHERE - {room(path), "__version__"}


FILES = sorted(path for path in SOURCE.rglob("*.py") if path.parent != SOURCE or path.name != "__init__.py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_room_imports_only_from_upstream(path):
    assert not forbidden(path), f"{path.relative_to(SOURCE)} imports {', '.join(sorted(forbidden(path)))}"


def test_a_planted_import_against_the_stream_is_found(tmp_path):
    copy = tmp_path / "bad.py"
    copy.write_text("def late():\n    from headway.derive import endpoints\n    return endpoints\n")
    assert imports(copy) - MAY_IMPORT["record"] - EVERYWHERE - {"record"} == {"derive"}
