"""Settings, read from the environment. ``docs/settings.md`` lists every variable."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from narvard.config import guards

env = environ.Env()

BASE_DIR = Path.cwd()
VAR_DIR = Path(env.str("NARVARD_VAR", default=str(BASE_DIR / "var")))

ENVIRONMENT = env.str("NARVARD_ENV", default="development")
if ENVIRONMENT not in {"development", "production"}:  # a misspelt one must not run without its guards
    raise ImproperlyConfigured(f"NARVARD_ENV is development or production, not {ENVIRONMENT!r}")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.bool("NARVARD_DEBUG", default=False)

_DEVELOPMENT_SECRET = "development-only-not-a-secret"  # noqa: S105 - refused in production below
SECRET_KEY = env.str("NARVARD_SECRET_KEY", default=_DEVELOPMENT_SECRET)
AUDIT_KEYS = env.dict("NARVARD_AUDIT_KEYS", default={"dev": "development-only-audit-key"})
AUDIT_KEY_ID = env.str("NARVARD_AUDIT_KEY_ID", default=next(iter(AUDIT_KEYS), ""))
ALLOWED_HOSTS = env.list("NARVARD_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "testserver", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("NARVARD_TRUSTED_ORIGINS", default=[])

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'narvard.sqlite3'}")}
_database = DATABASES["default"]
if "ENGINE" not in _database:
    raise ImproperlyConfigured("DATABASE_URL is not an address such as postgresql://narvard@localhost/narvard")
_database["ATOMIC_REQUESTS"] = False
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
            "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;"
        ),
    }
else:
    _database["CONN_MAX_AGE"] = env.int("NARVARD_CONN_MAX_AGE", default=60)
    _database["CONN_HEALTH_CHECKS"] = True

if PRODUCTION:
    _missing = [
        name
        for name in ("NARVARD_SECRET_KEY", "NARVARD_AUDIT_KEYS", "NARVARD_ALLOWED_HOSTS", "DATABASE_URL")
        if not env.str(name, default="")
    ]
    if _missing:
        raise ImproperlyConfigured(f"NARVARD_ENV=production needs {', '.join(_missing)}")
    if DEBUG:
        raise ImproperlyConfigured("NARVARD_DEBUG must be off in production")
    guards.refuse_weak("NARVARD_SECRET_KEY", SECRET_KEY, guards.SECRET_LENGTH)
    for _key_id, _key in AUDIT_KEYS.items():
        guards.refuse_weak(f"NARVARD_AUDIT_KEYS ({_key_id})", _key, guards.AUDIT_KEY_LENGTH)
    guards.refuse_shared(SECRET_KEY, AUDIT_KEYS.values())
    guards.refuse_any_host(ALLOWED_HOSTS)
    if _database["ENGINE"] == "django.db.backends.sqlite3":
        raise ImproperlyConfigured("Production runs on PostgreSQL: set DATABASE_URL")

# The instant the ticking clock starts from, or empty for the real time (see core.clock).
NARVARD_CLOCK = env.str("NARVARD_CLOCK", default="")
# A page says it is a demonstration, and offers the cast at sign-in.
NARVARD_DEMO = env.bool("NARVARD_DEMO", default=False)
if AUDIT_KEY_ID not in AUDIT_KEYS:
    raise ImproperlyConfigured(f"NARVARD_AUDIT_KEY_ID names no key in NARVARD_AUDIT_KEYS: {AUDIT_KEY_ID!r}")
# Where the heads of the audit log's chains are written, a file or a folder; and how long the log is kept.
AUDIT_HEADS = env.str("NARVARD_AUDIT_HEADS", default=str(VAR_DIR / "audit-heads.json"))
AUDIT_YEARS = env.int("NARVARD_AUDIT_YEARS", default=10)
if AUDIT_YEARS < 5:
    raise ImproperlyConfigured(f"NARVARD_AUDIT_YEARS is at least 5, by HSLF-FS 2016:40, not {AUDIT_YEARS}")
if PRODUCTION and (NARVARD_DEMO or NARVARD_CLOCK):
    raise ImproperlyConfigured("NARVARD_DEMO and NARVARD_CLOCK are not for production")

INSTALLED_APPS = [
    "narvard.core",
    "narvard.ui",
    "narvard.organisation",
    "narvard.people",
    "narvard.access",
    "narvard.deviations",
    "narvard.intake",
    "narvard.care",
    "narvard.visits",
    "narvard.capacity",
    "narvard.flows",
    "narvard.desk",
    "narvard.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "leaflet",
]

MIDDLEWARE = [
    "narvard.core.middleware.BrowserPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "narvard.core.middleware.LanguageMiddleware",
    "narvard.core.middleware.RequestSizeMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "narvard.core.middleware.RequestIdMiddleware",
    "narvard.access.middleware.CommissionMiddleware",
    "narvard.access.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "narvard.config.urls"
WSGI_APPLICATION = "narvard.config.wsgi.application"
AUTH_USER_MODEL = "core.User"
LOGIN_URL = "account:sign-in"
LOGIN_REDIRECT_URL = "account:start"
LOGOUT_REDIRECT_URL = "account:sign-in"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "narvard.access.context_processors.session",
                "narvard.desk.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "narvard.ui.forms.Renderer"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "sv"
# Each language under its own name, whatever the page is shown in.
LANGUAGE_COOKIE_AGE = 365 * 86_400
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
TIME_ZONE = "Europe/Stockholm"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
# Collected for production only; elsewhere static files are served from their source.
STATIC_ROOT = VAR_DIR / "static" if PRODUCTION else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION

TASKS = {
    "default": {
        "BACKEND": env.str("NARVARD_TASKS_BACKEND", default="django_tasks_db.DatabaseBackend"),
        "QUEUES": ["default"],
    }
}

# Travel times: a road router if one is named, else the estimate (see engines.travel).
NARVARD_ROUTER = env.str("NARVARD_ROUTER", default="osrm")
NARVARD_ROUTER_URL = env.str("NARVARD_ROUTER_URL", default="")
if NARVARD_ROUTER not in {"osrm", "valhalla"}:
    raise ImproperlyConfigured(f"NARVARD_ROUTER is osrm or valhalla, not {NARVARD_ROUTER!r}")
guards.refuse_open_call(
    "NARVARD_ROUTER_URL",
    NARVARD_ROUTER_URL,
    allowed=not PRODUCTION or env.bool("NARVARD_ROUTER_INSECURE", default=False),
)
# A file of visit codes, in the form of visits/codes.yaml, that is read over the shipped ones.
NARVARD_VISIT_CODES = env.str("NARVARD_VISIT_CODES", default="")

_policy: dict[str, list[str] | bool] = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "manifest-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": _policy}
if _report := env.str("NARVARD_CSP_REPORT_URL", default=""):
    _policy["report-uri"] = [_report]
# One file at most, in megabytes, and room for the form around it. A file waits in memory: none is left on a disk.
NARVARD_UPLOAD_MB = env.int("NARVARD_UPLOAD_MB", default=15)
if not 1 <= NARVARD_UPLOAD_MB <= 100:
    raise ImproperlyConfigured(f"NARVARD_UPLOAD_MB is a whole number from 1 to 100, not {NARVARD_UPLOAD_MB}")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
NARVARD_REQUEST_BYTES = NARVARD_UPLOAD_MB * 1024 * 1024 + DATA_UPLOAD_MAX_MEMORY_SIZE
FILE_UPLOAD_MAX_MEMORY_SIZE = NARVARD_REQUEST_BYTES
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# A form of ours holds a note of 20,000 characters at most; a page of a day has fewer than 1,000 fields.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env.int("NARVARD_SESSION_SECONDS", default=12 * 3600)
CSRF_COOKIE_HTTPONLY = True  # the token is read from the page
CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("NARVARD_SSL_REDIRECT", default=True)
    # Without a proxy that sets it, anybody may send the header and call plain HTTP secure.
    if env.bool("NARVARD_TRUSTED_PROXY", default=False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    # With __Host- a browser takes the cookie only over HTTPS, for this host alone.
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True
    _policy["upgrade-insecure-requests"] = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("NARVARD_LOG_LEVEL", default="WARNING")},
}
