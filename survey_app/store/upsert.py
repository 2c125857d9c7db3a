"""Inserting a row that may be there already. Each database has a word of its own for it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sqlalchemy import Table

if TYPE_CHECKING:
    from sqlalchemy.dialects.sqlite import Insert


def insert_into(table: Table, dialect: str) -> Insert:
    """An INSERT that can be told what to do on a conflict.

    dialect  ``sqlite`` or ``postgresql``, where it is written alike; only the one that is asked
             for is imported: PostgreSQL's takes 2 MB, which SQLite's server need not hold
    """
    found: Insert = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    return found
