"""Who decides, who answers, and where."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from business.core.models import Register, originals
from business.core.panels import RegisterSelect
from business.core.translation import facts, texts

from .enums import UnitKind

__all__ = ["UNIT_LEVELS", "Person", "Place", "Unit"]

# A committee, its office and the office's units. What asks for a unit and those below joins as often, so it is a number
# and not a tree without end.
UNIT_LEVELS = 3


class UnitQuerySet(models.QuerySet):
    """Units, by whether they can be chosen."""

    def in_use(self, besides: int | None = None) -> UnitQuerySet:
        """The originals that can be chosen, and the one that is chosen already, given by its key."""
        return self.filter(originals(), models.Q(in_use=True) | models.Q(pk=besides))


class Unit(Register):
    """A board, office, authority or other body that decides, prepares, supervises or advises."""

    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind.choices, default=UnitKind.UNIT)
    part_of = models.ForeignKey(
        "self",
        verbose_name=_("is part of"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="parts",
        help_text=_("Those who belong to the larger unit also see the requests of this one."),
    )
    description = models.TextField(_("what it does"), max_length=400, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    url = models.URLField(_("web address"), blank=True)
    # What cases and rules hold on to is never deleted: it is put out of use.
    in_use = models.BooleanField(
        _("can be chosen"), default=True, help_text=_("Take the mark away when the unit is no longer there.")
    )

    panels = [
        *Register.panels,
        FieldPanel("kind"),
        RegisterSelect("part_of"),
        FieldPanel("description"),
        FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
        FieldPanel("url"),
        FieldPanel("in_use"),
    ]
    translatable_fields = [
        *Register.translatable_fields,
        *texts("description"),
        *facts("kind", "part_of", "email", "phone", "url", "in_use"),
    ]
    objects = UnitQuerySet.as_manager()

    class Meta(Register.Meta):
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="unique_unit_slug")]

    def clean(self) -> None:
        super().clean()
        if self.part_of is not None:
            self._check_levels(self.part_of)

    def _check_levels(self, larger: Unit) -> None:
        """Refuse a circle, and more levels than `UNIT_LEVELS`."""
        above: list[int] = []
        unit: Unit | None = larger
        while unit is not None and unit.pk not in above:
            if unit.pk == self.pk:
                raise ValidationError({"part_of": _("A unit cannot be part of itself.")})
            above.append(unit.pk)
            unit = unit.part_of
        below, parts = 0, Unit.objects.filter(part_of=self.pk) if self.pk else Unit.objects.none()
        while below < UNIT_LEVELS and parts.exists():
            below, parts = below + 1, Unit.objects.filter(part_of__in=parts.values("pk"))
        if len(above) + 1 + below > UNIT_LEVELS:
            raise ValidationError({"part_of": _("Units stand on three levels at most.")})


class Person(Register):
    """Somebody whom a company can turn to."""

    title = models.CharField(_("title"), max_length=120, blank=True)
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("unit"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="people",
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)

    panels = [
        *Register.panels,
        FieldPanel("title"),
        RegisterSelect("unit"),
        FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
    ]
    translatable_fields = [*texts("title"), *facts("name", "slug", "unit", "email", "phone")]

    class Meta(Register.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="unique_person_slug")]


class Place(Register):
    """Somewhere that companies meet."""

    address = models.CharField(_("address"), max_length=200, blank=True)

    panels = [*Register.panels, FieldPanel("address")]
    translatable_fields = [*Register.translatable_fields, *facts("address")]

    class Meta(Register.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="unique_place_slug")]
