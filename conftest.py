"""What holds for all tests, of the product and of the mall."""

from hypothesis import settings

# Machines are shared and noisy: how long an example took says nothing about the code.
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")
