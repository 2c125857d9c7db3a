"""An outline as a PDF: drawn, tagged for the ear, kept to PDF/A, and read back as words."""
