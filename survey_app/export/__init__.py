"""From a record to what an archive keeps: outline, PDF, case document, package, verification.

Everything here takes a record or a draft's content as JSON, never a database or a clock.
"""
