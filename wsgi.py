"""The door: `gunicorn wsgi:app`, and `flask --app wsgi …`."""

# ruff: noqa: E402  # the collector rests from before the first of our own imports
import gc
import sys

gc.disable()  # what is loaded stays: to look through it meanwhile took a third of the start. `loaded` has it look again

from app import create_app
from app.db.installation import InstallationError
from app.web.loaded import loaded
from config import SettingError, from_environment
from workflows.definition import DefinitionError

try:
    app = create_app(from_environment())
except (SettingError, InstallationError, DefinitionError) as error:
    sys.exit(str(error))  # a sentence says what to do; a traceback would not
loaded()
