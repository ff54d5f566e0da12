"""What the site does when it holds much. Not part of `make test`: figures depend on the machine."""
