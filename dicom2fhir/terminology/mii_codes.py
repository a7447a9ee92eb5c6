"""The code systems of the MII module for imaging (2026.0.0), and which DICOM values they stand for."""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING

from dicom2fhir.terminology.table import Term, code_string

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "image_type_codes",
    "scanning_sequence",
    "scanning_sequence_variant",
    "series_type_code",
    "transducer_type",
    "ultrasound_modes",
]

_BASE = "https://www.medizininformatik-initiative.de/fhir/ext/modul-bildgebung/CodeSystem/mii-cs-bildgebung-"

# Displays are those of the published code systems to the letter, "Substract" included: validators compare them.
_PIXEL_DATA = {"ORIGINAL": "identifies an original image", "DERIVED": "identifies an derived image"}
_EXAMINATION = {"PRIMARY": "identifies a primary image", "SECONDARY": "identifies a secondary image"}
_ULTRASOUND_MODES = {
    "0001": "2D Imaging",
    "0002": "M-Mode",
    "0004": "CW Doppler",
    "0008": "PW Doppler",
    "0010": "Color Doppler",
    "0020": "Color M-Mode",
    "0040": "3D Rendering",
    "0100": "Color Power Mode",
    "0200": "Tissue Characterization",
    "0400": "Spatially-related frames",
}
_ULTRASOUND_REGIONS = (
    "ABDOMINAL",
    "BREAST",
    "CHEST",
    "ENDOCAVITARY",
    "ENDORECTAL",
    "ENDOVAGINAL",
    "EPICARDIAL",
    "FETAL HEART",
    "GYNECOLOGY",
    "INTRACARDIAC",
    "INTRAOPERATIVE",
    "INTRAVASCULAR",
    "MUSCULOSKELETAL",
    "NEONATAL HEAD",
    "OBSTETRICAL",
    "OPHTHALMIC",
    "PEDIATRIC",
    "PELVIC",
    "RETROPERITONEAL",
    "SCROTAL",
    "SMALL PARTS",
    "TEE",
    "THYROID",
    "TRANSCRANIAL",
    "TTE",
    "US BIOPSY",
    "VASCULAR",
)
_BY_MODALITY: Mapping[str, tuple[Mapping[str, str], ...]] = {  # values 3, 4 ... of Image Type (0008,0008)
    "CT": ({"AXIAL": "a CT Cross-sectional Image", "LOCALIZER": "a CT Localizer Image"},),
    "MR": (
        {
            "DENSITYMAP": "Density Map",
            "DIFFUSIONMAP": "Diffusion Map",
            "IMAGEADDITION": "Image Addition",
            "MODULUSSUBTRACT": "Modulus Substract",
            "MPR": "MPR",
            "OTHER": "Other",
            "PHASEMAP": "Phase Map",
            "PHASESUBTRACT": "Phase Substract",
            "PROJECTIONIMAGE": "Projection Image",
            "T1MAP": "T1 Map",
            "T2MAP": "T2 Map",
            "VELOCITYMAP": "Velocity Map",
        },
    ),
    "NM": (
        {
            "STATIC": "Static",
            "DYNAMIC": "Dynamic",
            "GATED": "Gated",
            "WHOLEBODY": "Whole Body",
            "TOMO": "Tomo",
            "GATEDTOMO": "Gated Tomo",
            "RECONTOMO": "Recon Tomo",
            "RECONGATEDTOMO": "Recon Gated Tomo",
        },
        {"EMISSION": "Emission", "TRANSMISSION": "Transmission"},
    ),
    "US": ({region.replace(" ", "_"): region for region in _ULTRASOUND_REGIONS}, _ULTRASOUND_MODES),
}
_SCANNING_SEQUENCE = {
    "SE": "Spin Echo",
    "IR": "Inversion Recovery",
    "GR": "Gradient Recalled",
    "EP": "Echo Planar",
    "RM": "Research Mode",
}
_SCANNING_SEQUENCE_VARIANT = {
    "SK": "segmented k-space",
    "MTC": "magnetization transfer contrast",
    "SS": "steady state",
    "TRSS": "time reversed steady state",
    "SP": "spoiled",
    "MP": "MAG prepared",
    "OSP": "oversampling phase",
    "NONE": "no sequence variant",
}
_SERIES_TYPE = {
    "STATIC": "a group of images at varying spatial locations at the same time",
    "DYNAMIC": (
        "a group of images at a set of spatial locations (e.g., slices) at varying time slices, "
        "with all spatial locations acquired at all time slices"
    ),
    "GATED": (
        "a group of images at the same spatial location, same starting and ending time, "
        "but acquired in different time slots of (possibly) different R-R intervals"
    ),
    "WHOLEBODY": (
        "same as STATIC, except covering multiple transverse fields of view "
        "(and therefore acquired at a different time)"
    ),
    "IMAGE": "a tomographic image slice",
    "REPROJECTION": (
        "a projection image derived from forward projection through slices of tomographic images, "
        "using the algorithm defined in Reprojection Method (0054,1004)"
    ),
}
_TRANSDUCER_TYPE = {
    "SECTOR_PHASED": "Sector Phased",
    "SECTOR_MECH": "Sector Mech",
    "SECTOR_ANNULAR": "Sector Annular",
    "LINEAR": "Linear",
    "CURVED_LINEAR": "Curved Linear",
    "SINGLE_CRYSTAL": "Single Crystal",
    "SPLIT_XTAL_CWD": "Split Xtal CWD",
    "IV_PHASED": "IV Phased",
    "IV_ROT_XTAL": "IV Rot XTAL",
    "IV_ROT_MIRROR": "IV Rot Mirror",
    "ENDOCAV_PA": "Endocav PA",
    "ENDOCAV_MECH": "Endocav Mech",
    "ENDOCAV_CLA": "EndocavCLA",
    "ENDOCAV_AA": "Endocav AA",
    "ENDOCAV_LINEAR": "Endocav Linear",
    "VECTOR_PHASED": "Vector Phased",
}


