import hashlib
import math
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.domain.errors import PolicyError
from galleria.policy.audit import Entry, Head, Trouble, encode, sign_head, signed_by, verify
from galleria.policy.tree import EMPTY, Tree, consistent, included, leaf_hash, prove_consistency, prove_inclusion

# The reference tree of certificate transparency.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(bytes.fromhex(one)) for one in INPUTS]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key()
SIZES = st.integers(1, 40)


def leaves(size):
    return [leaf_hash(b"%d" % n) for n in range(size)]


def root(some):
    """As RFC 6962 defines it, word for word."""
    if not some:
        return hashlib.sha256(b"").digest()
    if len(some) == 1:
        return some[0]
    k = 1
    while 2 * k < len(some):
        k *= 2
    return hashlib.sha256(b"\x01" + root(some[:k]) + root(some[k:])).digest()


def test_the_reference_tree():
    tree = Tree()
    assert tree.head().hex() == ROOTS[0] == EMPTY.hex()
    for size, leaf in enumerate(LEAVES, 1):
        tree.append(leaf)
        assert (tree.size, tree.head().hex()) == (size, ROOTS[size])


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_reference_inclusion_proofs(index, size):
    proof = prove_inclusion(LEAVES[:size], index)
    assert [one.hex() for one in proof] == INCLUSION[index, size]
    assert included(LEAVES[index], index, size, bytes.fromhex(ROOTS[size]), proof)


@pytest.mark.parametrize(("old", "size"), CONSISTENCY)
def test_the_reference_consistency_proofs(old, size):
    proof = prove_consistency(LEAVES[:size], old)
    assert [one.hex() for one in proof] == CONSISTENCY[old, size]
    assert consistent(old, bytes.fromhex(ROOTS[old]), size, bytes.fromhex(ROOTS[size]), proof)


@given(st.integers(0, 40))
def test_the_head_that_grew_is_the_head_as_it_is_defined(size):
    assert Tree(leaves(size)).head() == root(leaves(size))


@given(SIZES, st.data())
def test_an_inclusion_proof_shows_this_leaf_there_and_nothing_else(size, data):
    some = leaves(size)
    head = root(some)
    index = data.draw(st.integers(0, size - 1))
    proof = prove_inclusion(some, index)
    assert included(some[index], index, size, head, proof)
    assert not included(leaf_hash(b"other"), index, size, head, proof)
    assert not included(some[index], index, size, leaf_hash(b"other"), proof)
    assert not included(some[index], index, size, head, [*proof, head])
    other = data.draw(st.integers(-1, size + 1).filter(lambda n: n != index))
    assert not included(some[index], other, size, head, proof)
    if proof:
        where = data.draw(st.integers(0, len(proof) - 1))
        assert not included(some[index], index, size, head, proof[:where] + proof[where + 1 :])
        flipped = bytes([proof[where][0] ^ 1]) + proof[where][1:]
        assert not included(some[index], index, size, head, [*proof[:where], flipped, *proof[where + 1 :]])


@given(SIZES, st.data())
def test_a_consistency_proof_shows_that_a_tree_only_grew(size, data):
    some = leaves(size)
    old = data.draw(st.integers(1, size))
    proof = prove_consistency(some, old)
    assert consistent(old, root(some[:old]), size, root(some), proof)
    assert not consistent(old, root(some[:old]), size, root(some), [*proof, root(some)])
    changed = data.draw(st.integers(0, old - 1))
    other = [*some[:changed], leaf_hash(b"other"), *some[changed + 1 :]]
    assert not consistent(old, root(some[:old]), size, root(other), prove_consistency(other, old))
    assert not consistent(old, root(other[:old]), size, root(some), proof)
    assert not consistent(size + 1, root(some[:old]), size, root(some), proof)
    assert not consistent(0, EMPTY, size, root(some), [])


def test_there_is_no_proof_of_what_is_not_there():
    for index in (-1, 3):
        with pytest.raises(IndexError):
            prove_inclusion(leaves(3), index)
    for old in (0, 4):
        with pytest.raises(IndexError):
            prove_consistency(leaves(3), old)


