"""What the functional groups of a multi-frame object say, lifted to where single-frame objects say it.

Enhanced objects (PS3.3 C.7.6.16) keep spacing, anatomy and technique in macros that hold for all frames or for each.
What all frames agree on is said of the instance as if it stood at the top; what differs between frames is not said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dicom2fhir.attributes import key_of
from dicom2fhir.dicom_json_proxy import element_values, normalized
from dicom2fhir.study.conflicts import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["lifted"]

_SHARED: Final = key_of("SharedFunctionalGroupsSequence")
_PER_FRAME: Final = key_of("PerFrameFunctionalGroupsSequence")
_MACROS: Final = {
    key_of(macro): tuple(map(key_of, keywords))
    for macro, keywords in {
        "PixelMeasuresSequence": ("PixelSpacing", "SliceThickness"),
        "FrameAnatomySequence": ("AnatomicRegionSequence", "FrameLaterality"),
        "CTExposureSequence": ("ExposureTimeInms", "XRayTubeCurrentInmA", "ExposureInmAs", "CTDIvol"),
        "CTXRayDetailsSequence": ("KVP",),
        "CTReconstructionSequence": ("ConvolutionKernel",),
        "MRTimingAndRelatedParametersSequence": ("RepetitionTime", "FlipAngle"),
        "MREchoSequence": ("EffectiveEchoTime",),
        "MRModifierSequence": ("InversionTimes",),
    }.items()
}


def lifted(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data set with what its frames agree on; the very same one when it has no functional groups.

    >>> spacing = {"vr": "DS", "Value": ["0.5", "0.7"]}
    >>> measures = {"vr": "SQ", "Value": [{"00280030": spacing}]}
    >>> lifted({"52009229": {"vr": "SQ", "Value": [{"00289110": measures}]}})["00280030"] is spacing
    True
    """
    if _SHARED not in raw and _PER_FRAME not in raw:
        return raw
    first: dict[str, Any] = {}
    varying: set[str] = set()
    for key, element in _elements_of_frames(raw):
        if key in first and canonical(first[key], key) != canonical(element, key):
            varying.add(key)
        first.setdefault(key, element)
    agreed = {key: element for key, element in first.items() if key not in varying}
    rest = {key: element for key, element in raw.items() if key not in {_SHARED, _PER_FRAME}}
    own = {key: element for key, element in rest.items() if element_values(element)}
    return {**rest, **agreed, **own}


def _elements_of_frames(raw: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for groups in (_SHARED, _PER_FRAME):
        for frame in _items(raw.get(groups)):
            for macro, keys in _MACROS.items():
                for item in _items(frame.get(macro)):
                    yield from ((key, item[key]) for key in keys if element_values(item.get(key)))


def _items(element: Any) -> list[Mapping[str, Any]]:
    return [normalized(item) for item in element_values(element) if hasattr(item, "keys")]
