"""Production, with everything that waits made short: the fault suite cannot wait for minutes."""

import datetime

from config.settings.production import *  # noqa: F403

from .scale import SCALE

OUTBOX_LEASE = datetime.timedelta(seconds=SCALE.lease)
OUTBOX_SWEEP_EVERY = INBOX_SCAN_EVERY = INBOX_DISPOSE_EVERY = 0.5
OUTBOX_BACKOFF = (1 / 60,)
EMAIL_TIMEOUT = SCALE.mail_timeout
# Files as they stand in the tree: nothing to collect first.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# The suite is a flood.
INBOX_BUDGET = ()
