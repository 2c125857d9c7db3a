"""The application for a server of one's own, such as gunicorn::

    gunicorn --preload --worker-class gthread --threads 4 --workers 2 survey_app.wsgi:app

Settings come from the environment, as for ``survey-app run``. With ``--preload`` what the workers
need is read once, and in memory once.
"""

from __future__ import annotations

import os

from survey_app import create_app
from survey_app.config import read_settings
from survey_app.store.engine import Database
from survey_app.store.migration import migrate
from survey_app.web import log, metrics
from survey_app.web.place import note_start
from survey_app.web.proxy import behind_proxy
from survey_app.web.rehearsal import read_ahead
from survey_app.web.serving import share_one_arena

share_one_arena()
settings = read_settings()
log.configure(settings.running.log)
metrics.begin(settings)
database = Database(settings.database_url)
migrate(database)
database.close()

app = create_app(settings)
note_start(app.extensions["redogor"])
read_ahead(app)
if settings.https:
    proxy = os.environ.get("SURVEY_APP_PROXY", "127.0.0.1")
    app.wsgi_app = behind_proxy(app.wsgi_app, proxy)  # type: ignore[assignment, method-assign]
