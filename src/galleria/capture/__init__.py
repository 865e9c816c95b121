"""A camera or a file into frames; pictures into an annotated video. Knows codecs, nothing of what a picture shows."""
