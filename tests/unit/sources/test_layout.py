"""What the files of a series have in common, and when it is not to be relied on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom2fhir.sources.header import HeaderReader
from dicom2fhir.sources.layout import Layout, series_mark
from dicom2fhir.sources.whole_header import WholeHeaderReader
from tests.real.reader_samples import WANTED, all_kinds, an_instance, file_of

if TYPE_CHECKING:
    from dicom2fhir.sources.blocks import Window
    from dicom2fhir.sources.whole_header import Reading

KINDS = all_kinds()


class CountingWhole(WholeHeaderReader):
    """Counts the files that are read in full."""

    def __init__(self) -> None:
        super().__init__(WANTED)
        self.count = 0

    def read(self, window: Window) -> Reading:
        self.count += 1
        return super().read(window)


class Counting(HeaderReader):
    """A reader that counts the files it had to read in full."""

    def __init__(self) -> None:
        self.whole = CountingWhole()
        super().__init__(WANTED, whole=self.whole)

    @property
    def in_full(self) -> int:
        return self.whole.count


def test_of_a_series_only_two_files_are_read_in_full() -> None:
    reader = Counting()
    for number in range(50):
        reader.parse(file_of(an_instance(number + 10)))
    assert reader.in_full == 2


def test_an_element_that_changes_late_costs_one_file() -> None:
    reader = Counting()
    for number in range(60):
        data = file_of(an_instance(number + 10, SliceThickness="1" if number < 40 else str(number)))
        assert reader.parse(data) == HeaderReader(WANTED).parse(data)
    assert reader.in_full == 3


def test_an_element_that_comes_and_goes_costs_one_file() -> None:
    reader = Counting()
    for number in range(60):
        instance = an_instance(number + 10)
        if number % 3 == 2:
            instance.ImageComments = "see report"
        data = file_of(instance)
        assert reader.parse(data) == HeaderReader(WANTED).parse(data)
    assert reader.in_full <= 4


def test_a_series_that_never_settles_is_given_up() -> None:
    reader = Counting()
    for number in range(150):
        instance = an_instance(number)
        instance.add_new(0x00091000 + number, "LO", "new each time")
        reader.parse(file_of(instance))
    for number in range(50):  # which would be followed in any other series
        reader.parse(file_of(an_instance(number)))
    assert reader.in_full == 200


def test_of_many_series_the_latest_are_remembered_and_the_first_forgotten() -> None:
    reader = Counting()
    series = [
        [file_of(an_instance(n, SeriesInstanceUID=f"1.2.{uid}")) for n in range(10, 13)] for uid in range(40)
    ]
    for files in series:
        reader.parse(files[0])
        reader.parse(files[1])
    assert reader.in_full == 80
    reader.parse(series[-1][2])
    assert reader.in_full == 80
    reader.parse(series[0][2])
    assert reader.in_full == 81


def test_a_tag_that_comes_twice_is_never_taken_for_granted() -> None:
    reader = Counting()
    modality = b"\x08\x00\x60\x00CS\x02\x00"
    data = KINDS["explicit"].replace(modality + b"CT", modality + b"MR" + modality + b"CT")
    for _ in range(5):
        assert reader.parse(data) == HeaderReader(WANTED).parse(data)
    assert reader.in_full == 5


def test_a_file_of_the_series_with_one_element_more_is_read_in_full() -> None:
    reader = Counting()
    for number in range(4):
        reader.parse(file_of(an_instance(number + 10)))
    instance = an_instance(14, PatientSize="1.70")
    assert reader.parse(file_of(instance))["00101020"]["Value"] == ["1.70"]
    assert reader.in_full == 3


def test_only_data_sets_with_a_series_have_a_mark() -> None:
    assert series_mark(b"") is None
    assert series_mark(b"\x20\x00\x0e\x00UI") is None
    assert len({series_mark(KINDS[name]) for name in ("explicit", "jpeg", "rle")}) == 1


def test_nothing_can_be_followed_before_it_is_learnt() -> None:
    assert Layout().follow(KINDS["explicit"], ends=True) is None
