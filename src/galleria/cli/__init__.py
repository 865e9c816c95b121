"""What people type into commands, and answers into tables."""
