"""Scanners of others, let loose on the running product: ``make scan``."""
