"""Cards into cached, verified networks and running inference sessions."""
