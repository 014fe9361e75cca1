"""Refusals: what a domain function raises when a rule forbids the act."""


class Refused(Exception):
    """An act that a rule forbids; ``str()`` is a message for the person who tried."""
