"""The laptop and the demo: SQLite, mail in a folder unless EMAIL_HOST names a server, one process. Never for the public."""

import os

from .base import *  # noqa: F403
from .base import LOGGING, SHARED_CACHE, STATIC_ROOT, env_bool, env_list

# Off by default, so that the designed error pages are what one sees; `make run DEBUG=1` shows Django's own.
DEBUG = env_bool("DEBUG")
SECRET_KEY = "only-for-the-demo-on-this-machine-and-never-in-production"
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver")
DEMO_ALLOWED = True
STYLEGUIDE_ENABLED = True
CACHES = {"default": SHARED_CACHE}
SERVE_MEDIA = True
BACKUP_EVERY = None  # a demo can be made again
if not os.environ.get("EMAIL_HOST"):
    EMAIL_BACKEND = "business.core.mail.FolderEmailBackend"
# Files are served as they stand in the tree: nothing to collect, a change shows at once.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# Also makes the folder of the database.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Every page that the demo makes is no news here; in production it is a trace.
LOGGING = {**LOGGING, "loggers": {**LOGGING["loggers"], "wagtail": {"level": "WARNING"}}}
