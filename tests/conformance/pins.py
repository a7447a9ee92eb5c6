"""Every version that the conformance run depends on, in one place."""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "DEPENDENCY_PLUGIN",
    "EXTENSIONS",
    "JARS",
    "PACKAGES",
    "R4B",
    "R4_DEFINITIONS",
    "TERMINOLOGY",
    "VALIDATOR",
]


class Jar(NamedTuple):
    """An artifact of Maven Central."""

    group: str
    artifact: str
    version: str
    transitive: bool = True


class Package(NamedTuple):
    """A FHIR package of the npm registry, with the SHA-512 of its archive."""

    name: str
    version: str
    integrity: str


DEPENDENCY_PLUGIN = "3.8.1"

# 6.10.4 is the last release whose dependencies are all on Maven Central (7.x asks for org.hl7.fhir.services).
VALIDATOR = Jar("ca.uhn.hapi.fhir", "org.hl7.fhir.validation", "6.10.4")

# npm has no version of hl7.fhir.r4.core; this jar holds that package, 4.0.1, file by file (and no code we run).
R4_DEFINITIONS = Jar("com.ibm.fhir", "fhir-registry", "4.11.1", transitive=False)

JARS = (
    VALIDATOR,
    Jar("org.fhir", "ucum", "1.0.10"),  # optional for the library, needed by the engine
    Jar("org.slf4j", "slf4j-simple", "2.0.16"),
    R4_DEFINITIONS,
)

R4B = Package(
    "hl7.fhir.r4b.core",
    "4.3.0",
    "sha512-2Xa3QB5PQxNchsA8chSq3OLMHJf55iEc44bZCFaRarX6Leo8qjeTXSq4RNSMpvKtfG4u7CkWpEmlQtb0rwLWFw==",
)
TERMINOLOGY = Package(
    "hl7.terminology.r4",
    "7.0.1",
    "sha512-UamZUcARk/TEaJb7X0hDyANmC7bCv0Jof0u0uGIOB2O9VQX0uV45Vf4EyONHM6Sejv6q7sXEAzKAQsgw1Cld3A==",
)
EXTENSIONS = Package(
    "hl7.fhir.uv.extensions.r4",
    "5.3.0-ballot-tc1",
    "sha512-mhPmWj0dZvIC7JQLkqxT42/UpoIyYwFtSiIZbhX/ArfX96hR5oTqNvAUvMD+dMH45m4mGMQ19WyCZFpP1OLEbQ==",
)
PACKAGES = (R4B, TERMINOLOGY, EXTENSIONS)
