"""The MII pack: the imaging module of the German Medical Informatics Initiative's core data set, release 2026.0.0.

====================  =========================================================================
``parts``             what extensions are made of: addresses, parts, quantities
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

from typing import TYPE_CHECKING, Final

from dicom2fhir.builders.requests import reason_texts
from dicom2fhir.profiles.mii.contrast import contrast
from dicom2fhir.profiles.mii.ct import modality_ct
from dicom2fhir.profiles.mii.instance_details import InstanceDetails
from dicom2fhir.profiles.mii.mg_cr_dx import modality_mg_cr_dx
from dicom2fhir.profiles.mii.mr import modality_mr
from dicom2fhir.profiles.mii.nm import modality_nm
from dicom2fhir.profiles.mii.parts import address, part
from dicom2fhir.profiles.mii.pt import modality_pt
from dicom2fhir.profiles.mii.restrictions import restrict
from dicom2fhir.profiles.mii.slice_thickness import slice_thickness
from dicom2fhir.profiles.mii.us import modality_us

if TYPE_CHECKING:
    from dicom2fhir.builders.context import Context
    from dicom2fhir.builders.datatypes import Json
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
    """Says in the words of the module what the base output cannot say, and leaves out what it forbids.

    >>> MiiPack().device({"resourceType": "Device"}, None)["meta"]["profile"][0].rpartition("/")[2]
    'mii-pr-bildgebung-geraet'
    """

    name = "mii"

    def __init__(self) -> None:
        self._details = InstanceDetails()

    def imaging_study(self, resource: Json, study: Study, _context: Context) -> Json:
        """The ImagingStudy with its profile, and with the reason for it as one text.

        >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
        >>> from dicom2fhir.study.model import Study
        >>> reason = DicomJsonProxy({"00401002": {"vr": "LO", "Value": ["pain"]}})
        >>> study = MiiPack().imaging_study({"resourceType": "ImagingStudy"}, Study("1.2", reason, []), None)
        >>> study["extension"][0]["valueString"]
        'pain'
        """
        self._details.forget()
        reasons = "; ".join(reason_texts(study.view, [one.view for one in study.series]))
        reason = part(address("mii-ex-bildgebung-bildgebungsgrund"), valueString=reasons)
        claimed = _claiming("mii-pr-bildgebung-bildgebungsstudie", resource)
        return {**claimed, "extension": [reason]} if reason else claimed

    def series(self, part: Json, series: Series, context: Context) -> Json:
        """A series with the extensions of its modality, within the required bindings.

        >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
        >>> from dicom2fhir.study.model import Series
        >>> series = Series("1.2.3", None, DicomJsonProxy({"00180060": {"vr": "DS", "Value": ["120"]}}), 1)
        >>> made = MiiPack().series({"uid": "1.2.3", "modality": {"code": "CT"}}, series, None)
        >>> [one["url"] for one in made["extension"][0]["extension"]]
        ['KVP']
        """
        restrict(part, series.view, context)
        modality, view = part["modality"]["code"], series.view
        of_modality = _BY_MODALITY.get(modality)
        found = (
            of_modality(series, context) if of_modality else {},
            contrast(view, modality),
            {} if "instance" in part else slice_thickness(view),
        )
        extensions = [one for one in found if one]
        if extensions:
            part["extension"] = extensions
        return part

    def instance(self, part: Json, instance: Instance, series: Series, _context: Context) -> Json:
        """An instance with its details, which it shares with others that say the same.

        >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
        >>> from dicom2fhir.study.model import Instance, Series
        >>> details = {"00280301": {"vr": "CS", "Value": ["NO"]}}
        >>> row, series = Instance(1, "1.2.3.1", details=details), Series("1.2.3", None, DicomJsonProxy({}), 1)
        >>> made = MiiPack().instance({"uid": "1.2.3.1"}, row, series, None)
        >>> made["extension"][0]["extension"]
        [{'url': 'burnedInAnnotation', 'valueBoolean': False}]
        """
        found = self._details.of(instance.details, series) if instance.details else None
        if found:
            part["extension"] = [found]
        return part

    def device(self, resource: Json, _context: Context) -> Json:
        """A Device with its profile.

        >>> MiiPack().device({"resourceType": "Device", "id": "7"}, None)["id"]
        '7'
        """
        return _claiming("mii-pr-bildgebung-geraet", resource)

    def observation(self, resource: Json, _context: Context) -> Json:
        """A vital sign as it is: the module's Observation is for what a radiologist finds.

        >>> MiiPack().observation({"resourceType": "Observation"}, None)
        {'resourceType': 'Observation'}
        """
        return resource


def _claiming(profile: str, resource: Json) -> Json:
    """The resource with a profile in its meta, which stands behind its id."""
    first: Json = {name: resource[name] for name in ("resourceType", "id") if name in resource}
    return {**first, "meta": {"profile": [address(profile)]}, **resource}
