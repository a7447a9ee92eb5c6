"""Which data sets the configuration leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dicom2fhir.config import ConvertConfig

__all__ = ["has_filters", "is_left_out"]


def has_filters(config: ConvertConfig) -> bool:
    """Whether a configuration leaves anything out at all.

    >>> from dicom2fhir.config import ConvertConfig
    >>> has_filters(ConvertConfig()), has_filters(ConvertConfig(exclude_modalities=["SR"]))
    (False, True)
    """
    return bool(
        config.include_modalities
        or config.exclude_modalities
        or config.include_sop_classes
        or config.exclude_sop_classes
    )


def is_left_out(config: ConvertConfig, modality: str | None, sop_class: str | None) -> bool:
    """Whether a data set of this modality and class is left out; one without a modality is of ``OT``.

    >>> from dicom2fhir.config import ConvertConfig
    >>> config = ConvertConfig(include_modalities=["CT"], exclude_sop_classes=["1.2.3"])
    >>> is_left_out(config, "ct", None), is_left_out(config, None, None), is_left_out(config, "CT", "1.2.3")
    (False, True, True)
    """
    modality = (modality or "OT").upper()
    return (
        (bool(config.include_modalities) and modality not in config.include_modalities)
        or modality in config.exclude_modalities
        or (bool(config.include_sop_classes) and sop_class not in config.include_sop_classes)
        or sop_class in config.exclude_sop_classes
    )
