"""How the site is doing: what waits, what has stopped, and what to do about it.

``look`` reads everything for the page and for monitoring, ``is_red`` only what the admin's home must know.
"""

from .looking import Section, is_red, look
from .parts import Reading, State, worst

__all__ = ["Reading", "Section", "State", "is_red", "look", "worst"]
