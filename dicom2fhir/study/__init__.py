"""Many data sets to studies: who belongs with whom, whatever order they come in.

Data sets go into a :class:`~dicom2fhir.study.assembler.StudyAssembler`, and studies come out::

     data set ─▶ assembler ─▶ open_study (series: facts, patients, duplicates, repeats) ─▶ finishing ─▶ model

==============  ==================================================================================================
``assembler``   data sets in, studies out: the room's only door
``rules``       what of a configuration matters here: what to keep, what to leave out; it travels to other processes
``nameless``    the study of data sets that name none
``open_study``  a study and its series while their instances are still coming
``repeats``     slices that say what the latest one said: told once
``duplicates``  an instance that comes twice, in one series or in two, counts once
``patients``    which patient a study is of: whether its instances name one, perhaps spelled in two ways, or several
``facts``       order: the first value of each attribute wins, by rank and not by arrival
``conflicts``   when two data sets contradict each other, and which contradictions are reported
``frames``      what the frames of a multi-frame object agree on, lifted to where others say it
``titles``      what an instance is called
``kept_once``   values that many instances share
``finishing``   what has come so far, as a study
``model``       a study, its series and its instances, when all of them have come
==============  ==================================================================================================
"""
