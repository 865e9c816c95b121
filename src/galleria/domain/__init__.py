"""Names and facts: ids, time, geometry, frame, detection, track, site, events, measures, errors."""
