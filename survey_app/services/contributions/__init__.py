"""Contributions: what units are asked for, and what becomes of it."""
