"""Templates and labels of a set into figures of accuracy. Pure: arrays in, records out; knows no model and no file.

Terms are those of ISO/IEC 19795-1 and -10 and 30107-3. Scores are inner products of templates of length 1: a higher
score means more alike, and a comparison is accepted when its score is at least the threshold.
"""
