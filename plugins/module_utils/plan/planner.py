# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wanted and the document as it is -> the document as it shall be, and what differs. Pure: no I/O."""

from __future__ import annotations

import copy
from functools import partial

from ..base.cib import Cib, as_text
from ..base.errors import BadInput
from ..objects.context import Context, Options
from ..objects.registry import SECTIONS

# What runs by itself: groups and clones run when their members do
_RUNNING = ("primitive", "bundle")


class Plan:
    """An edited document, and what differs in it from the one that was read.

    :ivar changed: whether anything differs.
    :ivar changes: a list of Change, in order of reference.
    :ivar removed: the ids of the primitives and bundles that are no longer in it.
    :ivar recreated: the ids of those that are in it with another agent.
    :ivar warnings: sentences for the user.
    :ivar impact: what it makes the cluster do, once that has been asked (preview.py).
    :ivar expected: the document that the scheduler is asked about, as text, where the task does more than commit `cib`.
    """

    impact = expected = None

    def __init__(self, cib, recreated=frozenset(), warnings=()):
        self.cib = cib
        self.warnings = list(warnings)
        self.changed = False
        self.changes = []
        self.removed = []
        self.recreated = sorted(recreated)
        # Edits can cancel each other out
        original = Cib(cib.text) if cib.edits else cib
        if cib.edits and original.xml() != cib.xml():
            # Most tasks find nothing to change
            from .changes import changes

            self.changed = True
            self.changes = changes(original, cib)
            self.removed = [each for each in original.resource_ids(_RUNNING) if cib.resource(each) is None]

    @property
    def to_stop(self):
        """What has to stop before it is removed or gets another agent."""
        return self.removed + self.recreated

    def expect(self, besides):
        """Let the preview foresee something else along with the change.

        :param besides: (root element of a document) -> whether it had to edit it, for the preview alone.
        """
        root = copy.deepcopy(self.cib.root)
        if besides(root):
            self.expected = as_text(root)

    def is_in(self, cib):
        """Whether a document has what this plan changed. A commit is whole or not at all, so one change tells of all."""
        from .changes import is_in

        return not self.changes or any(is_in(cib, each) for each in self.changes)

    def document(self, side):
        """What differs as a configuration document; `side` is "before" or "after"."""
        from .document import as_document

        return as_document((change.kind, getattr(change, side)) for change in self.changes)


def plan(cib, wanted, agents, exact=False, options=None, then=None, sections=()):
    """Lay what is wanted over the document.

    :param cib: a Cib; it is edited.
    :param wanted: a list of Wanted, in any order: what is referred to is written first, and removed last.
    :param agents: a live.agents.Agents, or None to validate nothing against the agents.
    :param exact: whether what a present object does not give is removed.
    :param options: a kind.Options.
    :param then: a function that edits the document further, when all that is wanted is in it.
    :param sections: the sections of the document that hold nothing but what is wanted.
    :returns: a Plan.
    :raises BadInput: naming everything that is wrong, each with its path.
    """
    context = Context(cib, agents, exact, options or Options())
    wrong = _written(context, wanted, sections)
    if wrong:
        raise BadInput(*(f"{each.path if each else ''}{sentence}" for each, sentence in wrong))
    if then is not None:
        then(cib)
    if cib.edits:
        from ..objects import references

        references.remove_emptied(cib)
    return Plan(cib, context.recreated, context.warnings)


def refused(cib, wanted, agents):
    """Those of what is wanted that plan() would refuse, each once; the document is edited."""
    wrong = _written(Context(cib, agents, False, Options()), wanted, ())
    paths = {each.path for each, _sentence in wrong}
    return [each for each in wanted if each.path in paths]


def _written(context, wanted, sections):
    """Write what is wanted into the document; what is wrong with it as a list of (Wanted or None, sentence)."""
    wrong = []

    def right(each, step):
        """Whether a step did not find anything wrong."""
        try:
            step(each)
        except BadInput as error:
            wrong.extend((each, sentence) for sentence in error.sentences)
            return False
        return True

    wanted = [each for each in sorted(wanted, key=_rank) if right(each, _check)]
    wanted = [each._replace(spec=part) for each in wanted for part in each.kind.parts(each.spec)]
    steps = _steps(context, wanted)
    if sections and not wrong:
        from . import purge

        try:
            steps += purge.steps(context, sections, wanted)
        except BadInput as error:
            wrong.extend((None, sentence) for sentence in error.sentences)
    for _place, each, step in sorted(steps, key=lambda found: found[0]):
        right(each, step)
    return wrong


def _steps(context, wanted):
    """(place, Wanted, what to do with it): removals first, from what refers to what is referred to; the rest the other way round.

    A kind whose objects are completed in another section, such as a primitive in its group, waits for that.
    """
    claimed, written = {}, {}
    present = [each for each in wanted if each.state != "absent"]
    return [
        *((-_rank(each), each, partial(_take_out, context)) for each in wanted if each.state == "absent"),
        *((_rank(each), each, partial(_lay_over, context, claimed, written)) for each in present),
        *((each.kind.completion(each.spec), each, partial(_complete, context, written)) for each in present),
    ]


def _rank(each):
    return SECTIONS.index(each.kind.section)


def _complete(context, written, each):
    # What could not be written has said why already
    if id(each.spec) in written:
        each.kind.complete(context, each.spec, written[id(each.spec)])


def _check(each):
    if each.state == "absent":
        each.kind.check_absent(each.spec)
    else:
        each.kind.check(each.spec)


def _lay_over(context, claimed, written, each):
    """Write one object; `claimed` is what is wanted of each claim and each element, `written` spec -> element."""
    kind, spec = each.kind, each.spec
    for key, value in kind.claims(spec):
        other = claimed.setdefault((key, value), each)
        if other is not each:
            raise BadInput(f"{key}: {value!r} is already given in {other.path.rstrip('.')}")
    element = kind.find(context.cib, spec)
    if element is not None and element in claimed:
        raise BadInput(f"{kind.what}: the same is already given in {claimed[element].path.rstrip('.') or 'this task'}")
    is_new = element is None
    written[id(spec)] = element = kind.write(context, spec, element)
    claimed[element] = each
    if is_new:
        context.created.add(element)


def _take_out(context, each):
    for element in each.kind.find_all(context.cib, each.spec):
        each.kind.remove(context, element)
