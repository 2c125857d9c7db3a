"""The questionnaire language and its rules: no Flask, no database, no clock, no files."""
