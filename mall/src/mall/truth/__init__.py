"""What was so: boxes, visible shares, faces, crossings, stays and visits, read off the motion without drawing."""
