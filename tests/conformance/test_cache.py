from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import shutil
import sys
import tarfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from tests.conformance import cache, pins

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = pins.Package("some.package", "1.0.0", "")


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """Builds in this test make an empty folder and are counted."""
    builds: list[Path] = []

    def build(folder: Path) -> None:
        folder.mkdir(parents=True)
        builds.append(folder)

    monkeypatch.setenv("DICOM2FHIR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "build", build)
    return builds


def nothing(folder: Path) -> None:
    """Leave the folder as it is."""


def an_archive(**files: object) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        for name, value in files.items():
            data = json.dumps(value).encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return content.getvalue()


def npm_gives(monkeypatch: pytest.MonkeyPatch, folder: Path, content: bytes) -> None:
    def run(_command: list[str], **_options: object) -> str:
        folder.joinpath("a.tgz").write_bytes(content)
        return json.dumps([{"filename": "a.tgz"}])

    monkeypatch.setattr(cache, "run", run)


def test_a_second_run_builds_nothing(built: list[Path]) -> None:
    assert cache.ensure(nothing) == cache.ensure(nothing)
    assert len(built) == 1


def test_an_interrupted_build_leaves_nothing(built: list[Path], tmp_path: Path) -> None:
    def interrupted(_folder: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.ensure(interrupted)
    assert built
    assert not list(tmp_path.joinpath("cache").iterdir())


def test_of_two_builds_at_once_the_first_stays(built: list[Path]) -> None:
    def another_is_faster(_folder: Path) -> None:
        cache.ensure(nothing).joinpath("first").touch()

    assert cache.ensure(another_is_faster).joinpath("first").exists()
    assert len(built) == 2


def test_other_versions_live_in_another_folder(built: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    before = cache.ensure(nothing)
    monkeypatch.setattr(pins, "PACKAGES", (PACKAGE,))
    assert cache.ensure(nothing) != before
    assert len(built) == 2


def test_a_missing_tool_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cache.missing_tools() == "not on the PATH: java, mvn, npm"
    with pytest.raises(cache.FetchError, match="not on the PATH: npm"):
        cache.run(["npm"])


@pytest.mark.parametrize(
    ("modules", "enough"),
    [("java.base@17", False), ("jdk.compiler@11.0.2", False), ("jdk.compiler@21", True)],
)
def test_java_must_be_a_recent_jdk(monkeypatch: pytest.MonkeyPatch, modules: str, enough: bool) -> None:  # noqa: FBT001 - a parameter of the test
    monkeypatch.setattr(shutil, "which", lambda tool: f"/bin/{tool}")
    monkeypatch.setattr(cache, "run", lambda *_command, **_options: modules)
    assert (cache.missing_tools() is None) == enough


def test_a_failing_tool_is_quoted() -> None:
    with pytest.raises(cache.FetchError, match="failed: no luck"):
        cache.run([sys.executable, "-c", "import sys; sys.exit('no luck')"])


def test_a_hanging_tool_is_ended() -> None:
    with pytest.raises(cache.FetchError, match="did not end within"):
        cache.run([sys.executable, "-c", "import threading; threading.Event().wait()"], timeout=0.1)


def test_a_download_is_tried_twice(tmp_path: Path) -> None:
    problems = [cache.FetchError("hiccup")]

    def fetch() -> Path:
        if problems:
            raise problems.pop()
        return tmp_path

    assert cache.twice(fetch) == tmp_path


def test_a_jar_for_its_data_brings_no_others() -> None:
    pom = ET.fromstring(cache.pom_of([pins.VALIDATOR, pins.R4_DEFINITIONS]))  # noqa: S314 - ours
    exclusions = [node.tag.rpartition("}")[2] for node in pom.iter()].count("exclusion")
    assert exclusions == 1


def test_the_jar_for_its_data_is_not_run(tmp_path: Path) -> None:
    lib = tmp_path / "lib"
    lib.mkdir()
    for name in ("a.jar", "b.jar", "fhir-registry-1.jar"):
        lib.joinpath(name).touch()
    assert cache.classpath(tmp_path) == f"{lib / 'a.jar'}{os.pathsep}{lib / 'b.jar'}"


def test_a_package_must_be_the_pinned_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    content = an_archive()
    npm_gives(monkeypatch, tmp_path, content)
    with pytest.raises(cache.FetchError, match="is not the archive that is pinned"):
        cache.fetch_package(PACKAGE, tmp_path)
    pinned = PACKAGE._replace(
        integrity=f"sha512-{base64.b64encode(hashlib.sha512(content).digest()).decode()}"
    )
    assert cache.fetch_package(pinned, tmp_path) == tmp_path / "a.tgz"


def test_a_package_is_unpacked_without_its_wishes_and_its_extras(tmp_path: Path) -> None:
    archive = tmp_path / "a.tgz"
    manifest = {"name": "some.package", "version": "1.0.0", "dependencies": {"other": "2"}}
    files = {
        "package/package.json": manifest,
        "package/A.json": {},
        "package/other/B.json": {},
        "../C.json": {},
    }
    archive.write_bytes(an_archive(**files))
    cache.unpack_package(archive, PACKAGE, tmp_path)
    folder = tmp_path / "some.package#1.0.0" / "package"
    assert sorted(file.name for file in folder.iterdir()) == ["A.json", "package.json"]
    assert json.loads(folder.joinpath("package.json").read_text(encoding="utf-8"))["dependencies"] == {}
