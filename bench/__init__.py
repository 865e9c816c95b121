"""`make bench`: how fast, how large and how right the whole way is, beside a plain script of the same network."""
