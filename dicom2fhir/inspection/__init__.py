"""What lies in a source, before anything is converted: patients, studies, series, and what would be found on the way.

``facts`` is what can be said, ``survey`` collects it with the same assembler and the same builders as a conversion.
"""
