"""pikepdf, held to limits: whoever opens a PDF takes it from here."""

import pikepdf as pikepdf

# A few bytes can be made to swell to any size, and a PDF that is opened may come from anyone. The
# largest picture that we draw has 180 MB (60 million pixels). The limit holds for the process.
pikepdf.settings.set_qpdf_limits(flate_max_memory=200_000_000)
