"""Pictures for human eyes: contact sheets, plans, films from above."""
