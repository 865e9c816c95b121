"""Frames into detections."""
