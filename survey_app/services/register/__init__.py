"""The register of a case: its documents, what was given out of it, what boards decided."""
