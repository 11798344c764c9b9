# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The backends for a running cluster. LiveCluster, CheckModeCluster and cib_file.CibFile have the same interface."""

from __future__ import annotations

import shutil
import time
from xml.etree import ElementTree

from ..base import cib as cib_document
from ..base.errors import CommandFailed
from .commands import DISCONNECTED, NOT_INSTALLED, OK, OLD, Running, run, unnamed_file

# The status of an operation that has not finished (pcmk_exec_status in include/crm/common/results.h)
_PENDING = "-1"
# The operations of each resource on a member; pending operations of a lost node never finish
_HISTORIES = "status/node_state[@join='member']//lrm_resource"
_LOOK_EVERY = 0.25  # seconds
COMMIT = ("cibadmin", "--patch", "--xml-pipe")
_QUERY = ("cibadmin", "--query")
_MONITOR = ("crm_mon", "--one-shot", "--inactive", "--output-as=xml")


class LiveCluster:
    """The cluster that this node is a member of.

    :ivar warning: a sentence about where the document comes from, if it is not the running cluster.
    """

    offline = False
    can_run_agents = can_simulate = True
    warning = None

    def __init__(self):
        self._ahead = {}

    def look_ahead(self, monitor=False):
        """Start the command of read(), and of monitor() if asked, so that it runs in parallel with this process."""
        for argv in (_QUERY, _MONITOR) if monitor else (_QUERY,):
            self._ahead[argv] = Running(argv)

    def change(self, argv, **options):
        """Run a command that changes something; the parameters are those of run()."""
        self.forget()
        return run(argv, **options)

    def forget(self):
        """Discard the results of look_ahead(), which are outdated after a change."""
        while self._ahead:
            self._ahead.popitem()[1].end(ok=None)

    def read(self):
        """The current Cib.

        :raises CommandFailed: if the cluster does not run on this node.
        """
        return cib_document.Cib(self._query())

    def read_version(self):
        """The Version of the current Cib."""
        return cib_document.read_version(self._query("--no-children"))

    def commit(self, document, version):
        """Replace the cluster's configuration with that of `document`, if it is still the one at `version`.

        This sends a versioned patch, which Pacemaker applies atomically. Returns False if Pacemaker refused it because
        the document has changed since. A change of num_updates counts as well: the caller decides whether to send or
        to plan again.

        :param version: the admin_epoch and epoch at which `document` was read, and the newest num_updates.
        :raises CommandFailed: if the change is refused for any other reason.
        """
        patch = self._patch(document, version)
        if patch is None:
            return True
        what = "the cluster refused the change"
        return self.change(COMMIT, stdin=patch, ok=(OK, OLD), what=what, private=True).code == OK

    def node_name(self):
        """The name of this node in the cluster."""
        return run(["crm_node", "--name"], what="cannot determine this node's cluster name").out.strip()

    def fence_devices(self, node):
        """The ids of the fence devices that could fence a node, according to the fencer on this node."""
        argv = ["stonith_admin", "--list", node, "--output-as=xml"]
        result = run(argv, what=f"the fence devices of {node} cannot be read")
        return [each.text for each in ElementTree.fromstring(result.out).iter("item")]

    def fencing_history(self, node):
        """The <fence_event> elements of a node, the newest first."""
        argv = ["stonith_admin", "--history", node, "--verbose", "--output-as=xml"]
        result = run(argv, what="the fencing history cannot be read")
        return list(ElementTree.fromstring(result.out).iter("fence_event"))

    def wait(self, seconds):
        """Wait until the cluster is idle; False if it is still busy after `seconds`.

        `crm_resource --wait` checks only every two seconds, and also waits for actions that are blocked.
        """
        give_up = time.monotonic() + seconds
        while not self._is_idle():
            if time.monotonic() > give_up:
                return False
            time.sleep(_LOOK_EVERY)
        return True

    def _is_idle(self):
        """Whether no operation is pending and the scheduler would not start any."""
        text = self._query()
        if any(_is_pending(each) for each in ElementTree.fromstring(text).iterfind(_HISTORIES)):
            return False
        (simulation,) = self.simulate(text)
        return all(simulation.graph.find(f"synapse/action_set/{each}") is None for each in ("rsc_op", "crm_event"))

    def monitor(self):
        """The runtime state: the root element of crm_mon's XML."""
        return ElementTree.fromstring(self._run(_MONITOR, what="the state of the cluster cannot be read").out)

    def _run(self, argv, **options):
        """Run a read-only command, or take the result of the one that look_ahead() started."""
        ahead = self._ahead.pop(argv, None)
        return ahead.end(**options) if ahead else run(argv, **options)

    def simulate(self, *documents, to_the_end=False):
        """A Simulation of what the cluster would do with each of these documents; see simulation.simulate()."""
        # Most tasks find nothing to change
        from .simulation import simulate

        return simulate(*documents, to_the_end=to_the_end)

    def _query(self, *options):
        result = self._run((*_QUERY, *options), ok=None)
        if result.code == OK:
            return result.out
        remedy = "Start the cluster first (pcs cluster start)." if result.code == DISCONNECTED else ""
        raise CommandFailed("the configuration of the cluster cannot be read", result, remedy)

    @staticmethod
    def _patch(document, version):
        """The patch from the text that was read to the edited document, with the version to which it may be applied.

        None if the two are equal.
        """
        with unnamed_file(document.text) as old, unnamed_file(document.xml()) as new:
            fds = (old.fileno(), new.fileno())
            argv = ["crm_diff", "--no-version", "--original", f"/dev/fd/{fds[0]}", "--new", f"/dev/fd/{fds[1]}"]
            result = run(argv, ok=(0, 1), what="comparing the documents failed", fds=fds, private=True)
        if result.code == 0:
            return None
        diff = ElementTree.fromstring(result.out)
        versions = ElementTree.Element("version")
        ElementTree.SubElement(versions, "source", _attributes(version))
        ElementTree.SubElement(
            versions, "target", _attributes(version._replace(epoch=version.epoch + 1, num_updates=0))
        )
        diff.insert(0, versions)
        return ElementTree.tostring(diff, encoding="unicode")


