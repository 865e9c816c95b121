"""Sealed stores: templates, identities and evidence, in three files that nobody can join without their keys.

Keys lie in another folder than what they open. Destroying a key is erasure, in every copy of the file; that holds
for the key's own copies as well, so the folder of keys belongs into no backup that outlives the period.
"""
