"""Makes up the history of a site, labelled as such, with everything that was true of it known."""
