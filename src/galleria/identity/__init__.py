"""Templates into sightings: who of the gallery this is, whether anybody, and what is too uncertain to say."""
