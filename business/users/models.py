"""People who sign in."""

from django.contrib.auth.models import AbstractUser

__all__ = ["User"]


class User(AbstractUser):
    """A person who signs in to the admin. Ours from the first migration, so that it can grow."""

    def __str__(self) -> str:
        return self.get_full_name() or self.get_username()
