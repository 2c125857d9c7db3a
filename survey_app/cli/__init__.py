"""The command line, a module for each matter."""

from survey_app.cli.main import main

__all__ = ["main"]
