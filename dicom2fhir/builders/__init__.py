"""How FHIR says it: facts become FHIR JSON, plain dicts, one file for each resource.

The resources and their larger parts:

=================  =====================================================================================================
``imaging_study``  the ImagingStudy as a whole, and when it began
``series``         one series of it: modality, which body site it is of and which side, performers
``instances``      the instances of a series, as one value that each writer expands
``orders``         what was ordered and why: ``basedOn``, ``reasonCode``, the accession number, the admission
``patient``        the Patient, how a study refers to it, and the search by which it is created only once (``ifNoneExist``)
``device``         the Device: the equipment of a series
``practitioner``   physicians and operators: a display, or a Practitioner
``observation``    body weight, height and mass index
``endpoint``       where the images can be fetched
=================  =====================================================================================================

What they are made of:

=================  =====================================================================================================
``context``        what all of them need: the options, the ids, the coding systems of the data set
``datatypes``      Coding, Identifier, Quantity, Reference, HumanName; and nothing empty among them
``codes``          coded entries as CodeableConcepts
``issuers``        who gave an identifier: system and assigner
``meta``           the ``meta`` that the configuration gives every resource
``entry``          a resource on its way into a Bundle
=================  =====================================================================================================
"""
