"""Disposal: what may go, what stops it, who decided it, and what went.

``rules.py`` (which rule fits a case, and from which day), ``holds.py`` (what stops it), ``deciding.py`` (proposed, looked
through, approved or sent back), ``emptying.py`` (what goes and what stays of a case), ``execution.py`` (the worker's part),
``protocol.py`` (what is written down), ``repeating.py`` (again, after a restore), ``triggers.py`` (what the database
refuses to everybody else).
"""
