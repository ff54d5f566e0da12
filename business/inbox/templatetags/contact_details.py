"""Addresses and telephone numbers in templates: whole for those who may see them, else masked."""

from __future__ import annotations

from django import template

from ..contact_details import shown_address, shown_phone

__all__: list[str] = []

register = template.Library()
register.filter("address_if", shown_address)
register.filter("phone_if", shown_phone)
