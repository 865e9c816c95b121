import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from galleria.app.packed import pack, unpack

shapes = array_shapes(max_dims=3, max_side=4, min_side=0)
edges = st.sampled_from([0, 127, 128, 255, 256, 32768, 65535, 65536, 2**31, 2**32 - 1, 2**32, 2**63 - 1])
some = st.tuples(edges, edges).flatmap(
    lambda far: arrays(np.int64, shapes, elements=st.integers(-far[0], far[1]) | st.sampled_from([-far[0], far[1]]))
)


@given(st.lists(some, max_size=4), st.text(max_size=5))
def test_what_was_packed_is_there_again(packed, text):
    about, found = unpack(pack([text, 3], packed))
    assert about == [text, 3]
    assert [one.dtype for one in found] == [np.int64] * len(packed)
    assert all(np.array_equal(one, other) for one, other in zip(found, packed, strict=True))


def test_each_array_takes_the_room_that_its_numbers_need():
    few, many = (len(pack("", [np.full(100, most, np.int64)])) for most in (255, 256))
    assert many - few == 100
