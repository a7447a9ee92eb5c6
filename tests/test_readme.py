"""The README tells the truth: its code runs, its tables and its sample are what the code says."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from dicom2fhir import config as config_module
from dicom2fhir.config import OPTIONS, ConvertConfig

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
CODE = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


def write_instance(path: Path) -> None:
    instance = Dataset()
    instance.SOPClassUID, instance.SOPInstanceUID = CTImageStorage, "1.2.3.1.1"
    instance.StudyInstanceUID, instance.SeriesInstanceUID = "1.2.3", "1.2.3.1"
    instance.Modality, instance.PatientID = "CT", "EXAMPLE-1"
    instance.file_meta = FileMetaDataset()
    instance.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    instance.save_as(path, enforce_file_format=True)


@pytest.mark.parametrize("code", CODE, ids=range(1, len(CODE) + 1))
def test_the_code_runs_as_it_stands(code: str, tmp_path: Path) -> None:
    (tmp_path / "dicom-files").mkdir()
    write_instance(tmp_path / "dicom-files" / "IM1")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def documentation_of_options() -> dict[str, str]:
    """The string under each field of ConvertConfig."""
    body = ast.parse(inspect.getsource(ConvertConfig)).body[0]
    assert isinstance(body, ast.ClassDef)
    texts = {}
    for field, text in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
        ):
            texts[ast.unparse(field.target)] = str(text.value.value)
    return texts


def table_of_options() -> str:
    documented, defaults = documentation_of_options(), ConvertConfig()
    rows = ["| key | default | what it does |", "|---|---|---|"]
    for option in OPTIONS:
        default = getattr(defaults, option.field)
        shown = f"`{default}`" if default not in (None, "", frozenset(), ()) and default != {} else ""
        alias = f" (also `{option.aliases[0]}`)" if option.aliases else ""
        text = documented[option.field].replace("``", "`").replace("|", "\\|")
        rows.append(f"| `{option.name}`{alias} | {shown} | {text} |")
    return "\n".join(rows)


def expected_readme() -> str:
    text = README.read_text("utf-8")
    sample = (ROOT / "tests" / "golden" / "ct-minimal" / "expected.json").read_text("utf-8")
    text = re.sub(
        r"(<!-- sample: .*? -->\n```json\n).*?```", lambda m: f"{m[1]}{sample}```", text, flags=re.DOTALL
    )
    return re.sub(
        r"<!-- options -->\n.*?(?=\n## )",
        lambda _: f"<!-- options -->\n\n{table_of_options()}\n",
        text,
        flags=re.DOTALL,
    )


def test_the_sample_and_the_options_are_what_the_code_says(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--golden-write"):
        README.write_text(expected_readme(), "utf-8")
    assert README.read_text("utf-8") == expected_readme()


def test_every_option_is_documented_under_its_field() -> None:
    assert {option.field for option in OPTIONS} == documentation_of_options().keys()
    assert inspect.getdoc(config_module)


def test_every_file_that_the_readme_names_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README.read_text("utf-8"))
    assert [link for link in links if not link.startswith("http") and not (ROOT / link).exists()] == []
