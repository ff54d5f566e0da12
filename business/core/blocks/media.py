"""Blocks of pictures."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

__all__ = ["PictureBlock"]


class RenditionChooserBlock(ImageChooserBlock):
    """Chooses a picture, and fetches all that have been drawn of it with all pictures of the text at once."""

    def bulk_to_python(self, values: list[int]) -> list[Any]:
        pictures = self.model_class.objects.prefetch_related("renditions").in_bulk(values)
        return [pictures.get(number) for number in values]

    def deconstruct(self) -> tuple[str, Any, Any]:
        """For migrations it is Wagtail's own: they must not depend on where our classes stand."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.images.blocks.ImageChooserBlock", args, kwargs


class PictureBlock(blocks.StructBlock):
    """A picture, with what it shows told for those who cannot see it."""

    image = RenditionChooserBlock(label=_("picture"))
    alternative_text = blocks.CharBlock(
        max_length=200,
        required=False,
        label=_("alternative text"),
        help_text=_("Say what the picture shows. Leave empty only if it is mere decoration."),
    )
    caption = blocks.CharBlock(max_length=200, required=False, label=_("caption"))

    class Meta:
        label = _("Picture")
        icon = "image"
        group = _("Pictures")
        template = "blocks/picture.html"
        description = _("A picture with alternative text and caption.")
