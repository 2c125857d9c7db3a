"""The day it is for the product: in Sweden, whatever the machine's own calendar says."""

from __future__ import annotations

import datetime

from survey_app.web.place import SWEDEN


def swedish_today() -> datetime.date:
    """Today in Sweden, where deadlines and delegations are reckoned (``web.place.today``)."""
    return datetime.datetime.now(SWEDEN).date()
