"""Mail that comes in: fetched, stored as it arrived, read, and put where it belongs.

``fetching.fetch()``
    One round: read what the mailbox and the drop folder hold, store it, and file what is stored. The worker calls it.
``addresses.reply_address(number, to)``
    Where the reply to one of our mails goes, so that it finds its case and nobody writes in somebody else's name.
``quotes.split(text)``
    What of a mail its sender wrote, and what is repeated below it.
"""
