"""Every problem that a conversion may find, with the code by which programs know it; codes stay, texts may improve."""

from __future__ import annotations

from typing import Final

from dicom2fhir.findings import Kind, Problem

# -- files and data sets that gave nothing, or less than they should -----------------------------------------------------
CUT_SHORT: Final = Problem(
    Kind.DAMAGED_FILE, "cut-short", "ends in the middle of an element; what stood before is converted"
)
FILES: Final = {
    **{
        code: Problem(Kind.SKIPPED_FILE, code, code)
        for code in ("not-dicom", "media-directory", "truncated", "unreadable", "symlink", "special-file")
    },
    CUT_SHORT.code: CUT_SHORT,
}
"""By what the sources say of a file."""
NO_UID: Final = Problem(Kind.SKIPPED_INSTANCE, "no-uid", "missing or not a UID")
CAME_LATE: Final = Problem(
    Kind.SKIPPED_INSTANCE, "came-late", "came when its study had been given out; convert the study again"
)
STUDY_OF_TWO_PATIENTS: Final = Problem(
    Kind.SKIPPED_STUDY,
    "study-of-two-patients",
    "its instances name several patients, and on_conflict is skip",
)
REPEATED: Final = Problem(Kind.DUPLICATE, "came-before", "the same instance came before")
IN_TWO_SERIES: Final = Problem(
    Kind.DUPLICATE, "in-two-series", "the same instance is in two series of a study; it counts in the first"
)
ALL_IN_TWO_SERIES: Final = Problem(
    Kind.DUPLICATE,
    "all-in-two-series",
    "all instances of a series are in an earlier one, too; it is listed without their number",
)

# -- values that cannot be used -----------------------------------------------------------------------------------------
ILLEGAL_UID: Final = Problem(Kind.BAD_VALUE, "illegal-uid", "not a legal UID, and kept")
NO_SOP_CLASS: Final = Problem(
    Kind.BAD_VALUE, "no-sop-class", "missing or not a UID; the instance is counted and not listed"
)
NOT_A_UID: Final = Problem(Kind.BAD_VALUE, "not-a-uid", "not a UID")
NOT_TEXT: Final = Problem(Kind.BAD_VALUE, "not-text", "not text")
NOT_A_NUMBER: Final = Problem(Kind.BAD_VALUE, "not-a-number", "not a number")
NOT_AN_UNSIGNED: Final = Problem(
    Kind.BAD_VALUE, "not-an-unsigned-number", "not a number from 0 to 2147483647"
)
NOT_A_DATE: Final = Problem(Kind.BAD_VALUE, "not-a-date", "not a date")
NOT_A_TIME: Final = Problem(Kind.BAD_VALUE, "not-a-time", "not a time")
NOT_AN_OFFSET: Final = Problem(Kind.BAD_VALUE, "not-an-offset", "not an offset from UTC")
NOT_A_NAME: Final = Problem(Kind.BAD_VALUE, "not-a-name", "not a name")
NOT_A_SEQUENCE: Final = Problem(Kind.BAD_VALUE, "not-a-sequence", "not a sequence")
NOT_A_SIDE: Final = Problem(Kind.BAD_VALUE, "not-a-side", "not a side")
NOT_PLAUSIBLE: Final = Problem(Kind.BAD_VALUE, "not-plausible", "not plausible")
NEITHER_YES_NOR_NO: Final = Problem(Kind.BAD_VALUE, "neither-yes-nor-no", "neither YES nor NO")
NEITHER_0_NOR_1: Final = Problem(Kind.BAD_VALUE, "neither-0-nor-1", "neither 0 nor 1")
NOT_TWO_DISTANCES: Final = Problem(Kind.BAD_VALUE, "not-two-distances", "not two distances")
LESS_THAN_ZERO: Final = Problem(Kind.BAD_VALUE, "less-than-zero", "less than zero")
ZERO: Final = Problem(Kind.BAD_VALUE, "zero", "zero")
SEVERAL_VALUES: Final = Problem(Kind.BAD_VALUE, "several-values", "several values, and only one can be said")
INJECTED_AT_ANOTHER_TIME: Final = Problem(
    Kind.BAD_VALUE, "injected-at-another-time", "not in the 30 days before the acquisition"
)

# -- what was put in place of what is missing ---------------------------------------------------------------------------
NO_MODALITY: Final = Problem(Kind.GUESSED, "no-modality", "no modality; OT is said")
NO_KNOWN_MODALITY: Final = Problem(
    Kind.GUESSED, "no-known-modality", "no modality that DICOM knows; OT is said"
)
TAKEN_AS_MEGABECQUEREL: Final = Problem(Kind.GUESSED, "taken-as-mbq", "taken as MBq, by its size")
TAKEN_AS_BECQUEREL: Final = Problem(Kind.GUESSED, "taken-as-bq", "taken as Bq, by its size")

# -- what has no code ---------------------------------------------------------------------------------------------------
UNKNOWN_MODALITY: Final = Problem(
    Kind.UNCODED, "unknown-modality", "not a modality that DICOM lists, and said as it is"
)
UNKNOWN_BODY_PART: Final = Problem(
    Kind.UNCODED, "unknown-body-part", "a body part that the table does not know; body_sites can tell"
)
UNKNOWN_CODING_SCHEME: Final = Problem(
    Kind.UNCODED, "unknown-coding-scheme", "a coding scheme that nobody knows; coding_schemes can tell"
)
UNKNOWN_ISSUER: Final = Problem(
    Kind.UNCODED,
    "unknown-issuer",
    "an issuer without a system cannot be searched for; issuer_systems can tell; the Patient is put",
)
REFERENCE_WITHOUT_SYSTEM: Final = Problem(
    Kind.UNCODED,
    "reference-without-system",
    "an issuer without a system; the reference says the number and the issuer; issuer_systems can tell",
)
UNKNOWN_TO_MII: Final = Problem(
    Kind.UNCODED, "unknown-to-mii", "a value that the code system of the MII module does not have"
)
NO_SNOMED_BODY_STRUCTURE: Final = Problem(
    Kind.UNCODED,
    "no-snomed-body-structure",
    "no body structure of SNOMED CT, which the MII profile requires",
)

# -- what contradicts -----------------------------------------------------------------------------------------------------
INSTANCES_DISAGREE: Final = Problem(
    Kind.CONFLICT, "instances-disagree", "instances disagree; the first is said"
)
STUDIES_DISAGREE: Final = Problem(
    Kind.CONFLICT, "studies-disagree", "studies disagree on it; the first is said"
)
TWO_PATIENTS: Final = Problem(
    Kind.CONFLICT, "two-patients", "the instances name several patients; the most frequent is said"
)
SEVERAL_TRACERS: Final = Problem(Kind.CONFLICT, "several-tracers", "several tracers; the first is said")

# -- who or what it is, nobody knows --------------------------------------------------------------------------------------
NO_STUDY_UID: Final = Problem(Kind.UNIDENTIFIED, "no-study-uid", "no data set names a study")
UNCONFIGURED_ADDRESS: Final = Problem(
    Kind.UNIDENTIFIED,
    "unconfigured-address",
    "a DICOMweb service that the configuration does not name; wado_rs_url = 'from-data' makes an Endpoint of it",
)
NO_PATIENT_ID: Final = Problem(Kind.UNIDENTIFIED, "no-patient-id", "no PatientID to refer to")
