"""The door: `gunicorn wsgi:app`, and `flask --app wsgi …`."""

import sys

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
