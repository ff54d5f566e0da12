from wagtail import hooks

from .viewsets import NetworkListing


@hooks.register("register_admin_viewset")
def register_listing() -> NetworkListing:
    return NetworkListing()
