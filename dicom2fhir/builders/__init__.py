"""How FHIR says it: facts become FHIR JSON, plain dicts, one file for each resource."""
