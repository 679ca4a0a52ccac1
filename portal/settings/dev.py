"""Development: tracebacks in the browser, files served as they are."""

from portal.settings.base import STORAGES
from portal.settings.local import *  # noqa: F403 - a settings module extends the shared one

DEBUG = True
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
