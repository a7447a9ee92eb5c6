"""Fetches what the official validator needs and keeps it, as one folder that is either whole or absent."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from tests.conformance import pins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = [
    "FetchError",
    "build",
    "classpath",
    "ensure",
    "fetch_package",
    "java_options",
    "missing_tools",
    "pom_of",
    "run",
    "twice",
    "unpack_package",
]

_ROOT = Path(__file__).parents[2]
_LAST_OUTPUT = 2000
_MINUTE = 60
_FLAT_JSON = re.compile(r"package/[^/]+\.json")
_IN_REGISTRY = re.compile(r"hl7/fhir/core/package/([^/.][^/]*\.json)")
_JAVA_COMPILER = re.compile(r"jdk\.compiler@(\d+)")
_JAVA_MINIMUM = 17


class FetchError(Exception):
    """A tool is missing or a download failed; says which."""


def missing_tools() -> str | None:
    """Say what of Java (a JDK), Maven and npm is not there; None when nothing is missing."""
    if absent := [tool for tool in ("java", "mvn", "npm") if shutil.which(tool) is None]:
        return f"not on the PATH: {', '.join(absent)}"
    modules = run(["java", "--list-modules"], timeout=_MINUTE)
    compiler = _JAVA_COMPILER.search(modules)
    if compiler is None or int(compiler[1]) < _JAVA_MINIMUM:
        return f"java is not a JDK of version {_JAVA_MINIMUM} or later"
    return None


def run(command: Sequence[str], *, timeout: float = 15 * _MINUTE, cwd: Path | None = None) -> str:
    """Run a tool and give its standard output.

    Raises:
        FetchError: The tool is not there, failed, or took too long.
    """
    program = shutil.which(command[0])
    if program is None:
        message = f"not on the PATH: {command[0]}"
        raise FetchError(message)
    try:
        done = subprocess.run(
            [program, *command[1:]], cwd=cwd, timeout=timeout, capture_output=True, text=True, check=False
        )
    except subprocess.TimeoutExpired as problem:
        message = f"{command[0]} did not end within {timeout:.0f} s"
        raise FetchError(message) from problem
    if done.returncode:
        message = f"{command[0]} failed: {(done.stderr + done.stdout)[-_LAST_OUTPUT:]}"
        raise FetchError(message)
    return done.stdout


def ensure(warm_up: Callable[[Path], object]) -> Path:
    """Give the folder with the validator and its packages, fetched and built if it is not there yet.

    A build works in a folder of its own and is renamed when complete, so an interrupted one leaves nothing half done.
    `warm_up` runs the validator once before that, for it writes an index into each package when it first reads it.

    Raises:
        FetchError: Something could not be fetched.
    """
    parent = Path(os.environ.get("DICOM2FHIR_CACHE") or _ROOT / ".cache" / "conformance")
    target = parent / f"validator-{pins.VALIDATOR.version}-{_fingerprint()}"
    if target.is_dir():
        return target
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="building-", dir=parent, ignore_cleanup_errors=True) as name:
        folder = Path(name) / "whole"
        build(folder)
        warm_up(folder)
        try:
            folder.rename(target)
        except OSError:  # another process was faster
            if not target.is_dir():
                raise
    return target


def classpath(folder: Path) -> str:
    """List the jars to run; the one that is there for its data only is not among them."""
    jars = sorted(folder.joinpath("lib").glob("*.jar"))
    return os.pathsep.join(str(jar) for jar in jars if not jar.name.startswith(pins.R4_DEFINITIONS.artifact))


def java_options(folder: Path) -> list[str]:
    """Keep the process off the network and out of the user's home."""
    return [
        "-Xmx3g",
        "-Duser.language=en",
        f"-Duser.home={folder / 'home'}",
        f"-Dfhir.settings.path={folder / 'settings.json'}",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    ]


def _fingerprint() -> str:
    pinned = repr((pins.DEPENDENCY_PLUGIN, pins.JARS, pins.PACKAGES)) + Path(__file__).read_text(
        encoding="utf-8"
    )
    return hashlib.sha256(pinned.encode()).hexdigest()[:12]


