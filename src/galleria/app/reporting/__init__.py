"""Reports of a period for people: sections, each with its definition and coverage, as HTML, PDF, CSV and e-mail."""
