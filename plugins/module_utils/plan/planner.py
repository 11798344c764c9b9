# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Applies the wanted objects to the current document and determines what differs. Pure: no I/O."""

from __future__ import annotations

import copy
from functools import partial

from ..base.cib import Cib, as_text
from ..base.errors import BadInput
from ..objects.context import Context, Options
from ..objects.registry import SECTIONS

# Resources that the cluster starts and stops itself: groups and clones run when their members do
_RUNNING = ("primitive", "bundle")


class Plan:
    """An edited document and its differences from the one that was read.

    :ivar changed: whether anything differs.
    :ivar changes: a list of Change, in order of reference.
    :ivar removed: the ids of the primitives and bundles that are no longer in it.
    :ivar recreated: the ids of those that get another agent.
    :ivar warnings: sentences for the user.
    :ivar impact: the actions of the cluster that the scheduler predicts (preview.py); None before it is asked.
    :ivar expected: the document to simulate, as text, if the task does more than commit `cib`; otherwise None.
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
        """The ids of the resources that must stop before they are removed or get another agent."""
        return self.removed + self.recreated

    def expect(self, edit):
        """Include something else in the preview of the change.

        :param edit: a function that edits the root element of the simulated document and returns whether it did.
        """
        root = copy.deepcopy(self.cib.root)
        if edit(root):
            self.expected = as_text(root)

    def is_in(self, cib):
        """Whether a document contains this plan's changes. A commit is atomic, so a single change is enough proof."""
        from .changes import is_in

        return not self.changes or any(is_in(cib, each) for each in self.changes)

    def document(self, side):
        """The differences as a configuration document; `side` is "before" or "after"."""
        from .document import as_document

        return as_document((change.kind, getattr(change, side)) for change in self.changes)


def plan(cib, wanted, agents, exact=False, options=None, then=None, sections=()):
    """Apply the wanted objects to the document.

    :param cib: a Cib; it is edited.
    :param wanted: a list of Wanted, in any order: objects are written before what refers to them, and removed after it.
    :param agents: a live.agents.Agents, or None to skip validation against the agents.
    :param exact: whether settings that a present object does not give are removed.
    :param options: a context.Options.
    :param then: a function that edits the document further, after all wanted objects have been written.
    :param sections: the sections of the document in which all other objects are removed.
    :returns: a Plan.
    :raises BadInput: with a sentence for everything that is wrong, each with its path.
    """
    context = Context(cib, agents, exact, options or Options())
    wrong = _write_all(context, wanted, sections)
    if wrong:
        raise BadInput(*(f"{each.path if each else ''}{sentence}" for each, sentence in wrong))
    if then is not None:
        then(cib)
    if cib.edits:
        from ..objects import references

        references.remove_emptied(cib)
    return Plan(cib, context.recreated, context.warnings)


def refused(cib, wanted, agents):
    """The wanted objects that plan() would refuse, each once; the document is edited."""
    wrong = _write_all(Context(cib, agents, False, Options()), wanted, ())
    paths = {each.path for each, _sentence in wrong}
    return [each for each in wanted if each.path in paths]


def _write_all(context, wanted, sections):
    """Write the wanted objects into the document; returns the problems as a list of (Wanted or None, sentence)."""
    wrong = []

    def succeeds(each, step):
        """Whether a step raised no error."""
        try:
            step(each)
        except BadInput as error:
            wrong.extend((each, sentence) for sentence in error.sentences)
            return False
        return True

    wanted = [each for each in sorted(wanted, key=_rank) if succeeds(each, _check)]
    wanted = [each._replace(spec=part) for each in wanted for part in each.kind.parts(each.spec)]
    steps = _steps(context, wanted)
    if sections and not wrong:
        from . import purge

        try:
            steps += purge.steps(context, sections, wanted)
        except BadInput as error:
            wrong.extend((None, sentence) for sentence in error.sentences)
    for _place, each, step in sorted(steps, key=lambda found: found[0]):
        succeeds(each, step)
    return wrong


def _steps(context, wanted):
    """A list of (place, Wanted, function): removals come first, and remove what refers to an object before the object.

    Everything else is written the other way round: objects before those that refer to them.


    Kinds whose objects depend on a later section, such as a primitive on its group, complete them after that section.
    """
    claimed, written = {}, {}
    present = [each for each in wanted if each.state != "absent"]
    return [
        *((-_rank(each), each, partial(_remove, context)) for each in wanted if each.state == "absent"),
        *((_rank(each), each, partial(_write, context, claimed, written)) for each in present),
        *((each.kind.completion(each.spec), each, partial(_complete, context, written)) for each in present),
    ]


def _rank(each):
    return SECTIONS.index(each.kind.section)


def _complete(context, written, each):
    # If it could not be written, the reason has already been reported
    if id(each.spec) in written:
        each.kind.complete(context, each.spec, written[id(each.spec)])


def _check(each):
    if each.state == "absent":
        each.kind.check_absent(each.spec)
    else:
        each.kind.check(each.spec)


def _write(context, claimed, written, each):
    """Write one object; `claimed` is claim or element -> Wanted, `written` is id of the specification -> element."""
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


def _remove(context, each):
    for element in each.kind.find_all(context.cib, each.spec):
        each.kind.remove(context, element)


def unchanged(warnings=()):
    """The result of a task that changes nothing."""
    return {"changed": False, "diff": {"before": "", "after": ""}, "commands": [], "warnings": list(warnings)}
