"""Tests: quick hashing, mail in memory, files in a throwaway folder; the database comes from DATABASE_URL."""

import datetime
import os
import tempfile
from pathlib import Path

from .base import *  # noqa: F403

SECRET_KEY = "only-for-tests"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DEMO_ALLOWED = True
STYLEGUIDE_ENABLED = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = Path(tempfile.gettempdir()) / f"dukatbord-media-{os.getpid()}"
INBOX_FILES_ROOT = Path(tempfile.gettempdir()) / f"dukatbord-inbox-files-{os.getpid()}"
INBOX_FILES_SPARE = INBOX_HELD_SPARE = 0
CLAMD_ADDRESS = ""
IMAP_HOST = MAIL_DROP_DIR = INBOX_REPLY_ADDRESS = ""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
AXES_ENABLED = False
WAGTAILADMIN_BASE_URL = "http://testserver"
OUTBOX_UNDO = datetime.timedelta()  # tests of the undo set it
