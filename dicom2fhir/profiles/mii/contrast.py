"""Whether contrast was given: the extension ``mii-ex-bildgebung-kontrastmittel``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dicom2fhir import terminology
from dicom2fhir.profiles.mii.extensions import extension, part

if TYPE_CHECKING:
    from dicom2fhir.builders.datatypes import Json
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy

__all__ = ["contrast"]

# What people and consoles write into the agent's name to say that there was none.
_NONE: Final = frozenset(
    {
        "NO",
        "NONE",
        "NO CONTRAST",
        "WITHOUT",
        "WITHOUT CONTRAST",
        "OHNE",
        "OHNE KM",
        "OHNE KONTRASTMITTEL",
        "KEIN KM",
        "KEINE",
    }
)


def contrast(view: DicomJsonProxy, modality: str) -> Json:
    """The extension of a series that names an agent, or says there was none; of silence nothing follows.

    A series that acquires no images (a report, a segmentation, a presentation state) has no say in it.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> agent = DicomJsonProxy({"00180010": {"vr": "LO", "Value": ["NONE"]}})
    >>> contrast(agent, "CT")["extension"]
    [{'url': 'contrastBolus', 'valueBoolean': False}]
    >>> contrast(agent, "SR"), contrast(DicomJsonProxy({}), "CT")
    ({}, {})
    """
    if not terminology.is_acquisition_modality(modality):
        return {}
    items = view.items("ContrastBolusAgentSequence")
    names = [item.text("CodeMeaning") or "" for item in items] or view.texts("ContrastBolusAgent")
    given = [name for name in names if " ".join(name.upper().split()).rstrip(".") not in _NONE]
    return extension(
        "mii-ex-bildgebung-kontrastmittel",
        [part("contrastBolus", valueBoolean=bool(given) if names else None), *map(_details, given)],
    )


def _details(name: str) -> Json:
    """The agent by its name: DICOM headers tell of no resource to refer to."""
    return part("contrastBolusDetails", valueReference={"display": name}) if name else {}