FACTS = st.dictionaries(
    st.text(max_size=5),
    st.text(max_size=5) | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans(),
    max_size=3,
)
ENTRIES = st.builds(
    Entry,
    st.floats(0, 2e9),
    st.text(max_size=5),
    st.text(max_size=5),
    st.text(max_size=5),
    FACTS,
)


@given(ENTRIES, ENTRIES)
def test_an_entry_has_one_form_and_no_two_entries_share_one(one, other):
    assert (encode(one) == encode(other)) == (repr(ordered(one)) == repr(ordered(other)))
    turned = replace(one, facts=dict(reversed(one.facts.items())))
    assert encode(turned) == encode(one)


def ordered(entry):
    return replace(entry, facts=dict(sorted(entry.facts.items())))


def test_the_form_of_an_entry_stays():
    entry = Entry(1_800_000_000, "u1", "purpose.stopped", "purpose:unique", {"why": "Ümlaut", "n": 2, "at": True})
    assert encode(entry) == (
        b'[1800000000.0,"u1","purpose.stopped","purpose:unique",{"at":true,"n":2,"why":"\\u00dcmlaut"}]'
    )


@pytest.mark.parametrize("value", [math.nan, math.inf, None, [1], {"a": 1}, b"x"])
def test_what_has_no_form_is_refused(value):
    with pytest.raises(PolicyError):
        encode(Entry(0.0, "u1", "act", "", {"fact": value}))


def log(size, every=1):
    """Encoded entries, their leaf hashes, and heads signed as it grew."""
    entries = [encode(Entry(float(n), "u1", "door.opened", str(n))) for n in range(size)]
    tree, heads = Tree(), []
    for n, entry in enumerate(entries):
        tree.append(leaf_hash(entry))
        if tree.size % every == 0 or tree.size == size:
            heads.append(sign_head(KEY, "site", tree, float(n)))
    return entries, [leaf_hash(entry) for entry in entries], heads


def check(entries, kept, heads):
    return verify(entries, kept, heads, "site", PUBLIC)


def told(verdict):
    return [(one.trouble, one.first, one.last) for one in verdict.findings]


@given(st.integers(0, 30), st.integers(1, 10), st.booleans())
def test_an_untouched_log_is_in_order(size, every, with_leaves):
    entries, kept, heads = log(size, every)
    verdict = check(entries, kept if with_leaves else [], heads[::-1])
    assert (verdict.size, verdict.vouched, verdict.findings) == (size, size, ())


@given(st.integers(1, 30), st.data())
def test_entries_that_no_head_vouches_for_are_told(size, data):
    entries, kept, heads = log(size)
    signed = data.draw(st.integers(0, size))
    verdict = check(entries, kept, heads[:signed])
    assert (verdict.size, verdict.vouched, verdict.findings) == (size, signed, ())


@given(st.integers(1, 30), st.integers(1, 10), st.data())
def test_a_flipped_byte_is_found_to_the_entry(size, every, data):
    entries, kept, heads = log(size, every)
    where = data.draw(st.integers(0, size - 1))
    at = data.draw(st.integers(0, len(entries[where]) - 1))
    entries[where] = flipped(entries[where], at, data.draw(st.integers(1, 255)))
    verdict = check(entries, kept, heads)
    assert told(verdict) == [(Trouble.ALTERED, where, where)]
    assert verdict.findings[0].says == f"entry {where} was altered"
    assert verdict.vouched == where // every * every
    # Without the leaf hashes, or if these were altered to fit, it is found between two heads.
    first, last = where // every * every, min(where // every * every + every, size) - 1
    for other in ([], [leaf_hash(entry) for entry in entries]):
        assert told(check(entries, other, heads)) == [(Trouble.ALTERED, first, last)]


def flipped(entry, at, by):
    return entry[:at] + bytes([entry[at] ^ by]) + entry[at + 1 :]


