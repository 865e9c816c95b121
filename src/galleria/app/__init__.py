"""A command into: check, run, record, answer. The one door for the command line and the console."""
