"""The thin module behind *From Superposition to Snowfall*: what more than one chapter needs, nothing else.

Import the modules, not names from here: ``from helpers import nets, train, weather``.
"""
