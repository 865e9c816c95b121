"""The graph of operators into a running process."""
