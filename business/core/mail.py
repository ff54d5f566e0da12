"""Mail as files, for the demo and for a laptop without a mail server."""

import secrets
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils import timezone

__all__ = ["FolderEmailBackend"]


class FolderEmailBackend(BaseEmailBackend):
    """Writes each message as one ``.eml`` file, which every mail program opens."""

    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            stamp = timezone.localtime().strftime("%Y-%m-%d-%H%M%S")
            (folder / f"{stamp}-{secrets.token_hex(3)}.eml").write_bytes(message.message().as_bytes())
        return len(email_messages)
