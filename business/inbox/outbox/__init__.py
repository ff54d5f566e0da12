"""What the outbox holds: written with the case, sent, and followed by what was to happen.

``writing``, ``alerts``
    How a mail comes into it: to the sender with its copies, and to colleagues.
``delivery``, ``sending``
    How a mail leaves it, by whichever worker; one mail to the mail server, and what the server says.
``following``, ``forwarded``, ``closing``, ``unreached``, ``unanswering``
    What follows when it was taken, also by another authority, and when it was not.
``held``
    What was waiting in a database that has been restored.
"""

from .alerts import tell_given, tell_let_in, tell_meeting, tell_taken
from .delivery import GIVE_UP_AFTER, count_as_sent, deliver, deliver_task, sweep
from .unreached import bounced
from .writing import put, put_copy, send_again, settle, withdraw, withdraw_receipts

__all__ = [
    "GIVE_UP_AFTER",
    "bounced",
    "count_as_sent",
    "deliver",
    "deliver_task",
    "put",
    "put_copy",
    "send_again",
    "settle",
    "sweep",
    "tell_given",
    "tell_let_in",
    "tell_meeting",
    "tell_taken",
    "withdraw",
    "withdraw_receipts",
]
