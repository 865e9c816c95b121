"""Events into measures and scores."""
