"""Whether a package is intact and authentic. It knows how packages are made, never the reverse."""
