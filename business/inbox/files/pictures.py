"""Pictures drawn anew, to be looked at without opening what a stranger sent: nothing but pixels is left of the file."""

from __future__ import annotations

import io
import logging

from PIL import Image, ImageOps

from ..models import Attachment
from . import store
from .kinds import MOST_PIXELS, PICTURES

__all__ = ["MEDIA_TYPE", "draw"]

log = logging.getLogger(__name__)

MEDIA_TYPE = "image/webp"
LONGEST_SIDE = 1600
QUALITY = 80
_FORMATS = {str(kind): name for kind, name in PICTURES.items()}


def draw(attachment: Attachment) -> bool:
    """Draw the picture of a file that may be handed out; tell whether there is one now.

    A failure is no trouble: the file can be downloaded all the same.
    """
    picture_format = _FORMATS.get(attachment.kind)
    if picture_format is None or not attachment.is_handed_out or attachment.picture_path:
        return bool(attachment.picture_path)
    try:
        with store.open_stored(attachment.path) as file:
            drawn = store.write(_redrawn(file.read(), picture_format))
    except Exception as error:  # Pillow's readers raise what they like on broken data
        log.warning("No picture of file %s: %s", attachment.pk, type(error).__name__)
        return False
    ours = Attachment.objects.filter(pk=attachment.pk, path=attachment.path, picture_path="")
    if not ours.update(picture_path=drawn.path):  # another worker was quicker, or the file is gone
        store.remove(drawn.path)
    return True


def _redrawn(data: bytes, picture_format: str) -> bytes:
    with Image.open(io.BytesIO(data), formats=[picture_format]) as image:
        if image.width * image.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is read at a fraction of its size
        turned = ImageOps.exif_transpose(image)
        turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        seen = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
    # A picture of our own: place, camera, profile and comments stay behind.
    clean = Image.new(seen.mode, seen.size)
    clean.paste(seen)
    out = io.BytesIO()
    clean.save(out, "WEBP", quality=QUALITY)
    return out.getvalue()
