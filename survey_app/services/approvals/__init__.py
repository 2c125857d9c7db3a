"""Approving: in which steps, by what right, sent back, waited for, told."""
