"""The front door: folders and streams of DICOM JSON to FHIR Bundles.

Every function takes ``config`` (a nested mapping or a ConvertConfig), ``report`` (a ``Findings`` that collects what was left out,
guessed or in conflict) and ``strict`` (raise ``FindingsError`` at the end when there is any finding).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dicom2fhir.attributes import key_of
from dicom2fhir.config import ConvertConfig
from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle
from dicom2fhir.dicom_json_proxy import DicomJsonProxy
from dicom2fhir.errors import InputTypeError, MissingSourceError, StudyError
from dicom2fhir.findings import Findings, Kind

if TYPE_CHECKING:
    from os import PathLike

    from fhir.resources.R4B.bundle import Bundle

    from dicom2fhir.sources.directory import Skipped

    StrPath = str | PathLike[str]
    DataSet = Mapping[str, Any] | DicomJsonProxy
    Config = Mapping[str, Any] | ConvertConfig | None

__all__ = ["bundles_from_directory", "bundles_from_generator", "from_directory", "from_generator"]
