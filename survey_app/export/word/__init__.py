"""Word (DOCX): an outline drawn, a draft with controls to fill in, and such a file read again.

Written and read with lxml and zipfile, which the house has anyway. python-docx knows no content
controls, dates its ZIP by the clock and inflates whatever it is given, so it would bear nothing.
"""
