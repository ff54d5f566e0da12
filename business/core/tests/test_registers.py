"""Registers: keys that are the same in every language and never taken twice."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from business.core.registers import RegisterChoices
from business.core.tests.factories import translate_record
from business.guides.models import Trade
from business.guides.tests.factories import TradeFactory

pytestmark = pytest.mark.django_db


def test_a_key_that_is_taken_is_refused_at_its_field():
    TradeFactory(slug="restaurang", name="Restaurang")
    with pytest.raises(ValidationError) as refused:
        Trade(slug="restaurang", name="Krog").full_clean(exclude=["translation_key", "locale"])
    assert list(refused.value.message_dict) == ["slug"]
    assert "Restaurang" in refused.value.messages[0]


def test_the_same_key_in_another_language_is_no_clash():
    trade = TradeFactory(slug="restaurang", name="Restaurang")
    translate_record(trade, name="Restaurant").full_clean()


def test_choices_are_in_the_readers_language_and_order_by_the_originals_key():
    first = TradeFactory(slug="aa", name="Åkeri")
    TradeFactory(slug="bb", name="Bageri")
    translate_record(first, name="Haulage")
    Trade.objects.filter(pk=first.pk).update(slug="akeri")
    with translation.override("sv"):
        assert RegisterChoices(Trade).choices == [("bb", "Bageri"), ("akeri", "Åkeri")]
    with translation.override("en"):
        choices = RegisterChoices(Trade).choices
    assert choices == [("akeri", "Haulage"), ("bb", "Bageri")]
    assert [name.lang for _key, name in choices] == ["", "sv"]
