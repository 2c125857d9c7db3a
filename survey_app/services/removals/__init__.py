"""Removing by decision: working material, whole cases, and what vouches for it afterwards."""
