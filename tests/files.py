"""DICOM JSON as the file that says it, written by pydicom."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.tag import Tag
from pydicom.uid import UID, ExplicitVRLittleEndian

from tests.factories import CT_CLASS, key

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["a_file"]

NUMBERS_AS_TEXT = {"DS", "IS"}


def a_file(instance: Mapping[str, Any]) -> bytes:
    """The bytes of a file that says what an instance says."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    sop_class = _first(instance, "MediaStorageSOPClassUID", "SOPClassUID") or CT_CLASS
    meta.MediaStorageSOPClassUID = UID(sop_class)
    meta.MediaStorageSOPInstanceUID = _first(instance, "SOPInstanceUID")
    out = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom warns of unusual values, and some tests are about these
        data_set = _data_set(
            {tag: element for tag, element in instance.items() if not tag.startswith("0002")}
        )
        data_set.SpecificCharacterSet = "ISO_IR 192"
        data_set.file_meta = meta
        dcmwrite(out, data_set, enforce_file_format=True)
    return out.getvalue()


def _first(instance: Mapping[str, Any], *keywords: str) -> Any:
    """The first value of the first of some attributes that has one."""
    listed = (instance.get(key(keyword), {}).get("Value") for keyword in keywords)
    return next((values[0] for values in listed if values), None)


def _data_set(instance: Mapping[str, Any]) -> Dataset:
    data_set = Dataset()
    for tag, element in instance.items():
        vr, values = element["vr"], element.get("Value", [])
        if vr == "SQ":
            data_set.add_new(tag, vr, [_data_set(item) for item in values])
        elif vr in NUMBERS_AS_TEXT:
            data_set[Tag(tag)] = _as_it_is(tag, vr, values)
        else:
            data_set.update(Dataset.from_json({tag: element}))
    return data_set


def _as_it_is(tag: str, vr: str, values: list[Any]) -> RawDataElement:
    """An element of any text: pydicom makes numbers of DS and IS, and refuses to write what is none."""
    text = "\\".join("" if value is None else str(value) for value in values).encode()
    padded = text + b" " * (len(text) % 2)
    return RawDataElement(Tag(tag), vr, len(padded), padded, 0, is_implicit_VR=False, is_little_endian=True)
