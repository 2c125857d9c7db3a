"""Texts that would run, fetch or break out somewhere, in every field and every way out."""
