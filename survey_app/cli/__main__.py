"""``python -m survey_app.cli``."""

from survey_app.cli.main import main

main(prog_name="survey-app")
