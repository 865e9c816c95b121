"""Detections into tracks."""
