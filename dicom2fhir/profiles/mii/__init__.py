"""The MII pack: the imaging module of the German Medical Informatics Initiative's core data set, release 2026.0.0.

====================  =========================================================================
``extensions``        what extensions are made of: addresses, parts, quantities
``ct`` … ``us``       one file for each modality extension: its URL, its parts, their units
``x_ray``             the exposure, for ``ct`` and ``mg_cr_dx``
``tracer``            the tracer, for ``pt`` and ``nm``
``uptake``            the time between injection and acquisition
``contrast``          whether contrast was given
``slice_thickness``   the slice thickness of a series whose instances are not listed
``instance_details``  spacing, thickness, image type and burned-in annotation of an instance
``restrictions``      the required bindings and narrower references of a series
====================  =========================================================================

Vital signs claim no profile of the module, which has none for them; its extensions ``gewicht`` and ``groesse``
are of the ballot for 2027 and are not made.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from dicom2fhir.attributes import IMAGE, TECHNIQUE, TECHNIQUE_FRAMES, TECHNIQUE_NESTED
from dicom2fhir.builders.orders import reason_texts
from dicom2fhir.profiles.mii.contrast import contrast
from dicom2fhir.profiles.mii.ct import modality_ct
from dicom2fhir.profiles.mii.extensions import address, part
from dicom2fhir.profiles.mii.instance_details import InstanceDetails
from dicom2fhir.profiles.mii.mg_cr_dx import modality_mg_cr_dx
from dicom2fhir.profiles.mii.mr import modality_mr
from dicom2fhir.profiles.mii.nm import modality_nm
from dicom2fhir.profiles.mii.pt import modality_pt
from dicom2fhir.profiles.mii.restrictions import restrict
from dicom2fhir.profiles.mii.slice_thickness import slice_thickness
from dicom2fhir.profiles.mii.us import modality_us

if TYPE_CHECKING:
    from collections.abc import Collection

    from dicom2fhir.builders.context import Context
    from dicom2fhir.builders.datatypes import Json
    from dicom2fhir.builders.entry import Entry
    from dicom2fhir.study.model import Instance, Series, Study

__all__ = ["MiiPack"]

_BY_MODALITY: Final = {
    "CT": modality_ct,
    "MG": modality_mg_cr_dx,
    "CR": modality_mg_cr_dx,
    "DX": modality_mg_cr_dx,
    "MR": modality_mr,
    "PT": modality_pt,
    "NM": modality_nm,
    "US": modality_us,
}


class MiiPack:
    """Says in the words of the module what the base output cannot say, and leaves out what it forbids."""

    name = "mii"
    series_attributes: Collection[str] = tuple(TECHNIQUE)
    instance_attributes: Collection[str] = tuple(IMAGE)
    nested_attributes: Collection[str] = (*TECHNIQUE_NESTED, *TECHNIQUE_FRAMES)

    def __init__(self) -> None:
        self._details = InstanceDetails()

    def series(self, part: Json, series: Series, context: Context) -> Json:
        """A series with the extensions of its modality, within the required bindings.

        >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
        >>> from dicom2fhir.study.model import Series
        >>> series = Series("1.2.3", None, DicomJsonProxy({"00180060": {"vr": "DS", "Value": ["120"]}}), 1)
        >>> part = MiiPack().series({"uid": "1.2.3", "modality": {"code": "CT"}}, series, None)
        >>> [extension["url"] for extension in part["extension"][0]["extension"]]
        ['KVP']
        """
        restrict(part, series.view, context)
        modality, view = part["modality"]["code"], series.view
        of_modality = _BY_MODALITY.get(modality)
        extensions = (
            of_modality(series, context) if of_modality else {},
            contrast(view, modality),
            {} if "instance" in part else slice_thickness(view),
        )
        stated = [extension for extension in extensions if extension]
        if stated:
            part["extension"] = stated
        return part

    def instance(self, part: Json, instance: Instance, series: Series, _context: Context) -> Json:
        """An instance with its details, which it shares with others that say the same."""
        extension = self._details.of(instance.details, series) if instance.details else None
        if extension:
            part["extension"] = [extension]
        return part

    def entries(self, entries: list[Entry], study: Study, _context: Context) -> list[Entry]:
        """The ImagingStudy with its profile and the reason for it as one text, the Devices with theirs.

        A vital sign stays as it is: the module's Observation is for what a radiologist finds.
        """
        self._details.forget()
        return [self._with_profile(entry, study) for entry in entries]

    def _with_profile(self, entry: Entry, study: Study) -> Entry:
        if entry.kind == "Device":
            return replace(entry, resource=_claiming("mii-pr-bildgebung-geraet", entry.resource))
        if entry.kind != "ImagingStudy":
            return entry
        claimed = _claiming("mii-pr-bildgebung-bildgebungsstudie", entry.resource)
        reasons = "; ".join(reason_texts(study.view, [series.view for series in study.series]))
        reason = part(address("mii-ex-bildgebung-bildgebungsgrund"), valueString=reasons)
        return replace(entry, resource={**claimed, "extension": [reason]} if reason else claimed)


def _claiming(profile: str, resource: Json) -> Json:
    """The resource with a profile in its meta, which stands behind its id."""
    first: Json = {name: resource[name] for name in ("resourceType", "id") if name in resource}
    return {**first, "meta": {"profile": [address(profile)]}, **resource}
