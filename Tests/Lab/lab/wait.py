"""Waiting for conditions instead of sleeping, and the failure that a scenario ends with."""

import time


class Failure(Exception):
    """Something that had to happen did not, in words that say what was expected and what was there."""


def until(condition, what, timeout, interval=0.05, context=None):
    """Calls `condition` until it returns something true, and returns that with the seconds it took.

    `what` completes the sentence "did not happen: ...". `context` is called for a failure's details.
    """
    started = time.monotonic()
    while True:
        value = condition()
        elapsed = time.monotonic() - started
        if value:
            return value, elapsed
        if elapsed > timeout:
            detail = f"\n{context()}" if context else ""
            raise Failure(f"within {timeout:g} s this did not happen: {what}{detail}")
        time.sleep(interval)


def stays(condition, what, duration, interval=0.05, context=None):
    """Fails as soon as `condition` is false within `duration` seconds: for what must not change."""
    ends = time.monotonic() + duration
    while time.monotonic() < ends:
        if not condition():
            detail = f"\n{context()}" if context else ""
            raise Failure(f"this had to stay so and did not: {what}{detail}")
        time.sleep(interval)
