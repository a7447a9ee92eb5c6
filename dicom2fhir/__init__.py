"""dicom2fhir: DICOM metadata in, a FHIR R4B transaction Bundle out.

Sources yield DICOM JSON, a proxy reads it, a study collects it, builders say it in FHIR, a bundle carries it::

     folder ┐                                                                        ┌ models (fhir.resources)
     JSON   ├─ sources ─▶ DicomJsonProxy ─▶ study ─▶ builders (+ pack) ─▶ bundle ────┼ JSON bytes
     yours  ┘  (async)      (view)         (facts)     (FHIR JSON)      (transaction) └ NDJSON
              └── edge ──┘└──────────── pure, synchronous, deterministic ──────────┘└─ edge ─┘

====================  =============================================================================================
``dicom2fhir``        the front door: ``from_directory``, ``from_generator`` and their streaming twins
``cli``               the same as a command
``inspection``        what is in a folder, and what a conversion would make of it
``streams``           a source of data sets to studies: all at once, or each as soon as it is complete
``parts``             what a source yields: data sets as they are, or assembled where they were read
``dicom2fhirbundle``  ``Dicom2FHIRBundle``: instances in, one Bundle of all their studies out
``conversion``        what a configuration means, and one study by it: ``Conversion``, ``convert_study``
``converted``         ``Converted``: a study, converted; asked for bytes, plain JSON or a model
``models``            FHIR JSON as models of fhir.resources
``transaction``       resources to one transaction Bundle, each with its request; patients of several studies are one by equal ids
``profiles``          packs, off by default: what a national profile adds or restricts
``builders``          facts to FHIR JSON, one file for each resource
``serialized``        FHIR JSON as bytes
``study``             many data sets to studies: duplicates, order, conflicts, which patient a study is of
``ids``               resource ids: what identifies a resource, hashed
``dicom_json_proxy``  one data set, asked by keyword
``sources``           files and folders to DICOM JSON
``body_sites``        a body part to its SNOMED CT code: the user's own table in front of ours
``terminology``       look-ups in generated tables
``config``            the options
``values``            DICOM text to what FHIR can say: dates, zones, numbers, UIDs, persons' names split
``reporting``         findings on their way into the caller's report, the log, or an error
``problems``          every problem that may be found, with its code
``findings``          what was left out, guessed or in conflict; no patient's value
``attributes``        the DICOM attributes that the mapping reads, and thus the reader keeps
``errors``            the tree of exceptions
``helpers``           an old door, kept because users' documentation names it
====================  =============================================================================================

Each room imports only rooms below it in this table (``tests/test_architecture.py`` has the exact rules).  Importing the package
does no work: the public names are bound when they are first used.

>>> import dicom2fhir
>>> sorted(set(dicom2fhir.__all__) & {"from_directory", "ConvertConfig"})
['ConvertConfig', 'from_directory']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dicom2fhir.config import ConfigWarning, ConvertConfig
    from dicom2fhir.conversion import Conversion, convert_study
    from dicom2fhir.converted import Converted
    from dicom2fhir.dicom2fhir import (
        bundles_from_directory,
        bundles_from_generator,
        collect_directory,
        collect_generator,
        from_directory,
        from_generator,
        json_bundles_from_directory,
        json_bundles_from_generator,
    )
    from dicom2fhir.dicom2fhirbundle import Dicom2FHIRBundle
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    from dicom2fhir.errors import (
        ConfigError,
        Dicom2FhirError,
        EmptyStudyError,
        FindingsError,
        InputTypeError,
        InvalidIdError,
        LateInstanceError,
        MediaDirectoryError,
        MissingSourceError,
        NotDicomError,
        PackError,
        SourceError,
        StudyError,
        TwoPatientsError,
    )
    from dicom2fhir.findings import Finding, Findings, Kind, Problem
    from dicom2fhir.ids import default_id_function
    from dicom2fhir.terminology import Term

__all__ = [
    "ConfigError",
    "ConfigWarning",
    "Conversion",
    "ConvertConfig",
    "Converted",
    "Dicom2FHIRBundle",
    "Dicom2FhirError",
    "DicomJsonProxy",
    "EmptyStudyError",
    "Finding",
    "Findings",
    "FindingsError",
    "InputTypeError",
    "InvalidIdError",
    "Kind",
    "LateInstanceError",
    "MediaDirectoryError",
    "MissingSourceError",
    "NotDicomError",
    "PackError",
    "Problem",
    "SourceError",
    "StudyError",
    "Term",
    "TwoPatientsError",
    "__version__",
    "bundles_from_directory",
    "bundles_from_generator",
    "collect_directory",
    "collect_generator",
    "convert_study",
    "default_id_function",
    "from_directory",
    "from_generator",
    "json_bundles_from_directory",
    "json_bundles_from_generator",
]

_HOMES = {
    "config": ("ConfigWarning", "ConvertConfig"),
    "conversion": ("Conversion", "convert_study"),
    "converted": ("Converted",),
    "dicom2fhir": (
        "bundles_from_directory",
        "bundles_from_generator",
        "collect_directory",
        "collect_generator",
        "from_directory",
        "from_generator",
        "json_bundles_from_directory",
        "json_bundles_from_generator",
    ),
    "dicom2fhirbundle": ("Dicom2FHIRBundle",),
    "dicom_json_proxy": ("DicomJsonProxy",),
    "errors": (
        "ConfigError",
        "Dicom2FhirError",
        "EmptyStudyError",
        "FindingsError",
        "InputTypeError",
        "InvalidIdError",
        "LateInstanceError",
        "MediaDirectoryError",
        "MissingSourceError",
        "NotDicomError",
        "PackError",
        "SourceError",
        "StudyError",
        "TwoPatientsError",
    ),
    "findings": ("Finding", "Findings", "Kind", "Problem"),
    "ids": ("default_id_function",),
    "terminology": ("Term",),
}


def __getattr__(name: str) -> Any:
    """Bind a public name when it is first used."""
    import importlib

    if name == "__version__":
        from importlib.metadata import version

        return version("dicom2fhir")
    home = next((room for room, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module 'dicom2fhir' has no attribute {name!r}")
    return getattr(importlib.import_module(f"dicom2fhir.{home}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
