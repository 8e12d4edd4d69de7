"""How properties are tried: few examples each time, and never against the clock."""

from hypothesis import settings

settings.register_profile("cipherx", deadline=None, max_examples=40)
settings.load_profile("cipherx")