def build(folder: Path) -> None:
    """Fetch all into a folder that is not there yet."""
    packages = folder / "home" / ".fhir" / "packages"
    packages.mkdir(parents=True)
    _write_json(
        folder / "settings.json", {"ignoreDefaultPackageServers": True, "prohibitNetworkAccess": True}
    )
    twice(partial(_fetch_jars, folder))
    for package in pins.PACKAGES:
        archive = twice(partial(fetch_package, package, folder))
        unpack_package(archive, package, packages)
        archive.unlink()
    _unpack_r4(folder / "lib" / f"fhir-registry-{pins.R4_DEFINITIONS.version}.jar", packages)
    # The engine insists on this package of cross-version extensions. Without its content, their use is an error.
    _write_package(
        packages, {"name": "hl7.fhir.xver-extensions", "version": "0.1.0", "fhirVersions": ["4.0.1"]}, ()
    )


def twice(fetch: Callable[[], Path]) -> Path:
    """Fetch something, and once more if that failed."""
    try:
        return fetch()
    except FetchError:  # registries have hiccups
        return fetch()


def _fetch_jars(folder: Path) -> Path:
    lib = folder / "lib"
    folder.joinpath("pom.xml").write_text(pom_of(pins.JARS), encoding="utf-8")
    goal = f"org.apache.maven.plugins:maven-dependency-plugin:{pins.DEPENDENCY_PLUGIN}:copy-dependencies"
    scope = ["-DincludeScope=runtime", f"-DoutputDirectory={lib}"]
    run(["mvn", "--batch-mode", "--quiet", "--strict-checksums", goal, *scope], cwd=folder)
    return lib


def pom_of(jars: Iterable[pins.Jar]) -> str:
    """The Maven project that depends on some jars."""
    bare = "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>"
    dependencies = "".join(
        f"<dependency><groupId>{escape(jar.group)}</groupId><artifactId>{escape(jar.artifact)}</artifactId>"
        f"<version>{escape(jar.version)}</version>{'' if jar.transitive else bare}</dependency>"
        for jar in jars
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>conformance</groupId><artifactId>conformance</artifactId><version>1</version>"
        f"<dependencies>{dependencies}</dependencies></project>"
    )


def fetch_package(package: pins.Package, folder: Path) -> Path:
    """Fetch a package of npm; the answer is its archive in the folder.

    Raises:
        FetchError: It is not the archive that is pinned.
    """
    name = f"{package.name}@{package.version}"
    listing = json.loads(run(["npm", "pack", name, "--json", "--pack-destination", str(folder)], cwd=folder))
    archive = folder / str(listing[0]["filename"])
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if package.integrity != f"sha512-{digest}":
        message = f"{name} is not the archive that is pinned: sha512-{digest}"
        raise FetchError(message)
    return archive


def unpack_package(archive: Path, package: pins.Package, packages: Path) -> None:
    """Put the definitions in an archive where the validator looks for them."""
    with tarfile.open(archive) as tar:
        members = [member for member in tar if member.isfile() and _FLAT_JSON.fullmatch(member.name)]
        files = ((member.name.partition("/")[2], _read(tar, member)) for member in members)
        manifest = json.loads(_read(tar, tar.getmember("package/package.json")))
        # What a package depends on is pinned by us; its own wishes name versions that npm does not have.
        _write_package(packages, {**manifest, "version": package.version, "dependencies": {}}, files)


def _read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = tar.extractfile(member)
    return content.read() if content else b""


def _unpack_r4(jar: Path, packages: Path) -> None:
    with zipfile.ZipFile(jar) as archive:
        matches = (_IN_REGISTRY.fullmatch(name) for name in archive.namelist())
        names = [match for match in matches if match and not match[1].startswith("StructureDefinition-de-")]
        files = ((match[1], archive.read(match[0])) for match in names)
        manifest = {"name": "hl7.fhir.r4.core", "version": "4.0.1", "fhirVersions": ["4.0.1"], "type": "Core"}
        canonical = {"canonical": "http://hl7.org/fhir", "url": "http://hl7.org/fhir/R4"}
        _write_package(packages, {**manifest, **canonical}, files)


def _write_package(
    packages: Path, manifest: Mapping[str, object], files: Iterable[tuple[str, bytes]]
) -> None:
    folder = packages / f"{manifest['name']}#{manifest['version']}" / "package"
    folder.mkdir(parents=True)
    for name, content in files:
        folder.joinpath(name).write_bytes(content)
    _write_json(folder / "package.json", {"tools-version": 3, **manifest})


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")
