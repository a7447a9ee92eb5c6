"""Who belongs with whom: many instances become studies, whatever order they come in."""
