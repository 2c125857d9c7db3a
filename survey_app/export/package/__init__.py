"""A case as one ZIP file for an archive: what it holds, in which format, and how it is signed."""
