"""What was injected, when and how much: the parts that PET and nuclear medicine have in common."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from dicom2fhir import problems, terminology
from dicom2fhir.builders.codes import codings_of
from dicom2fhir.builders.datatypes import DCM, Json, coding, concept, quantity
from dicom2fhir.profiles.mii.extensions import Measure, measured, part
from dicom2fhir.profiles.mii.uptake import uptake_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from dicom2fhir.builders.context import Context
    from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    from dicom2fhir.study.model import Series
    from dicom2fhir.terminology import Term

__all__ = ["tracer_parts"]

_HALF_LIFE: Final = Measure("radionuclideHalfLife", "Seconds", "s", {"RadionuclideHalfLife": 1})
_DOSE: Final = Measure("radionuclideTotalDose", "", "", {"RadionuclideTotalDose": 1})
_MEGA: Final = 1_000_000
_BECQUEREL_MIN: Final = 100_000
_UNSPECIFIED: Final = "US"  # a Rescale Type that says nothing


def tracer_parts(series: Series, context: Context, *, mega: bool) -> list[Json]:
    """The parts of a series, its dose in Bq or MBq; of several tracers the first is said.

    >>> from dicom2fhir.dicom_json_proxy import DicomJsonProxy
    >>> from dicom2fhir.study.model import Series
    >>> tags = {"00181074": {"vr": "DS", "Value": ["370"]}}
    >>> tracer = DicomJsonProxy({"00540016": {"vr": "SQ", "Value": [tags]}})
    >>> made = tracer_parts(Series("1.2.3", None, tracer, 1), None, mega=True)
    >>> [part["valueQuantity"]["unit"] for part in made if part]
    ['Megabecquerel']
    """
    view = series.view
    tracers = view.items("RadiopharmaceuticalInformationSequence")
    if len(tracers) > 1:
        view.note(problems.SEVERAL_TRACERS, "RadiopharmaceuticalInformationSequence")
    tracer = tracers[0] if tracers else view
    name = tracer.text("Radiopharmaceutical") or view.text("Radiopharmaceutical")
    seconds = uptake_seconds(tracer, series, context)
    uptake = None if seconds is None else Decimal(seconds)
    return [
        part("radiopharmaceutical", valueCodeableConcept=_radiopharmaceutical(tracer, name, context)),
        part("radionuclide", valueCodeableConcept=_radionuclide(tracer, name, context)),
        part("tracerExposureTime", valueQuantity=quantity(uptake, "Seconds", "s")),
        part("units", valueCodeableConcept=_units(view)),
        part("radionuclideTotalDose", valueQuantity=_dose(tracer, mega=mega)),
        *measured(tracer, [_HALF_LIFE]),
    ]


def _radiopharmaceutical(tracer: DicomJsonProxy, name: str | None, context: Context) -> Json:
    for item in tracer.items("RadiopharmaceuticalCodeSequence"):
        coded = _coded(item, terminology.radiopharmaceutical, terminology.radiopharmaceutical_named, context)
        if coded:
            return coded
    return _named(name, terminology.radiopharmaceutical_named(name)) if name else {}


def _radionuclide(tracer: DicomJsonProxy, name: str | None, context: Context) -> Json:
    """The coded nuclide, or the one that the name of the tracer is."""
    for item in tracer.items("RadionuclideCodeSequence"):
        coded = _coded(item, terminology.radionuclide, terminology.radionuclide_named, context)
        if coded:
            return coded
    term = terminology.radionuclide_named(name) if name else None
    return _named(name, term) if term and name else {}


def _coded(
    item: DicomJsonProxy,
    look_up: Callable[[str, str], Term | None],
    look_up_name: Callable[[str], Term | None],
    context: Context,
) -> Json:
    """A coded entry, named as the context group names it; a code of nobody's is joined by that of its meaning.

    The meaning may be missing in old NM objects (PS3.3 C.8.4.10).
    """
    meaning = item.text("CodeMeaning")
    known = look_up(item.text("CodingSchemeDesignator") or "", item.text("CodeValue") or "")
    codings = codings_of(item, context)
    if codings and known and not meaning:
        codings[0] = {**codings[0], "display": known.display}
    if meaning and not any("system" in code for code in codings):
        named = look_up_name(meaning)
        codings += [coding(named)] if named else []
    return _plain(codings, meaning or (known.display if known else None))


def _named(name: str, term: Term | None) -> Json:
    return _plain([coding(term)] if term else [], name)


def _plain(codings: list[Json], text: str | None) -> Json:
    """The concept without the carets that DICOM writes superscripts with.

    DICOM's own code system has them in its displays, which validators compare to the letter; there the text must do.
    """
    plain = [
        {
            name: terminology.plain_meaning(value) if name == "display" else value
            for name, value in code.items()
            if not (name == "display" and code.get("system") == DCM)
        }
        for code in codings
    ]
    return concept(*plain, text=terminology.plain_meaning(text) if text else None)


def _units(view: DicomJsonProxy) -> Json:
    """What the pixels measure, in UCUM when the unit has a code there."""
    rescaled = view.text("RescaleType")
    name = view.text("Units") or (rescaled if rescaled != _UNSPECIFIED else None)
    term = terminology.petunit(name, view.text("SUVType")) if name else None
    return concept(coding(term) if term else {}, text=name)


def _dose(tracer: DicomJsonProxy, *, mega: bool) -> Json:
    """The injected activity.

    DICOM states it in Bq for PET (PS3.3 C.8.9.2), in MBq for nuclear medicine (C.8.4.10.1.7) and for enhanced PET
    (C.8.22.4), and objects mistake one for the other.  The size of the number decides, because nobody is
    given less than 0.1 MBq or more than 100 GBq; where it contradicts the rule for the modality, that is noted.
    """
    number = _DOSE.quantity(tracer).get("value")
    if number == 0:
        tracer.note(problems.ZERO, "RadionuclideTotalDose")
    if not number:
        return {}
    is_mega = number < _BECQUEREL_MIN
    if is_mega is not mega:
        taken_as = problems.TAKEN_AS_MEGABECQUEREL if is_mega else problems.TAKEN_AS_BECQUEREL
        tracer.note(taken_as, "RadionuclideTotalDose")
        number = number * _MEGA if is_mega else number / _MEGA
    return quantity(number, "Megabecquerel", "MBq") if mega else quantity(number, "Becquerel", "Bq")
