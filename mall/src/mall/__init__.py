"""A mall of nobody: people who do not exist walk before cameras that do not exist, and everything about them is known.

Builds the footage of the demo, the documentation and the tests. The product never imports it.
"""
