"""Tests: real PostgreSQL and Redis whose addresses tests.services_plugin has put into the environment."""

from portal.settings import environment
from portal.settings.base import *  # noqa: F403 - a settings module extends the shared one
from portal.settings.base import DATABASE_OPTIONS, STORAGES

DATABASES = {"default": environment.database(environment.text("DATABASE_URL"))}
DATABASES["default"]["OPTIONS"] |= DATABASE_OPTIONS
REDIS_URL = environment.text("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
DATABASES["default"]["TEST"] = {"NAME": f"test_atrium{environment.text('DATABASE_NAME_SUFFIX', '')}"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

SECRET_KEY = "only-for-tests"  # noqa: S105 - nothing outside a test run is signed with it
CREDENTIALS_KEYS = ["dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
AXES_ENABLED = environment.flag("ATRIUM_TEST_LOCKOUT")
