"""What every builder may ask besides the facts: the options, the ids, the coding systems of the data set."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from dicom2fhir.values import is_legal_uid, is_uri

if TYPE_CHECKING:
    from collections.abc import Callable

    from dicom2fhir.body_sites import BodySites
    from dicom2fhir.builders.datatypes import Json
    from dicom2fhir.config import ConvertConfig
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy

__all__ = ["Context"]


@dataclass(frozen=True, slots=True)
class Context:
    """One conversion's options and functions; ``schemes`` is what the data set says of its own coding schemes."""

    config: ConvertConfig
    ids: Callable[[str, DicomJsonProxy, str], str]
    body_site: BodySites
    schemes: dict[str, str]
    status: str | None = None
    """The status of the ImagingStudy, where the caller knows better than the data."""
    practitioners: dict[str, Json] = field(default_factory=dict, repr=False)
    """The Practitioners that were needed on the way, by id."""

    def system(self, designator: str, known: str | None = None) -> str | None:
        """The ``Coding.system`` of a coding scheme designator, if anybody knows it.

        A scheme that DICOM lists is what the configuration says, or the list (``known``); a private one is what the data
        set says of it, or the configuration.

        >>> from dicom2fhir.config import ConvertConfig
        >>> context = Context(ConvertConfig(), lambda *_: "", lambda _: None, {"99ABC": "urn:oid:1.2.3"})
        >>> context.system("LN", "http://loinc.org"), context.system("99ABC"), context.system("99XYZ")
        ('http://loinc.org', 'urn:oid:1.2.3', None)
        """
        configured = self.config.coding_schemes.get(designator)
        return (configured or known) if known else (self.schemes.get(designator) or configured)


def schemes_of(*views: DicomJsonProxy) -> dict[str, str]:
    """The systems that data sets give for their coding schemes (PS3.3 C.12.1); each lists those that it uses."""
    systems: dict[str, str] = {}
    for item in chain.from_iterable(view.items("CodingSchemeIdentificationSequence") for view in views):
        designator, uid, url = (
            item.text("CodingSchemeDesignator"),
            item.text("CodingSchemeUID"),
            item.text("CodingSchemeURL"),
        )
        is_fhir = (item.text("CodingSchemeURLType") or "").upper() == "FHIR"
        by_uid = f"urn:oid:{uid}" if uid and is_legal_uid(uid) else None
        system = url if url and is_fhir and is_uri(url) else by_uid
        if designator and system:
            systems.setdefault(designator, system)
    return systems
