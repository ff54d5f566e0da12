"""Files that come with a request or go out with an answer.

A form, on the site or in the admin, needs ``FilesField`` and four functions of this package:

``hold(uploads, *, held_key="", draft=None, is_anybodys=False) -> list[Attachment]``
    Stores what was uploaded, for a visitor's form (its submission key) or for an officer's draft, and returns what it
    stored. Raises ``ValidationError`` with a sentence for each file that is not taken (show them at the field): the
    others are stored all the same. Raises ``StoreError`` when nothing can be stored right now; what anybody can upload
    has less room than mail and answers have.
``held(held_key) -> list[Attachment]``
    What a visitor's form holds and has not sent yet. A draft's are ``draft.attachments.all()``.
``let_go(ids, *, held_key="", draft=None) -> None``
    Takes files out of a form or a draft again. What is not theirs, or has been sent, stays.
``sendable(held_key) -> tuple[Attachment, ...]``
    What a request with this key has, each file once, for ``ContactRequest.attachments``.

``as_download(attachment)`` answers a request with a file, once ``attachment.is_handed_out``; ``open_stored(path)`` reads
what the store holds.
"""

from .fields import FilesField, FilesInput
from .holding import MOST_FILES, MOST_IN_MAIL, held, hold, let_go, move, sendable, unsent
from .kinds import ACCEPTED_ENDINGS, MOST_BYTES
from .mailing import FileLockedError, FileWaitsError, for_mail, too_much_for_mail
from .pictures import MEDIA_TYPE as PICTURE_TYPE
from .scanning import tell_locked
from .serving import HEADERS, as_download
from .store import StoreError, open_stored

__all__ = [
    "ACCEPTED_ENDINGS",
    "HEADERS",
    "MOST_BYTES",
    "MOST_FILES",
    "MOST_IN_MAIL",
    "PICTURE_TYPE",
    "FileLockedError",
    "FileWaitsError",
    "FilesField",
    "FilesInput",
    "StoreError",
    "as_download",
    "for_mail",
    "held",
    "hold",
    "let_go",
    "move",
    "open_stored",
    "sendable",
    "tell_locked",
    "too_much_for_mail",
    "unsent",
]
