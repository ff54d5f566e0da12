"""What happens to every page of ours when it is published."""

from typing import Any

from business.core.models import BasePage


def note_text_change(sender: type, instance: Any, **kwargs: Any) -> None:
    """Date the text when a page goes live with other words than before."""
    if isinstance(instance, BasePage) and instance.note_text_change():
        type(instance)._default_manager.filter(pk=instance.pk).update(
            text_digest=instance.text_digest, text_changed_at=instance.text_changed_at
        )
