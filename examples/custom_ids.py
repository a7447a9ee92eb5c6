"""Ids of your own: a secret pepper for the default function, or a function that asks your master patient index.

python examples/custom_ids.py
"""

from dicom2fhir import Dicom2FHIRBundle, DicomJsonProxy, default_id_function

INSTANCE = {
    "00080016": {"vr": "UI", "Value": ["1.2.840.10008.5.1.4.1.1.2"]},
    "00080018": {"vr": "UI", "Value": ["1.2.826.0.1.3680043.10.511.3.9.1.1"]},
    "00080060": {"vr": "CS", "Value": ["CT"]},
    "00100020": {"vr": "LO", "Value": ["EXAMPLE-1"]},
    "0020000D": {"vr": "UI", "Value": ["1.2.826.0.1.3680043.10.511.3.9"]},
    "0020000E": {"vr": "UI", "Value": ["1.2.826.0.1.3680043.10.511.3.9.1"]},
}
MASTER_PATIENT_INDEX = {"EXAMPLE-1": "mpi-000042"}
peppered = default_id_function("a secret that never changes")


def our_ids(resource_type: str, proxy: DicomJsonProxy, extra: str = "") -> str:
    """Take a Patient's id from the index, everything else from the peppered default."""
    if resource_type == "Patient" and proxy.get("PatientID") in MASTER_PATIENT_INDEX:
        return MASTER_PATIENT_INDEX[proxy.PatientID]
    return str(peppered(resource_type, proxy, extra))


def main() -> None:
    """Convert one instance and print the address of each resource."""
    bundle = Dicom2FHIRBundle({"id_function": our_ids})
    bundle.add(DicomJsonProxy(INSTANCE))
    for entry in bundle.to_dict()["entry"]:
        print(entry["request"]["url"])


if __name__ == "__main__":
    main()
