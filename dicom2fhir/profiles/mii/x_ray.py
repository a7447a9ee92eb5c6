"""The exposure of an X-ray image, which CT and projection radiography state alike."""

from __future__ import annotations

from typing import Final

from dicom2fhir.profiles.mii.extensions import Measure

__all__ = ["EXPOSURE"]

# In milli-units where the object has them, else in the micro-units of digital X-ray, or those of enhanced CT.
EXPOSURE: Final = (
    Measure("KVP", "kilovolt", "kV", {"KVP": 1}),
    Measure(
        "exposureTime",
        "milliseconds",
        "ms",
        {"ExposureTime": 1, "ExposureTimeInms": 1, "ExposureTimeInuS": 1000},
    ),
    Measure(
        "exposure",
        "milliampere second",
        "mA.s",
        {"Exposure": 1, "ExposureInmAs": 1, "ExposureInuAs": 1000},
    ),
    Measure(
        "xRayTubeCurrent",
        "milliampere",
        "mA",
        {"XRayTubeCurrent": 1, "XRayTubeCurrentInmA": 1, "XRayTubeCurrentInuA": 1000},
    ),
)
