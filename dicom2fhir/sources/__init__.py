"""Where DICOM JSON comes from: files, folders of files, and JSON that somebody else made.

Everything in here yields plain dicts in the DICOM JSON Model (PS3.18 Annex F), reduced to the tags that were asked
for.  The dicts of one series share their unchanging parts, so they are for reading only.
"""
