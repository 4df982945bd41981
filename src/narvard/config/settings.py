"""Settings, read from the environment. ``docs/settings.md`` lists every variable."""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from narvard.config import guards, identity

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
SECRET_KEY_FALLBACKS = env.list("NARVARD_SECRET_KEYS_BEFORE", default=[])
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
# The share of each day's accesses that log review draws at random.
NARVARD_LOG_SAMPLE = env.float("NARVARD_LOG_SAMPLE", default=0.01)
if not 0 <= NARVARD_LOG_SAMPLE <= 1:
    raise ImproperlyConfigured(f"NARVARD_LOG_SAMPLE is a share from 0 to 1, not {NARVARD_LOG_SAMPLE}")

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
    "narvard.followup",
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
    "axes",
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
    "narvard.access.signin.sessions.SessionLimitsMiddleware",
    "narvard.access.middleware.CommissionMiddleware",
    "narvard.access.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
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

# Failed tries are counted before a password is looked at; what is counted stands in access.signin.limits.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
NARVARD_SIGN_IN_MINUTES = env.int("NARVARD_SIGN_IN_MINUTES", default=15)
AXES_FAILURE_LIMIT = env.int("NARVARD_SIGN_IN_TRIES", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=NARVARD_SIGN_IN_MINUTES)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username", "ip_address"]
AXES_HANDLER = "narvard.access.signin.limits.Limits"
AXES_USERNAME_CALLABLE = "narvard.access.signin.limits.name_key"
AXES_CLIENT_IP_CALLABLE = "narvard.access.signin.limits.address_of"
AXES_LOCKOUT_CALLABLE = "narvard.access.signin.limits.locked"
AXES_SENSITIVE_PARAMETERS = ["username", "code", "next", "csrfmiddlewaretoken"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # our own audit log tells who signed in
# Whether a password alone is too little. The demonstration's one click is no password.
NARVARD_SECOND_FACTOR = env.bool("NARVARD_SECOND_FACTOR", default=PRODUCTION)

# How many times in ten minutes one commission may look somebody up by identifier.
NARVARD_LOOKUPS = env.int("NARVARD_LOOKUPS", default=30)

# Staff sign in with SITHS at Inera's IdP, patients and relatives with an e-identification; each is off until named.
NARVARD_SITHS = identity.provider(
    env,
    "NARVARD_SITHS",
    scope="openid commission",
    acr=["http://id.sambi.se/loa/loa3"],
    production=PRODUCTION,
)
NARVARD_SITHS_PURPOSES = env.list(
    "NARVARD_SITHS_PURPOSES", default=["care", "social", "follow_up", "safety", "administration"]
)
NARVARD_EID = identity.provider(
    env,
    "NARVARD_EID",
    scope="openid https://id.oidc.se/scope/naturalPersonNumber",
    acr=["http://id.elegnamnden.se/loa/1.0/loa3"],
    production=PRODUCTION,
)
NARVARD_EID_CLAIM = env.str("NARVARD_EID_CLAIM", default="https://id.oidc.se/claim/personalIdentityNumber")
# Representatives are known by a keyed hash of their identifier: name this key before the secret key is changed.
NARVARD_PERSON_KEY = env.str("NARVARD_PERSON_KEY", default=SECRET_KEY)

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
# Where each unit's downtime pack is written (empty: nowhere), and how many minutes old one may be.
NARVARD_DOWNTIME_FOLDER = env.str("NARVARD_DOWNTIME_FOLDER", default="")
NARVARD_DOWNTIME_MINUTES = env.int("NARVARD_DOWNTIME_MINUTES", default=15)
NARVARD_VISIT_CODES = env.str("NARVARD_VISIT_CODES", default="")

# Notices leave the system by a mail server and a gateway for text messages; each is off until it is named.
NARVARD_SITE_URL = env.str("NARVARD_SITE_URL", default="").rstrip("/")
NARVARD_EMAIL = env.email_url("NARVARD_EMAIL_URL") if env.str("NARVARD_EMAIL_URL", default="") else {}
vars().update(NARVARD_EMAIL)  # Django's EMAIL_HOST and its like
EMAIL_TIMEOUT = 10
NARVARD_EMAIL_FROM = env.str("NARVARD_EMAIL_FROM", default="narvard@localhost")
NARVARD_SMS_URL = env.str("NARVARD_SMS_URL", default="")
NARVARD_SMS_TOKEN = env.str("NARVARD_SMS_TOKEN", default="")
NARVARD_SMS_FROM = env.str("NARVARD_SMS_FROM", default="Narvard")
guards.refuse_open_call("NARVARD_SMS_URL", NARVARD_SMS_URL, allowed=not PRODUCTION)
if (NARVARD_EMAIL or NARVARD_SMS_URL) and not NARVARD_SITE_URL:
    raise ImproperlyConfigured("Notices hold a link: name the site's own address in NARVARD_SITE_URL")

# How many hours old the newest backup may be before /health says that it is late; 0 is not judged.
NARVARD_BACKUP_HOURS = env.int("NARVARD_BACKUP_HOURS", default=0)

_policy: dict[str, list[str] | bool] = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "manifest-src": [SELF],
    "form-action": [SELF, *identity.origins(NARVARD_SITHS, NARVARD_EID)],
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
# A form of ours holds a note of 20,000 characters at most; the largest is a scenario's, some 25 fields for each team.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3_000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
NARVARD_REQUEST_BYTES = NARVARD_UPLOAD_MB * 1024 * 1024 + DATA_UPLOAD_MAX_MEMORY_SIZE
FILE_UPLOAD_MAX_MEMORY_SIZE = NARVARD_REQUEST_BYTES
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env.int("NARVARD_SESSION_SECONDS", default=12 * 3600)
NARVARD_IDLE_MINUTES = env.int("NARVARD_IDLE_MINUTES", default=30)
NARVARD_IDLE_MINUTES_PERSON = env.int("NARVARD_IDLE_MINUTES_PERSON", default=15)
CSRF_COOKIE_HTTPONLY = True  # the token is read from the page
CSRF_COOKIE_SAMESITE = "Lax"
# Whether a proxy of ours stands before us and says who asks and how.
NARVARD_TRUSTED_PROXY = env.bool("NARVARD_TRUSTED_PROXY", default=False)
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("NARVARD_SSL_REDIRECT", default=True)
    # Without a proxy that sets it, anybody may send the header and call plain HTTP secure.
    if NARVARD_TRUSTED_PROXY:
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
