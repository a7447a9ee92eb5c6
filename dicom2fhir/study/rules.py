"""What of a configuration matters while instances are collected; it travels to other processes, where functions cannot go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What to keep of instances, and which to leave out."""

    list_instances: bool = False
    """Keep a row for each instance."""
    keep_first: bool = False
    """Keep all that the first instance says, for an id function of the user's."""
    include_modalities: frozenset[str] = frozenset()
    exclude_modalities: frozenset[str] = frozenset()
    include_sop_classes: frozenset[str] = frozenset()
    exclude_sop_classes: frozenset[str] = frozenset()
    issuer_systems: Mapping[str, str] = field(default_factory=dict)
    """IssuerOfPatientID to the system by which it is known: issuers of one system are one."""
    series_keys: tuple[str, ...] = ()
    """What a series says besides the usual when all of its instances agree."""
    instance_keys: tuple[str, ...] = ()
    """What each instance keeps for itself."""

    def leaves_out(self, modality: str, sop_class: str | None) -> bool:
        """Whether an instance of this modality and class is not wanted."""
        return (
            (bool(self.include_modalities) and modality not in self.include_modalities)
            or modality in self.exclude_modalities
            or (bool(self.include_sop_classes) and sop_class not in self.include_sop_classes)
            or sop_class in self.exclude_sop_classes
        )

    @property
    def leave_some_out(self) -> bool:
        """Whether there is anything that is not wanted."""
        return bool(
            self.include_modalities
            or self.exclude_modalities
            or self.include_sop_classes
            or self.exclude_sop_classes
        )
