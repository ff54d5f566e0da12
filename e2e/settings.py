"""The site as `make run` serves it, but mail that meets trouble is tried again within seconds: no journey waits an hour."""

import datetime

from config.settings.dev import *  # noqa: F403

OUTBOX_LEASE = datetime.timedelta(seconds=15)
OUTBOX_SWEEP_EVERY = 1
OUTBOX_BACKOFF = (0.05,)
OUTBOX_UNDO = datetime.timedelta(seconds=4)
EMAIL_TIMEOUT = 5
INBOX_MAIL_EVERY = INBOX_DISPOSE_EVERY = 1
# Journeys fill in forms faster than people, and many of them.
INBOX_BUDGET = ()
# What Wagtail saves by itself while somebody types would race with what the journey sends, and be refused as older.
WAGTAIL_AUTOSAVE_INTERVAL = 0