def image_type_codes(modality: str, values: Sequence[str | None]) -> tuple[Term | None, ...]:
    """Code the values of Image Type (0008,0008) one by one; None where the code system has no such value.

    From value 3 on the modality decides: RECON TOMO is known to NM only, NEONATAL HEAD to US only.

    >>> [term and term.code for term in image_type_codes("NM", ["ORIGINAL", "PRIMARY", "RECON TOMO", "X"])]
    ['ORIGINAL', 'PRIMARY', 'RECONTOMO', None]
    """
    modality = code_string(modality)
    blank = "_" if modality == "US" else ""
    groups = (_PIXEL_DATA, _EXAMINATION, *_BY_MODALITY.get(modality, ()))
    known = chain(groups, repeat({}))
    return tuple(
        _term("instance-image-type", group, value or "", blank)
        for value, group in zip(values, known, strict=False)
    )


def ultrasound_modes(value: str) -> tuple[Term, ...]:
    """Take value 4 of an ultrasound Image Type apart: a hexadecimal sum of modes (PS3.3 C.8.5.6.1.1).

    A sum with a mode that the code system does not know has no codes: half of it would be a wrong answer.

    >>> [term.display for term in ultrasound_modes("0011")]
    ['2D Imaging', 'Color Doppler']
    """
    digits = code_string(value)
    if len(digits) != len("0001") or not set(digits) <= set("0123456789ABCDEF"):
        return ()
    modes = [mode for mode in _ULTRASOUND_MODES if int(digits, 16) & int(mode, 16)]
    if sum(int(mode, 16) for mode in modes) != int(digits, 16):
        return ()
    return tuple(Term(f"{_BASE}instance-image-type", mode, _ULTRASOUND_MODES[mode]) for mode in modes)


def series_type_code(value: str) -> Term | None:
    """Code one value of the PET Series Type (0054,1000).

    >>> series_type_code("WHOLE BODY").code
    'WHOLEBODY'
    """
    return _term("series-type", _SERIES_TYPE, value)


def scanning_sequence(value: str) -> Term | None:
    """Code one value of Scanning Sequence (0018,0020).

    >>> scanning_sequence("GR").display
    'Gradient Recalled'
    """
    return _term("scanning-sequence", _SCANNING_SEQUENCE, value)


def scanning_sequence_variant(value: str) -> Term | None:
    """Code one value of Sequence Variant (0018,0021).

    >>> scanning_sequence_variant("SK ").display
    'segmented k-space'
    """
    return _term("scanning-sequence-variant", _SCANNING_SEQUENCE_VARIANT, value)


def transducer_type(value: str) -> Term | None:
    """Code Transducer Type (0018,6031).

    >>> transducer_type("CURVED LINEAR").code
    'CURVED_LINEAR'
    """
    return _term("transducer-type", _TRANSDUCER_TYPE, value, "_")


def _term(name: str, concepts: Mapping[str, str], value: str, blank: str = "") -> Term | None:
    code = code_string(value).replace(" ", blank)
    return Term(_BASE + name, code, concepts[code]) if code in concepts else None
