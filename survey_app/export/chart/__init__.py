"""Charts of tables: one drawing of plain shapes, written as SVG, into a PDF and as PNG.

``draw`` is the way in. A chart stands beside its table and never in its stead.
"""

from survey_app.export.chart.draw import draw as draw
