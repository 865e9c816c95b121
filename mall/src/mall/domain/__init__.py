"""Names and facts of the mall: its plan, cameras, people, motion, figures and scenes.

World coordinates: metres; x east, y north, z up; the floor is z = 0. Headings: radians, 0 looks east (+x),
anticlockwise. Time: seconds after a scene's start, in whole ticks.
"""
