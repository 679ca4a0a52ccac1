"""A served installation: every address and key comes from the environment, and default keys are refused."""

from django.core.exceptions import ImproperlyConfigured

from portal.settings import environment
from portal.settings.base import *  # noqa: F403 - a settings module extends the shared one
from portal.settings.base import DATABASE_OPTIONS, DEMO

DATABASES = {"default": environment.database(environment.secret("DATABASE_URL"))}
DATABASES["default"]["OPTIONS"] |= DATABASE_OPTIONS
DATABASES["default"]["CONN_MAX_AGE"] = 60
REDIS_URL = environment.secret("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

SECRET_KEY = environment.secret("SECRET_KEY")
CREDENTIALS_KEYS = [key.strip() for key in environment.secret("CREDENTIALS_KEYS").split(",") if key.strip()]
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not environment.flag("ATRIUM_PLAIN_HTTP")
SECURE_SSL_REDIRECT = not environment.flag("ATRIUM_PLAIN_HTTP")
SECURE_HSTS_SECONDS = 0 if environment.flag("ATRIUM_PLAIN_HTTP") else 60 * 60 * 24 * 365
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("ATRIUM_BEHIND_PROXY") else None
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")

_PUBLISHED_KEYS = {"only-for-tests", "changeme", "secret", "insecure"}
if len(SECRET_KEY) < 40 or SECRET_KEY in _PUBLISHED_KEYS:
    raise ImproperlyConfigured("SECRET_KEY must be a private random value of at least 40 characters.")
if "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=" in CREDENTIALS_KEYS:
    raise ImproperlyConfigured("CREDENTIALS_KEYS holds the key of the test suite; make your own.")
if not CREDENTIALS_KEYS:
    raise ImproperlyConfigured("CREDENTIALS_KEYS is empty; make a key.")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS to the names under which the portal is reached.")
if DEMO:
    raise ImproperlyConfigured("ATRIUM_DEMO opens one-click sign-in and must not be set in production.")
