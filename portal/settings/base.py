"""What every installation shares. Database, broker, keys and hosts are set by the module that imports this one."""

from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF

from portal.settings import environment

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(environment.text("ATRIUM_VAR", str(BASE_DIR / "var")))

DEBUG = False
DEMO = environment.flag("ATRIUM_DEMO")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
# The only folders of this machine that sources may read, each with all that is below it; see docs/connectors.md.
SECRET_REFERENCES = environment.words("SECRET_REFERENCES")
FILE_SOURCES = environment.words("FILE_SOURCES", f"{VAR_DIR / 'files'},{VAR_DIR / 'demo'}")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "guardian",
    "simple_history",
    "axes",
    "csp",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "lucide",
    "rest_framework",
    "drf_spectacular",
    "portal.kit",
    "portal.apps.PortalConfig",
    "governance.audit",
    "catalog.sources",
    "catalog.assets",
    "catalog.search",
    "catalog.harvest",
    "access.people",
]

MIDDLEWARE = [
    "portal.kit.observed.Observed",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "portal.kit.middleware.RequestFacts",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "portal.kit.middleware.PlainErrors",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "portal.navigation.context",
            ],
        },
    },
]

# The portal's own pages never share a prepared plan: a generic plan is far slower for rare labels and words.
DATABASE_OPTIONS: dict[str, Any] = {"prepare_threshold": None}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "access.people.backends.RoleBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = False
LOGIN_URL = "people:sign_in"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "people:sign_in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = (
    "username"  # the field of the form; the default would be the model's, and nobody be locked out
)
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "access.people.lockout.page"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
        "object-src": [NONE],
    }
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_MAX_AGE = 60 * 60
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "access.people.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PAGINATION_CLASS": "portal.kit.paging.Pages",
    "PAGE_SIZE": 50,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": [
        "portal.kit.throttling.Strangers",
        "portal.kit.throttling.People",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "30/minute", "user": "600/minute"},
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "portal.kit.api.problem",
    "DEFAULT_VERSIONING_CLASS": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Atrium",
    "DESCRIPTION": "Everything the portal shows and does, under the same permissions.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,  # what is only read is not offered for writing
    "ENUM_NAME_OVERRIDES": {
        "ChangeKindEnum": "catalog.assets.models.ChangeKind",
        "RunKindEnum": "catalog.harvest.models.Run.Kind",
        "SensitivityEnum": "catalog.assets.models.Sensitivity",
        "RenameStateEnum": "catalog.harvest.models.Rename.State",
    },
}

# Redelivery: kombu's default sweep comes back after about 100 s; a lost worker's task must return within seconds.
# The visibility timeout stays above the longest task and the longest countdown.
# A list in the broker for each priority, 0 before 9; what is sent without one is of the kit, short, and goes first.
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "priority_steps": list(range(10)),
    "queue_order_strategy": "priority",
    "visibility_timeout": 2 * 60 * 60,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 60 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 55 * 60
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "deliver-outbox": {"task": "kit.deliver_outbox", "schedule": 5.0},
    "deliver-slow-outbox": {"task": "kit.deliver_slow_outbox", "schedule": 15.0},
    "revive-stalled-jobs": {"task": "kit.revive_stalled_jobs", "schedule": 5.0},
    "refresh-search-measures": {"task": "search.refresh_measures", "schedule": 3600.0},
    "compact-search-tally": {"task": "search.compact", "schedule": 60.0},
    "check-search-index": {"task": "search.check", "schedule": 3600.0},
    "tidy-search-words": {"task": "search.tidy", "schedule": 24 * 3600.0},
    "keep-mirror": {"task": "search.keep_mirror", "schedule": 10.0},
    "check-saved-searches": {"task": "search.check_saved", "schedule": 300.0},
    "forget-asked-queries": {"task": "search.forget_asked", "schedule": 24 * 3600.0},
    "fold-headcount": {"task": "assets.fold_headcount", "schedule": 600.0},
    "forget-ended-sessions": {"task": "people.forget_ended_sessions", "schedule": 24 * 3600.0},
    "start-due-harvests": {"task": "harvest.start_due", "schedule": 30.0},
    "purge-gone-assets": {"task": "harvest.purge_gone", "schedule": 3600.0},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "run" / "beat-schedule")

JOB_STALLED_AFTER = 45  # seconds without a heartbeat
JOB_TRIES = 5  # of work whose failure may pass; 30 s at most before the second, twice as long before each further one
JOB_RETRY_SECONDS = 30
JOB_RETRY_MOST_SECONDS = 30 * 60
HARVEST_LOCK_SECONDS = 30  # that a schema waits for a lock in our own database before it is left to the next run
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",  # no anonymous user object: every page asks for a sign-in
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.kit.logs.JsonFormatter"}},
    "filters": {"safe_paths": {"()": "portal.kit.logs.SafePaths"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["safe_paths"]}},
    "root": {"handlers": ["stderr"], "level": environment.text("LOG_LEVEL", "INFO")},
    # Ours say the same in one line: portal.requests for a request, portal.tasks for a task.
    "loggers": {
        "axes": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "django.server": {"level": "WARNING"},
        "elastic_transport": {"level": "WARNING"},
    },
}

METRICS_DIR = VAR_DIR / "run" / "metrics"  # where processes of this machine add up their numbers for /metrics
TRACES_ENDPOINT = environment.text("OTEL_EXPORTER_OTLP_ENDPOINT", "")  # traces go there; empty: nothing is traced
TRACES_SHARE = float(environment.text("OTEL_TRACES_SAMPLER_ARG", "1"))  # of the traces begun here, 0 to 1
TRUST_TRACEPARENT = environment.flag("ATRIUM_BEHIND_PROXY")

# Search
ELASTICSEARCH_URL = environment.secret("ELASTICSEARCH_URL", lambda: "")  # https://user:password@host; empty: none
ELASTICSEARCH_API_KEY = environment.secret("ELASTICSEARCH_API_KEY", lambda: "")  # instead of user and password
ELASTICSEARCH_CA_FILE = environment.text("ELASTICSEARCH_CA_FILE", "")  # who vouches for its certificate
ELASTICSEARCH_PREFIX = environment.text("ELASTICSEARCH_PREFIX", "atrium")  # of its indexes; one an installation
ELASTICSEARCH_TIMEOUT = float(environment.text("ELASTICSEARCH_TIMEOUT", "2"))  # seconds that a search waits for it
ELASTICSEARCH_REPLICAS = environment.text("ELASTICSEARCH_REPLICAS", "0-1")  # copies of the index, by nodes there are
SEARCH_LAG_SECONDS = 10  # that Elasticsearch may be behind before PostgreSQL answers

# Mail. smtp://user:password@host:port, smtps:// or starttls://; empty: no mail is sent, and pages say so.
EMAIL_URL = environment.secret("EMAIL_URL", lambda: "")
EMAIL_SENDER = environment.text("EMAIL_SENDER", "Atrium <atrium@localhost>")  # whom mails are from
PUBLIC_URL = environment.text("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")  # the portal's address in mails
ASKED_QUERIES_KEPT_DAYS = 90  # what people asked is forgotten after so many
ASKED_QUERIES_SHOWN_FROM = 2  # different people who must have asked a text before stewards read it
