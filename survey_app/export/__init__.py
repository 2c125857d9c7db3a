"""From a record to what an archive keeps: outline, PDF, case document, package, verification.

What documents say, and the documents themselves, stand here; how a PDF is drawn, how a package is
made and verified, and how a copy is masked have rooms of their own.

Everything here takes a record or a draft's content as JSON, never a database or a clock.
"""
