"""Tracks into crossings, stays, paths and occupancy."""
