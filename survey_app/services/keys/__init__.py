"""The installation's key: which one signs, which did before, and changing it."""
