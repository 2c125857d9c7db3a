"""What leaves the house as a file: sent, and noted in the security log."""

from __future__ import annotations

import hashlib

from flask import Response

from survey_app.services.case import find_case
from survey_app.services.security.log import note
from survey_app.store.tables import Submission
from survey_app.web.pages.attachments import as_download
from survey_app.web.place import actor, writing


def send_exported(what: str, data: bytes, name: str, media_type: str, of: int | str) -> Response:
    """Send a file, and note that it leaves the house, with its hash.

    what  one of ``wording.security.EXPORTS``
    of    a submission, or the diary number of a case
    """
    with writing() as session:
        if isinstance(of, int):
            ids, unit = {"submission": of}, session.get_one(Submission, of).unit_id
        else:
            case = find_case(session, actor(), of)
            ids, unit = {"case": case.id or 0}, case.unit_id
        sha256 = hashlib.sha256(data).hexdigest()
        note(session, "exported", by=actor().account_id, unit=unit, what=what, of=ids,
             sha256=sha256)  # fmt: skip
    return as_download(data, name, media_type)
