"""One machine: addresses from the environment or from the embedded services, keys in files under var/keys."""

from portal.services import endpoints
from portal.settings import environment
from portal.settings.base import *  # noqa: F403 - a settings module extends the shared one
from portal.settings.base import DATABASE_OPTIONS, VAR_DIR

_running = endpoints(VAR_DIR)
_database_url = environment.text(
    "DATABASE_URL", _running.database_url if _running else "postgresql://127.0.0.1:1/atrium"
)
REDIS_URL = environment.text("REDIS_URL", _running.redis_url if _running else "redis://127.0.0.1:1/0")

DATABASES = {"default": environment.database(_database_url)}
DATABASES["default"]["OPTIONS"] |= DATABASE_OPTIONS
CELERY_BROKER_URL = REDIS_URL
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

SECRET_KEY = environment.secret(
    "SECRET_KEY", lambda: environment.key_file(VAR_DIR / "keys" / "secret_key", environment.new_secret_key)
)
_keys = environment.secret(
    "CREDENTIALS_KEYS",
    lambda: environment.key_file(VAR_DIR / "keys" / "credentials_key", environment.new_credentials_key),
)
CREDENTIALS_KEYS = [key.strip() for key in _keys.split(",") if key.strip()]
