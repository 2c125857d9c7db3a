"""How fast the product is, beside floors measured in the same run: ``make bench``."""
