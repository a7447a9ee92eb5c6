"""Where DICOM JSON comes from: files, folders of files, and JSON that somebody else made.

Everything in here yields plain dicts in the DICOM JSON Model (PS3.18 Annex F), reduced to the tags that were asked
for.  The dicts of one series share their unchanging parts, so they are for reading only.

Folders and lists of files:

===================  ==================================================================================================
``directory``        a folder, or a list of files, as an asynchronous stream of headers
``walking``          which files there are below a folder, and in which order
``batches``          reading in a thread, a batch ahead
``processes``        reading with several processes: when they are started, who is asked for what, and in which order the answers count
``serving``          what such a process does: it reads what it is asked for and answers
``files``            a batch of files to headers, and notes on those that gave none, or were cut short
``problems``         what such a note can say
``json_file``        DICOM JSON from files and lines, as it is
===================  ==================================================================================================

The header of one file:

===================  ==================================================================================================
``header``           ``HeaderReader``: a file to its header; by the layout of its series where it fits, else as a whole
``layout``           what the headers of a series have in common: they are compared with it instead of being read
``whole_header``     one file read from its start: meta information, then the data set up to the last wanted tag
``transfer_syntax``  explicit or implicit VR, little or big endian, deflated or not
``cutting``          the quick way through a data set: little endian, by the book but for stray Item tags
``tolerant``         the other way: big endian, unknown VRs, lengths that do not add up, stray Item tags too
``decoding``         what was cut to DICOM JSON: data sets, sequences and their items
``elements``         the bytes of a single value to DICOM JSON, by VR
``charset``          text under its Specific Character Set
``blocks``           bytes by position, from a file or from memory; whether they end cleanly
``deflated``         bytes by position, from a deflated data set
===================  ==================================================================================================
"""
