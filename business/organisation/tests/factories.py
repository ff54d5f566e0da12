"""Units, people and places."""

import factory

from business.core.tests.factories import RegisterFactory
from business.organisation.enums import UnitKind
from business.organisation.models import Person, Place, Unit

__all__ = ["PersonFactory", "PlaceFactory", "UnitFactory"]


class UnitFactory(RegisterFactory):
    name = factory.Sequence(lambda number: f"Enheten {number}")
    kind = UnitKind.UNIT
    description = "Svarar på frågor."
    email = factory.LazyAttribute(lambda unit: f"{unit.slug}@kommun.example")
    phone = "0152-291 00"

    class Meta:
        model = Unit

    class Params:
        board = factory.Trait(
            name=factory.Sequence(lambda number: f"Nämnden {number}"), kind=UnitKind.BOARD, email="", phone=""
        )


class PersonFactory(RegisterFactory):
    name = factory.Sequence(lambda number: f"Kim Lind {number}")
    title = "handläggare"
    unit = factory.SubFactory(UnitFactory)
    email = factory.LazyAttribute(lambda person: f"{person.slug}@kommun.example")

    class Meta:
        model = Person


class PlaceFactory(RegisterFactory):
    name = factory.Sequence(lambda number: f"Platsen {number}")
    address = "Storgatan 1"

    class Meta:
        model = Place
