# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one family of exceptions; module.py catches it, once, and fails the task with it."""

from __future__ import annotations


class HaError(Exception):
    """A task that cannot be done: one clear sentence, and the facts of the failure (a mapping) for the result."""

    def __init__(self, message, **facts):
        super().__init__(message)
        self.facts = facts


class BadInput(HaError):
    """What was asked for is wrong, which one or more sentences say; nothing has been touched."""

    def __init__(self, *sentences):
        super().__init__("; ".join(sentences))
        self.sentences = sentences


def check_all(checks):
    """Call all of these functions, then raise everything that they refuse, as one.

    :raises BadInput: with the sentences of all.
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
    """A command ended otherwise than it may. `result` is its cluster.Result."""

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
    """The text that ends a sentence about an unknown `name`: the known name that is most like it, or nothing."""
    # Nothing is unknown to most tasks: they need not import it
    import difflib

    lowered = {each.lower(): each for each in known}
    close = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    return f"; did you mean {lowered[close[0]]!r}?" if close else ""


def instead(name, known):
    """The same of a `name` that may be like none of the known ones: then all of them."""
    return nearest(str(name), known) or f"; known: {', '.join(known)}"
