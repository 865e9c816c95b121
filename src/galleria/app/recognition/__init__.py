"""Faces under purposes: what cameras' face steps saw becomes sightings and tallies, where a grant holds."""
