"""Pictures and the boxes of bodies in them into faces, best shots, templates and attributes.

Pixels stay here: what a network is shown of a face is cut out of the picture at once (a chip) and forgotten once the
network has seen it. Templates are not made for a purpose that nobody declared: that is decided further up.
"""
