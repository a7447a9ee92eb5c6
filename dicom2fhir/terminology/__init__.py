"""Look-ups between DICOM's terms and the codes FHIR wants.  Pure, total: a term, or None.

==================  =========================================================================
``anatomy``         body site, laterality, view position (PS3.16 Annex L, CID 244, 4010, 4014)
``modalities``      which modalities there are, and which acquire (CID 33, CID 29)
``schemes``         coding scheme designators (PS3.16 Table 8-1), SNOMED-RT to SNOMED CT
``nuclear``         radionuclides, radiopharmaceuticals, PET units (CID 18, 25, 84, 4020, 4021)
``mii_codes``       the code systems of the MII module for imaging
``table``           `Term`, and the reader of ``tables/*.json``
==================  =========================================================================

``build_terminologies.py`` generates ``tables/``; nothing is read before the first question.
Facts that no page of the standard states in a table are Python data in the module that answers with them.

>>> body_site("CHEST")
Term(system='http://snomed.info/sct', code='43799004', display='Chest')
"""

from __future__ import annotations

from dicom2fhir.terminology.anatomy import (
    body_part_name,
    body_site,
    is_body_structure,
    laterality,
    view_position,
)
from dicom2fhir.terminology.mii_codes import (
    image_type_codes,
    scanning_sequence,
    scanning_sequence_variant,
    series_type_code,
    transducer_type,
    ultrasound_modes,
)
from dicom2fhir.terminology.modalities import is_acquisition_modality, is_modality, modality
from dicom2fhir.terminology.nuclear import (
    petunit,
    plain_meaning,
    radionuclide,
    radionuclide_named,
    radiopharmaceutical,
    radiopharmaceutical_named,
)
from dicom2fhir.terminology.schemes import coded_term, coding_system, snomed_from_srt
from dicom2fhir.terminology.table import DCM, SCT, UCUM, Term

__all__ = [
    "DCM",
    "SCT",
    "UCUM",
    "Term",
    "body_part_name",
    "body_site",
    "coded_term",
    "coding_system",
    "image_type_codes",
    "is_acquisition_modality",
    "is_body_structure",
    "is_modality",
    "laterality",
    "modality",
    "petunit",
    "plain_meaning",
    "radionuclide",
    "radionuclide_named",
    "radiopharmaceutical",
    "radiopharmaceutical_named",
    "scanning_sequence",
    "scanning_sequence_variant",
    "series_type_code",
    "snomed_from_srt",
    "transducer_type",
    "ultrasound_modes",
    "view_position",
]
