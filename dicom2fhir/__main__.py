"""``python -m dicom2fhir``: the same as the command ``dicom2fhir``."""

import sys

from dicom2fhir.cli import main

if __name__ == "__main__":
    sys.exit(main())
