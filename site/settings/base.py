"""What every environment shares. Values that differ by place come from the environment."""

import datetime
import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))


def env_bool(name: str, default: bool = False) -> bool:
    """Read a yes/no setting: 1, true, yes and on mean yes, whatever the case."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    """Read a comma-separated setting; blanks are dropped."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


DEBUG = False

INSTALLED_APPS = [
    "home",
    "search",
    "business.core",
    "business.users",
    "business.media",
    "business.organisation",
    "business.guides",
    "business.planning",
    "business.networks",
    "business.news",
    "business.inbox",
    "business.contact",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "business.users.apps.AdminUsersConfig",  # wagtail.users
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "axes",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "business.core.middleware.ContentSecurityPolicyMiddleware",
    "business.core.middleware.RefuseNulMiddleware",
    "business.core.middleware.PublicGZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "business.core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "business.core.middleware.AdminMiddleware",
    "business.core.middleware.KeepTypedMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "business.core.links.LinkMiddleware",
    "business.planning.publishing.GuardedPublishing",
    # Last, so that it sees the sign-in's own answer.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["business.core.loaders.CompactLoader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

# --- Data -----------------------------------------------------------------------------------------------------------

# SQLite waits for its turn instead of failing, readers do not block writers, and a committed row is on the disk
# (synchronous=FULL): a receipt promises that.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;",
}


def database(url: str) -> dict:
    """Turn a database address into Django's settings, with the options that each engine needs."""
    config = dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {**config.get("OPTIONS", {}), **SQLITE_OPTIONS}
    return config


DATABASES = {"default": database(os.environ.get("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'database.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# What the web processes and the worker of one machine remember together: how far a long piece of work has come, for one.
SHARED_CACHE = {
    "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
    "LOCATION": os.environ.get("CACHE_DIR") or VAR_DIR / "cache",
}

# Wagtail enqueues search indexing at every save: that stays immediate. What we put off goes to the database queue.
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "queue": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]},
}

# --- Files ----------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "site" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
# Web server or object store serves media in production; the demo has nothing before it.
SERVE_MEDIA = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "business.core.storage.SmallStaticFilesStorage"},
}
# What came with requests: never below MEDIA_ROOT or STATIC_ROOT, which are served.
INBOX_FILES_ROOT = Path(os.environ.get("INBOX_FILES_ROOT") or VAR_DIR / "inbox-files")
INBOX_FILES_SPARE = 500 * 1024 * 1024  # bytes that files leave free on their disk: messages matter more
# Anybody can have the site hold files without sending them, and it holds them for days. They leave more room, so that they
# never stop mail and answers, and are no more than so many bytes altogether.
INBOX_HELD_SPARE = 4 * INBOX_FILES_SPARE
INBOX_HELD_MOST = 2 * 1024 * 1024 * 1024
# Never below MEDIA_ROOT or STATIC_ROOT either. An archive holds what the database and the files hold.
BACKUP_FOLDER = Path(os.environ.get("BACKUP_FOLDER") or VAR_DIR / "backups")
BACKUP_EVERY: datetime.timedelta | None = datetime.timedelta(days=1)  # how often one is expected
# Whoever sends it may read /operations.json; without one there is no such address.
MONITOR_TOKEN = os.environ.get("MONITOR_TOKEN", "")
# The folder of pg_dump and pg_restore, where they are not on the path or older than the server.
POSTGRESQL_PROGRAMS = os.environ.get("POSTGRESQL_PROGRAMS", "")
CLAMD_ADDRESS = os.environ.get("CLAMD_ADDRESS", "")  # host:port, or the path of a socket; empty: nothing is scanned
INBOX_SCAN_EVERY = 20  # seconds
INBOX_DISPOSE_EVERY = 30  # seconds between looks for a disposal that was approved
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Language and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "sv"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "site" / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
WAGTAIL_I18N_ENABLED = True
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

# --- People ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "wagtailadmin_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25  # hours
# Name and address together: nobody can lock a colleague out from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_ENABLE_ADMIN = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# --- Mail -----------------------------------------------------------------------------------------------------------

EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS")
EMAIL_USE_SSL = env_bool("EMAIL_USE_SSL")
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "dukatbord@localhost")
# Mail that comes in (business/inbox/incoming): a mailbox over IMAP, or a folder of .eml files. Both off when empty.
IMAP_HOST = os.environ.get("IMAP_HOST", "")
IMAP_SECURITY = os.environ.get("IMAP_SECURITY", "tls")  # tls, starttls, or none on this machine alone
IMAP_PORT = int(os.environ.get("IMAP_PORT") or (993 if IMAP_SECURITY == "tls" else 143))
IMAP_USER = os.environ.get("IMAP_USER", "")
IMAP_PASSWORD = os.environ.get("IMAP_PASSWORD", "")
IMAP_TOKEN_FILE = os.environ.get("IMAP_TOKEN_FILE", "")  # instead of a password: a file with an OAuth access token
IMAP_FOLDER = os.environ.get("IMAP_FOLDER", "INBOX")
# Where what is read is moved; empty: it is marked as read. Disposal does not reach a mailbox: have the mail server delete
# there what is older than 28 days, trash included (docs/features/mail-in.md).
IMAP_DONE_FOLDER = os.environ.get("IMAP_DONE_FOLDER", "")
MAIL_DROP_DIR = os.environ.get("MAIL_DROP_DIR", "")  # what is read from the folder is removed from it
# The mailbox that is read. Replies go there, with the case in the address (plus addressing); empty: to the office's address.
INBOX_REPLY_ADDRESS = os.environ.get("INBOX_REPLY_ADDRESS", "")
INBOX_MAIL_TOPIC = os.environ.get("INBOX_MAIL_TOPIC", "")  # key of the topic of a request by mail; empty: the first
INBOX_MAIL_EVERY = 30  # seconds
INBOX_MAIL_ROUND = 10  # seconds that a round may take, so that the worker comes to its other work
INBOX_MAIL_LEASE = datetime.timedelta(minutes=5)  # after it, a mail of a worker that died is anybody's

# --- Browser policy -------------------------------------------------------------------------------------------------

X_FRAME_OPTIONS = "SAMEORIGIN"  # the admin frames the preview
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
CSRF_FAILURE_VIEW = "business.core.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
    }
}
# Wagtail's admin carries inline script and style and builds templates in the browser.
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
    "form-action": [SELF],
    "base-uri": [SELF],
    "object-src": [NONE],
}

# --- Wagtail --------------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Dukat bord"
WAGTAILADMIN_BASE_URL = os.environ.get("BASE_URL", "http://127.0.0.1:8000")
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]  # office hours and promises are the municipality's, wherever somebody sits
WAGTAILIMAGES_IMAGE_MODEL = "media.CustomImage"
WAGTAILDOCS_DOCUMENT_MODEL = "media.CustomDocument"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ods", "odt", "pdf", "pptx", "txt", "xlsx"]
# "simple": words as they are, whatever language a PostgreSQL takes for its default. SQLite has no such choice.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "search.backends", "SEARCH_CONFIG": "simple"}}
WAGTAIL_FINISH_WORKFLOW_ACTION = "business.core.guarded.publish_approved"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILEMBEDS_FINDERS: list[dict] = []

# --- The site's own -------------------------------------------------------------------------------------------------

DEMO_ALLOWED = False  # whether `load_demo` may run here
STYLEGUIDE_ENABLED = False
CASE_NUMBER_PREFIX = "DB"
# So many requests through the site, from everybody together, are ordinary: a municipality of our size gets some twenty a
# day. Above one of these numbers only what looks like a person's passes; the rest waits in quarantine (inbox/suspicion.py).
INBOX_BUDGET = ((datetime.timedelta(minutes=10), 20), (datetime.timedelta(hours=1), 50))
# Above the budget, so many an hour pass from people we do not know: what a flood can put on the list, and mail, at most.
INBOX_STRANGERS = 75
# Mail on its way out; the fault suite, which cannot wait, sets these lower. Keep the lease far above EMAIL_TIMEOUT.
OUTBOX_LEASE = datetime.timedelta(minutes=5)  # after it, a mail of a worker that died is anybody's
OUTBOX_SWEEP_EVERY = 30  # seconds
OUTBOX_UNDO = datetime.timedelta(seconds=20)  # so long an answer can be withdrawn
# Minutes to wait after the first, second, … failure; the last one repeats until 72 hours have passed.
OUTBOX_BACKOFF = (1, 5, 15, 60, 120, 240, 480)

# --- Log ------------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        # The worker asks for work every second; only its trouble is news.
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
    },
}
