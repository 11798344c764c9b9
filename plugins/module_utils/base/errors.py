# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The only family of exceptions; run.py catches it in one place and fails the task."""

from __future__ import annotations


class HaError(Exception):
    """A task that failed: one clear message, and facts about the failure (a mapping) for the task's result."""

    def __init__(self, message, **facts):
        super().__init__(message)
        self.facts = facts


class BadInput(HaError):
    """The input is wrong, as one or more sentences explain; nothing has been changed."""

    def __init__(self, *sentences):
        super().__init__("; ".join(sentences))
        self.sentences = sentences


def check_all(checks):
    """Call all of these functions, then raise one error for everything that they refuse.

    :raises BadInput: with the sentences of all functions.
    """
    sentences = []
    for check in checks:
        try:
            check()
        except BadInput as error:
            sentences += error.sentences
    if sentences:
        raise BadInput(*sentences)


class CommandFailed(HaError):
    """A command exited with an unexpected code. `result` is its cluster.Result."""

    def __init__(self, what, result, remedy=""):
        said = [line for line in (result.err.strip() or result.out.strip()).splitlines() if not line.startswith("<")]
        sentence = f"{what}: {result.argv[0]} exited with {result.code}"
        sentence += f": {said[-1]}" if said else ""
        super().__init__(
            f"{sentence}. {remedy}" if remedy else sentence,
            cmd=list(result.argv),
            rc=result.code,
            stdout=result.out,
            stderr=result.err,
        )


def nearest(name, known):
    """The end of a message about an unknown `name`: a suggestion of the most similar known name, or an empty text."""
    # Imported only here, because most tasks never need it
    import difflib

    lowered = {each.lower(): each for each in known}
    close = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    return f"; did you mean {lowered[close[0]]!r}?" if close else ""


def instead(name, known):
    """Like nearest(), but lists all known names if none is similar."""
    return nearest(str(name), known) or f"; known: {', '.join(known)}"
