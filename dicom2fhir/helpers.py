"""An old door: names that users' documentation has always told them to import from here.

>>> get_or({"generator": {"observation": {"add_vital_signs": False}}}, "generator.observation.add_vital_signs", True)
False
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from dicom2fhir.ids import default_id_function

__all__ = ["default_id_function", "env_or_config", "get_or"]


def get_or(d: Mapping[str, Any], path: str, default: Any = None) -> Any:
    """Look a dotted path up in nested mappings; the default when it is not there or None.

    >>> get_or({"a": {"b": 1}}, "a.b"), get_or({"a": None}, "a.b", 2)
    (1, 2)
    """
    value: Any = d
    for name in path.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return default
        value = value[name]
    return default if value is None else value


def env_or_config(env: str, config_path: str, config: Mapping[str, Any]) -> Any:
    """The value of an environment variable or else of a key of the configuration; ValueError when neither is set.

    >>> env_or_config("DICOM2FHIR_DOCTEST_UNSET", "server.url", {"server": {"url": "http://127.0.0.1"}})
    'http://127.0.0.1'
    """
    if env in os.environ:
        return os.environ[env]
    value = get_or(config, config_path)
    if value is None:
        raise ValueError(
            f"Neither environment variable '{env}' nor configuration key '{config_path}' is set."
        )
    return value
