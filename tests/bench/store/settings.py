"""The portal with two models more, which keep their history the usual way."""

from portal.settings.test import *  # noqa: F403 - a settings module extends another
from portal.settings.test import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench.store"]
