"""Cases as public records: how they are decided on, listed, packed and handed out, and what we hold about somebody.

``short_content``
    What an officer's own words must not hold.
``notices``
    Which versions of the notice on personal data have been in use.
``period``, ``list_files``
    A period's list, on the screen and as files.
``contents`` → ``masking`` → ``archive``
    A case as data (``SCHEMA``), the same with what is secret left out, and the ZIP with it.
``person``
    What we hold about somebody (GDPR, art. 15).
"""
