"""Backups: made while others work, read with care, restored or moved whole."""