class CheckModeCluster(LiveCluster):
    """The cluster in check mode: if it is not running on this node, the CIB stored here, or an empty one."""

    def __init__(self):
        super().__init__()
        self.can_run_agents = shutil.which("crm_resource") is not None
        self.can_simulate = shutil.which("crm_simulate") is not None

    def read(self):
        """The current Cib, or the one that the cluster would start with."""
        try:
            return super().read()
        except CommandFailed as failure:
            if failure.facts["rc"] not in (DISCONNECTED, NOT_INSTALLED):
                raise
        from . import files

        stored = files.stored_cib()
        if stored is None:
            self.warning = (
                "this node does not belong to a cluster yet: the prediction is based on an empty configuration"
            )
            return cib_document.Cib(cib_document.EMPTY)
        self.warning = (
            "the cluster is not running on this node: the prediction is based on the configuration stored here"
        )
        return cib_document.Cib(stored)

    def monitor(self):
        """The runtime state; empty if the cluster is not running on this node."""
        return super().monitor() if self.warning is None else ElementTree.Element("pacemaker-result")


def _is_pending(history):
    """Whether one of the operations in an <lrm_resource> has not finished.

    The entry of a recurring operation remains pending when the operation fails for the first time: the failure has its
    own entry (Pacemaker 2.0 to 3.0).

    """
    finished = {each.get("operation_key"): _started_at(each) for each in history if each.get("op-status") != _PENDING}
    return any(
        each.get("op-status") == _PENDING and finished.get(each.get("operation_key"), -1) < _started_at(each)
        for each in history
    )


def _started_at(operation):
    return int(operation.get("last-rc-change", 0))


def _attributes(version):
    return {name: str(value) for name, value in version._asdict().items()}