@given(st.integers(1, 30), st.data())
def test_several_altered_entries_are_all_found(size, data):
    entries, kept, heads = log(size, 4)
    where = sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=1)))
    for one in where:
        entries[one] += b" "
    assert told(check(entries, kept, heads)) == [(Trouble.ALTERED, one, one) for one in where]


@given(st.integers(2, 30), st.integers(1, 10), st.data())
def test_a_cut_tail_is_found(size, every, data):
    entries, kept, heads = log(size, every)
    left = data.draw(st.integers(0, size - 1))
    for other in (kept, kept[:left], []):
        verdict = check(entries[:left], other, heads)
        assert told(verdict) == [(Trouble.CUT, left, size - 1)]
        assert verdict.findings[0].says == f"{size} entries were signed and {left} are there"
        assert verdict.vouched == left // every * every


@given(st.integers(2, 30), st.data())
def test_an_entry_that_was_taken_out_or_put_in_is_found(size, data):
    entries, _, heads = log(size)
    where = data.draw(st.integers(0, size - 1))
    shorter = entries[:where] + entries[where + 1 :]
    verdict = check(shorter, [leaf_hash(entry) for entry in shorter], heads)
    assert (Trouble.CUT, size - 1, size - 1) in told(verdict)
    assert where == size - 1 or (Trouble.ALTERED, where, where) in told(verdict)
    longer = [*entries[:where], b"more", *entries[where:]]
    verdict = check(longer, [leaf_hash(entry) for entry in longer], heads)
    assert told(verdict) == [(Trouble.ALTERED, where, where)]


def test_an_altered_leaf_hash_beside_a_sound_entry():
    entries, kept, heads = log(9, 4)
    kept[5] = leaf_hash(b"other")
    verdict = check(entries, kept, heads)
    assert told(verdict) == [(Trouble.LEAF, 5, 5)]
    assert verdict.vouched == 9


@settings(max_examples=30)
@given(st.integers(0, 8), st.sampled_from(["log", "size", "root", "time", "signature", "key"]))
def test_a_head_is_signed_whole(which, field):
    entries, kept, heads = log(9)
    head = heads[which]
    assert signed_by(head, "site", PUBLIC)
    assert not signed_by(head, "other", PUBLIC)
    forged = {
        "log": lambda: replace(head, log="other"),
        "size": lambda: replace(head, size=head.size + 1),
        "root": lambda: replace(head, root=leaf_hash(b"other")),
        "time": lambda: replace(head, time=head.time + 1e-6),
        "signature": lambda: replace(head, signature=flipped(head.signature, 3, 1)),
        "key": lambda: sign_head(
            Ed25519PrivateKey.from_private_bytes(b"x" * 32), "site", Tree(kept[: head.size]), head.time
        ),
    }[field]()
    heads[which] = forged
    assert not signed_by(forged, "site", PUBLIC)
    assert [one.trouble for one in check(entries, kept, heads).findings] == [Trouble.FORGED]


def test_two_signed_heads_of_one_size_that_differ():
    entries, kept, heads = log(4, 4)
    second = sign_head(KEY, "site", Tree(leaves(4)), 99.0)
    for pair in ([*heads, second], [second, *heads]):
        verdict = check(entries, kept, pair)
        assert "two signed heads of 4 entries differ" in [one.says for one in verdict.findings]


def test_other_logs_heads_say_nothing_about_this_one():
    entries, kept, _ = log(3)
    other = sign_head(KEY, "other", Tree(kept), 0.0)
    assert told(check(entries, kept, [other])) == [(Trouble.FORGED, 0, 2)]


@pytest.mark.parametrize("name", ["", "a\nb", " a", "a\n", "a\u2028b"])
def test_a_logs_name_is_one_line(name):
    with pytest.raises(PolicyError, match="cannot name a log"):
        sign_head(KEY, name, Tree(), 0.0)


def test_an_empty_log():
    assert told(check([], [], [])) == []
    assert told(check([], [], [sign_head(KEY, "site", Tree(), 0.0)])) == []
    assert Head("site", 0, EMPTY, 0.0).signed_text().startswith(b"galleria audit head 1\nsite\n0\ne3b0c442")
