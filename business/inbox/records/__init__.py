"""Cases as public records: how they are decided on, listed, packed and handed out, and what we hold about somebody.

``registration``, ``short_content``
    A number of the register however it is typed; what an officer's own words must not hold.
``notices``
    The notice on personal data that stands now, and which versions have been in use.
``period``, ``list_files``
    A period's list, on the screen and as files.
``contents`` → ``masking`` → ``archive``
    A case as data (``SCHEMA``), the same with what is secret left out, and the ZIP with it.
``person``
    What we hold about somebody (GDPR, art. 15).
"""
