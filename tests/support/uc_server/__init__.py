"""A stand-in for Unity Catalog's servers on loopback: the published REST API, enforced, in memory.

Status codes, error bodies and rules of the open-source half are those of the original's version 0.6, as
read from its source and seen on a running server; every test that uses it also runs on a real one.
"""
