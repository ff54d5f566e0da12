"""Blocks of pictures."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

__all__ = ["PictureBlock"]


class PictureBlock(blocks.StructBlock):
    """A picture, with what it shows told for those who cannot see it."""

    image = ImageChooserBlock(label=_("picture"))
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
