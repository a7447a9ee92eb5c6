"""Who may import whom: the table of the house, read from the syntax trees alone."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

import dicom2fhir

PACKAGE = Path(dicom2fhir.__file__).parent

GROUND = {"errors", "attributes", "values", "findings", "problems", "terminology", "config", "body_sites"}
FACTS = GROUND | {"dicom_json_proxy", "ids", "study"}
RESOURCES = FACTS | {"builders", "profiles", "serialized", "transaction", "converted", "models"}

# room: (our rooms it may import, third-party packages it may import, pure)
ROOMS: dict[str, tuple[set[str], set[str], bool]] = {
    "errors": ({"findings"}, set(), True),  # for the types only
    "attributes": (set(), set(), True),
    "values": (set(), {"pytz"}, True),
    "findings": ({"attributes"}, set(), True),
    "problems": ({"findings"}, set(), True),
    "reporting": ({"errors", "findings"}, set(), True),
    "terminology": ({"errors"}, set(), False),  # reads our tables
    "config": ({"errors", "values"}, set(), True),
    "body_sites": ({"errors", "values", "terminology"}, set(), False),  # reads the user's table
    "sources": (GROUND, {"pydicom", "aiofiles"}, False),
    "dicom_json_proxy": (GROUND, {"pydicom"}, True),
    "ids": (GROUND | {"dicom_json_proxy"}, set(), True),
    "study": (GROUND | {"dicom_json_proxy", "ids"}, set(), True),
    "serialized": (set(), {"orjson"}, True),
    "builders": (FACTS | {"serialized"}, set(), True),
    "profiles": (FACTS | {"builders"}, set(), True),
    "transaction": (GROUND | {"ids", "builders"}, set(), True),
    "models": (GROUND | {"study", "builders"}, {"fhir", "pydantic"}, True),
    "converted": (GROUND | {"builders", "serialized", "transaction", "models", "conversion"}, {"fhir"}, True),
    "conversion": (RESOURCES, set(), True),
    "dicom2fhirbundle": (RESOURCES | {"conversion", "reporting"}, {"fhir"}, True),
    "parts": (FACTS, set(), True),
    "streams": (FACTS | {"conversion", "converted", "parts", "sources"}, set(), False),
    "dicom2fhir": (
        FACTS | {"conversion", "converted", "dicom2fhirbundle", "parts", "reporting", "streams", "sources"},
        {"fhir"},
        False,
    ),
    "helpers": ({"ids"}, set(), False),
    "inspection": (FACTS | {"conversion", "converted", "sources", "streams"}, set(), False),
    "cli": (
        FACTS
        | {"conversion", "converted", "serialized", "streams", "parts", "sources", "inspection", "reporting"},
        {"rich", "fhir", "pydantic"},
        False,
    ),
    "__main__": ({"cli"}, set(), False),
    "__init__": (
        {
            "config",
            "conversion",
            "converted",
            "dicom2fhir",
            "dicom2fhirbundle",
            "dicom_json_proxy",
            "errors",
            "findings",
            "ids",
            "terminology",
        },
        set(),
        False,
    ),
}
IMPURE = {
    "asyncio",
    "threading",
    "socket",
    "subprocess",
    "time",
    "random",
    "secrets",
    "multiprocessing",
    "concurrent",
}
STANDARD = sys.stdlib_module_names | {"tomllib"}  # since 3.11; where it is used, it is said what is missing


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """Every module that a file imports, wherever in the file, dotted; relative imports are refused."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: a relative import"
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
    return modules


MODULES = sorted(PACKAGE.rglob("*.py"))


def test_every_room_is_in_the_table_and_on_the_map() -> None:
    rooms = {room_of(path) for path in MODULES}
    assert rooms <= ROOMS.keys()
    assert {room for room in rooms if f"``{room}``" not in str(dicom2fhir.__doc__)} <= {
        "__init__",
        "__main__",
    }


def test_the_map_has_the_rooms_of_the_table_each_above_those_that_it_imports() -> None:
    on_the_map = re.findall(r"^``(\w+)``  +", str(dicom2fhir.__doc__), re.MULTILINE)
    places = {room: place for place, room in enumerate(on_the_map)}
    assert places.keys() == ROOMS.keys() - {"__init__", "__main__"}
    for path in MODULES:
        room = room_of(path)
        targets = {name.split(".")[1] for name in imports_of(path) if name.startswith("dicom2fhir.")}
        targets = (targets & places.keys()) - {room}
        above = {target for target in targets if places[target] < places.get(room, -1)}
        # an old door stands last, and an error carries findings, for whose types it looks up
        assert room == "helpers" or above <= ({"findings"} if room == "errors" else set()), path


@pytest.mark.parametrize("room", ["builders", "cli", "profiles", "sources", "study", "values"])
def test_the_table_of_a_room_names_each_of_its_files(room: str) -> None:
    folder = PACKAGE / room
    files = {
        path.stem for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    table = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))) or ""
    assert set(re.findall(r"^``(\w+)``  +", table, re.MULTILINE)) == files - {"__init__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_what_the_table_allows(path: Path) -> None:
    room = room_of(path)
    ours, theirs, _ = ROOMS[room]
    for name in imports_of(path):
        top, *rest = name.split(".")
        if top == "dicom2fhir":
            target = next((part for part in rest if part in ROOMS), "__init__")
            assert target == room or target in ours or (target == "__init__" and not rest), (
                f"{room} imports {name}"
            )
        else:
            assert top in STANDARD or top in theirs, f"{room} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_pure_room_has_no_clock_no_chance_no_file_and_no_waiting(path: Path) -> None:
    if not ROOMS[room_of(path)][2]:
        return
    names = imports_of(path)
    assert not {name.split(".")[0] for name in names} & IMPURE
    tree = ast.parse(path.read_text("utf-8"))
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not attributes & {"environ", "getenv", "uuid1", "uuid4", "now", "utcnow", "today", "time_ns"}
    assert not any(isinstance(node, (ast.AsyncFunctionDef, ast.Await)) for node in ast.walk(tree))
    assert not attributes & {"open", "read_text", "read_bytes", "write_text", "write_bytes"}
    assert "open" not in {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_the_rooms_do_not_import_each_other_in_a_circle() -> None:
    graph = {
        str(path.relative_to(PACKAGE).with_suffix("")).replace("/", "."): runtime_imports(path)
        for path in MODULES
    }
    state: dict[str, int] = {}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert state.get(name) != 1, f"a circle: {' > '.join((*trail, name))}"
        if name in state or name not in graph:
            return
        state[name] = 1
        for target in graph[name]:
            visit(target, (*trail, name))
        state[name] = 2

    for name in graph:
        visit(name, ())


def runtime_imports(path: Path) -> set[str]:
    """The modules of ours that a file imports when it is loaded: not in functions, not for types alone."""
    modules: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dicom2fhir"):
            base = node.module.removeprefix("dicom2fhir").lstrip(".")
            for alias in node.names:
                inner = f"{base}.{alias.name}".lstrip(".")
                names = (inner, f"{inner}.__init__", base, f"{base}.__init__")
                modules |= {name for name in names if (PACKAGE / f"{name.replace('.', '/')}.py").exists()}
    return modules - {"__init__", str(path.relative_to(PACKAGE).with_suffix("")).replace("/", ".")}


def test_nothing_catches_everything() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                caught = ast.unparse(node.type) if node.type else ""
                assert caught not in {"", "Exception", "BaseException"}, f"{path.name}:{node.lineno}"
