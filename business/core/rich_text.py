"""What an editor may do inside a text: enough to write well, not enough to break the page's structure."""

__all__ = ["INLINE", "RUNNING"]

INLINE = ["bold", "italic", "link", "document-link", "ul", "ol"]
RUNNING = ["h2", "h3", *INLINE]
