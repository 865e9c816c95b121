"""Bodies of nobody: shapes, bones, skin, hair, clothes and gait, made into figures."""
