# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The only backend to the outside: the live cluster of this node, or a CIB in a file. Both answer the same calls."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections import namedtuple
from xml.etree import ElementTree

from ..base import cib as cib_document
from ..base.errors import CommandFailed, HaError

Result = namedtuple("Result", ("argv", "code", "out", "err"))

COROSYNC_CONF = "/etc/corosync/corosync.conf"
# What pacemaker-based keeps of the configuration
STORED_CIB = "/var/lib/pacemaker/cib/cib.xml"
# Where distributions have Pacemaker's daemons
_DAEMONS = ("/usr/libexec/pacemaker", "/usr/lib/pacemaker")
# Where Pacemaker looks for fence agents (RH_STONITH_DIR), and where cibsecret keeps its secrets
_FENCE_AGENTS = "/usr/sbin"
_SECRETS = "/var/lib/pacemaker/lrm/secrets"
# The status of an operation that has not ended (pcmk_exec_status in include/crm/common/results.h)
_UNDER_WAY = "-1"
# The operations of each resource on a node; what a node that was lost had under way never ends
_HISTORIES = "status/node_state[@join='member']//lrm_resource"
_LOOK_EVERY = 0.25  # seconds
COMMIT = ("cibadmin", "--patch", "--xml-pipe")
_QUERY = ("cibadmin", "--query")
_MONITOR = ("crm_mon", "--one-shot", "--inactive", "--output-as=xml")

# Exit codes of Pacemaker's tools (crm_exit_e in include/crm/common/results.h)
OK = 0
DISCONNECTED = 102
OLD = 103
TIMED_OUT = 124
# As a shell says it
NOT_INSTALLED = 127


class Running:
    """A command that has been started. It goes on while this process does something else."""

    def __init__(self, argv, fds=(), stdin=None):
        """
        :param fds: file descriptors that the command inherits.
        :param stdin: text for its standard input that it has at once, and does not wait for end() to get it.
        """
        self._argv = tuple(argv)
        self._failure = None
        environment = dict(os.environ, LC_ALL="C.UTF-8")
        # A variable left over in a login shell must not redirect Pacemaker's tools to another document
        environment.pop("CIB_file", None)
        environment.pop("CIB_shadow", None)
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        options = {"encoding": "utf-8", "errors": "replace", "env": environment, "pass_fds": fds, **pipes}
        try:
            if stdin is None:
                self._process = subprocess.Popen(argv, **options)
            else:
                with _unnamed_file(stdin) as file:
                    self._process = subprocess.Popen(argv, **dict(options, stdin=file))
        except FileNotFoundError:
            self._failure = NOT_INSTALLED, f"{argv[0]} is not installed on this node", "Install pcs and pacemaker."
        except PermissionError:
            self._failure = 126, f"{argv[0]} may not be run by this user", "Use become: true."

    def end(self, stdin=None, timeout=60, ok=(OK,), what=None, private=False):
        """Wait for it and return its Result; the parameters and failures are those of run()."""
        result, remedy = self.ended(stdin, timeout)
        if remedy is not None or (ok is not None and result.code not in ok):
            what = what or f"running {self._argv[0]} failed"
            raise CommandFailed(what, _without_documents(result) if private else result, remedy or "")
        return result

    def ended(self, stdin=None, timeout=60):
        """Wait for it: (Result, what to do about it); the second is None where the command ended by itself."""
        if self._failure:
            code, sentence, remedy = self._failure
            return Result(self._argv, code, "", sentence), remedy
        with self._process as process:
            try:
                out, err = process.communicate(stdin or "", timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                return Result(self._argv, TIMED_OUT, "", f"it did not end within {timeout} seconds"), ""
        return Result(self._argv, process.returncode, out, err), None


def run(argv, stdin=None, timeout=60, ok=(OK,), what=None, fds=(), private=False):
    """Run a command and return its Result.

    :param stdin: text for its standard input; that is where secrets go.
    :param timeout: seconds; a command that takes longer is ended and has failed.
    :param ok: the exit codes that are no failure; None for any.
    :param what: what failed, for the message.
    :param fds: file descriptors that the command inherits.
    :param private: what it prints may hold secrets; a failure says no more than its last line.
    :raises CommandFailed: for any other exit code, a time-out, or a program that is not installed.
    """
    return Running(argv, fds).end(stdin, timeout, ok, what, private)


def _without_documents(result):
    """Of what was printed only the last line that is no XML: some tools print the document they refuse."""
    lines = [line for line in result.err.splitlines() if line.strip() and "<" not in line]
    return result._replace(out="", err=lines[-1] if lines else "")


def agent_metadata(agent):
    """The metadata XML of an agent (``ocf:heartbeat:IPaddr2``, ``stonith:fence_ipmilan``); None if not installed."""
    standard, _separator, unit = agent.partition(":")
    if standard == "systemd" and run(["systemctl", "cat", "--", unit], ok=None).code != OK:
        return None  # Pacemaker has metadata for any name of a unit
    result = run(["crm_resource", "--show-metadata", agent], ok=None)
    return result.out if result.code == OK and result.out.strip() else None


def agents_like(agent):
    """The full names of the installed agents of the same standard and provider as `agent`."""
    family = agent.rpartition(":")[0]
    result = run(["crm_resource", "--list-agents", family], ok=None)
    return [f"{family}:{name}" for name in result.out.split()]


def read_corosync_conf():
    """corosync.conf as corosync_conf.parse returns it; None if this node has none.

    Its presence is what makes a node a member: pcs writes it as the last file of a set-up.
    """
    from ..corosync import conf as corosync_conf

    try:
        with open(COROSYNC_CONF, encoding="utf-8") as file:
            return corosync_conf.parse(file.read())
    except FileNotFoundError:
        return None


def property_metadata():
    """The metadata XML of the daemons that have cluster properties, a list; empty where Pacemaker is not installed.

    It is where pcs 0.10 and 0.11 ask; Pacemaker 2.0 to 3.0 answer.
    """
    return _daemons_metadata("the properties that Pacemaker knows cannot be read", "based", "controld", "schedulerd")


def fencer_metadata():
    """The metadata XML of the fencer: the parameters that every fence device has; None where Pacemaker is not installed.

    It is where pcs 0.10 to 0.12 ask.
    """
    return next(iter(_daemons_metadata("the parameters that Pacemaker's fencer knows cannot be read", "fenced")), None)


def _daemons_metadata(what, *names):
    """The metadata XML of these of Pacemaker's daemons, asked at the same time; none where it is not installed.

    :param what: what failed, for the message.
    """
    folder = next((each for each in _DAEMONS if os.path.exists(f"{each}/pacemaker-based")), None)
    running = [Running([f"{folder}/pacemaker-{name}", "metadata"]) for name in names if folder]
    return [each.end(what=what).out for each in running]


def ask_fence_agent(agent, requests, timeout):
    """Let a fence agent do several things at the same time, as the fencer lets it.

    :param agent: such as fence_ipmilan, which is a program.
    :param requests: a text for each thing: a line name=value for each parameter, secrets among them.
    :param timeout: seconds that they may take.
    :returns: a Result for each, whatever it is.
    """
    path = shutil.which(agent, path=f"{os.environ.get('PATH', '')}:{_FENCE_AGENTS}")
    running = [Running([path or agent], stdin=each) for each in requests]
    give_up = time.monotonic() + timeout
    return [each.ended(timeout=max(1, give_up - time.monotonic()))[0] for each in running]


def stored_secret(resource_id, name):
    """The value of a parameter that `cibsecret` keeps on this node and not in the CIB.

    :raises HaError: if it is not there.
    """
    path = f"{_SECRETS}/{resource_id}/{name}"
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().rstrip("\n")
    except OSError as error:
        raise HaError(f"{path}, where {name} of {resource_id} is kept, cannot be read: {error.strerror}") from error


# What the scheduler makes of a document: the text of the document after that, None where nobody asked for it, the root element
# of the graph of its transition, and the root element of what crm_simulate prints as XML, None from Pacemaker 2.0
Simulation = namedtuple("Simulation", ("after", "graph", "output"))


def simulate(*documents, to_the_end=False):
    """What the cluster would do with documents, asked at the same time.

    :param documents: whole CIBs as texts, their status included.
    :param to_the_end: whether the document after that is wanted, too. The graph alone is there in a thirtieth of the time
        where 100 resources start (1.4 s and 0.04 s, Pacemaker 2.1.5).
    :returns: a Simulation for each.
    :raises CommandFailed: if the scheduler cannot tell.
    """
    asked = [_Simulating(each, "--simulate" if to_the_end else "--run") for each in documents]
    return [each.end() for each in asked]


class _Simulating:
    """A crm_simulate that is at work on one document."""

    def __init__(self, document, how, options=("--output-as=xml",)):
        self._document, self._how, self._options = document, how, options
        self._files = [_unnamed_file(content) for content in (document, "", "")]
        paths = [f"/dev/fd/{file.fileno()}" for file in self._files]
        argv = ["crm_simulate", how, *options]
        argv += [word for pair in zip(("--xml-file", "--save-output", "--save-graph"), paths) for word in pair]
        self._running = Running(argv, [file.fileno() for file in self._files])

    def end(self):
        """The Simulation."""
        result = self._running.end(what="the cluster's scheduler cannot say what it would do", private=True)
        _document, after, graph = (_content(file) for file in self._files)
        if not graph and self._options:
            # Pacemaker 2.0 does not know the option, says so and simulates nothing
            return _Simulating(self._document, self._how, ()).end()
        output = ElementTree.fromstring(result.out) if self._options else None
        return Simulation(after if self._how == "--simulate" else None, ElementTree.fromstring(graph), output)


def _content(file):
    with file:
        file.seek(0)
        return file.read()


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
        """Start what read() will want, and monitor() if asked, so that it runs while this process goes on."""
        for argv in (_QUERY, _MONITOR) if monitor else (_QUERY,):
            self._ahead[argv] = Running(argv)

    def change(self, argv, **options):
        """Run a command that changes something; the parameters are those of run()."""
        self.forget()
        return run(argv, **options)

    def forget(self):
        """What was looked at before tells nothing of what is now."""
        while self._ahead:
            self._ahead.popitem()[1].end(ok=None)

    def read(self):
        """The Cib as it is now.

        :raises CommandFailed: if the cluster does not run on this node.
        """
        return cib_document.Cib(self._query())

    def read_version(self):
        """The Version of the document as it is now."""
        return cib_document.read_version(self._query("--no-children"))

    def commit(self, document, version):
        """Make the cluster's document what `document` is, if its configuration is still the one at `version`.

        A versioned patch, which Pacemaker compares and swaps. Returns False when it refused because the document has moved
        since (num_updates counts too: the caller decides whether to send again or to plan again).

        :param version: the admin_epoch and epoch `document` was read at, and the newest num_updates.
        :raises CommandFailed: if the change is refused for any other reason.
        """
        patch = self._patch(document, version)
        if patch is None:
            return True
        what = "the cluster refused the change"
        return self.change(COMMIT, stdin=patch, ok=(OK, OLD), what=what, private=True).code == OK

    def node_name(self):
        """What the cluster calls this node."""
        return run(["crm_node", "--name"], what="the cluster does not say how this node is called").out.strip()

    def fence_devices(self, node):
        """The ids of the fence devices that could fence a node, as the cluster's fencer on this node says."""
        argv = ["stonith_admin", "--list", node, "--output-as=xml"]
        result = run(argv, what=f"the fence devices of {node} cannot be read")
        return [each.text for each in ElementTree.fromstring(result.out).iter("item")]

    def fencing_history(self, node):
        """The <fence_event> elements of a node, the newest first."""
        argv = ["stonith_admin", "--history", node, "--verbose", "--output-as=xml"]
        result = run(argv, what="the fencing history cannot be read")
        return list(ElementTree.fromstring(result.out).iter("fence_event"))

    def wait(self, seconds):
        """Wait until the cluster has nothing left to do; False if it still has after `seconds`.

        `crm_resource --wait` would look every two seconds only, and wait for what the cluster will not do at present.
        """
        give_up = time.monotonic() + seconds
        while not self._is_idle():
            if time.monotonic() > give_up:
                return False
            time.sleep(_LOOK_EVERY)
        return True

    def _is_idle(self):
        """Whether no operation is under way, and the scheduler would begin none."""
        text = self._query()
        if any(_is_at_work(each) for each in ElementTree.fromstring(text).iterfind(_HISTORIES)):
            return False
        (simulation,) = simulate(text)
        return all(simulation.graph.find(f"synapse/action_set/{each}") is None for each in ("rsc_op", "crm_event"))

    def monitor(self):
        """The runtime state: the root element of crm_mon's XML."""
        return ElementTree.fromstring(self._run(_MONITOR, what="the state of the cluster cannot be read").out)

    def _run(self, argv, **options):
        """Run a command that only looks, or take the answer of the one that was started ahead."""
        ahead = self._ahead.pop(argv, None)
        return ahead.end(**options) if ahead else run(argv, **options)

    def simulate(self, *documents, to_the_end=False):
        """What the cluster would do with each of these documents; see simulate()."""
        return simulate(*documents, to_the_end=to_the_end)

    def _query(self, *options):
        result = self._run((*_QUERY, *options), ok=None)
        if result.code == OK:
            return result.out
        remedy = "Start the cluster first (pcs cluster start)." if result.code == DISCONNECTED else ""
        raise CommandFailed("the configuration of the cluster cannot be read", result, remedy)

    @staticmethod
    def _patch(document, version):
        """The patch from the text that was read to the document as it is now, with the version it may be applied to.

        None where the two are equal.
        """
        with _unnamed_file(document.text) as old, _unnamed_file(document.xml()) as new:
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


class CibFile:
    """A CIB in a file. No cluster, no daemon and no root is needed."""

    offline = True
    warning = None

    def __init__(self, path):
        """:raises HaError: if there is no such file; it is never made, so that a mistyped path changes nothing."""
        if not os.path.isfile(path):
            raise HaError(f"cib_file: {path} does not exist; save one with 'cibadmin --query > FILE' first")
        self.path = path
        self.can_run_agents = shutil.which("crm_resource") is not None
        self.can_simulate = shutil.which("crm_simulate") is not None

    def look_ahead(self, monitor=False):
        """Nothing takes time here."""

    def simulate(self, *documents, to_the_end=False):
        """What a cluster with this status would do with each of these documents; see simulate()."""
        return simulate(*documents, to_the_end=to_the_end)

    def read(self):
        """The Cib in the file."""
        try:
            with open(self.path, encoding="utf-8") as file:
                return cib_document.Cib(file.read())
        except (OSError, UnicodeDecodeError) as error:
            raise HaError(f"cib_file: {self.path} cannot be read: {error}") from error

    def read_version(self):
        """The Version of the Cib in the file."""
        return self.read().version

    def commit(self, document, version):
        """Write `document` in one step, its version raised as the cluster would. False if the file is not at `version`."""
        if self.read_version() != version:
            return False
        document.root.set("epoch", str(version.epoch + 1))
        document.root.set("num_updates", "0")
        cib_document.Cib(document.xml())  # what cannot be read again is not written
        # A link stays a link
        path = os.path.realpath(self.path)
        try:
            handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=f".{os.path.basename(path)}.")
        except OSError as error:
            raise HaError(f"cib_file: {self.path} cannot be written: {error}") from error
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(document.xml() + "\n")
            shutil.copymode(path, temporary)
            if os.geteuid() == 0:
                os.chown(temporary, os.stat(path).st_uid, os.stat(path).st_gid)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
        return True


class CheckModeCluster(LiveCluster):
    """The cluster as check mode sees it: where it does not run on this node, from what is stored here, or from nothing."""

    def __init__(self):
        super().__init__()
        self.can_run_agents = shutil.which("crm_resource") is not None
        self.can_simulate = shutil.which("crm_simulate") is not None

    def read(self):
        """The Cib as it is now, or as the cluster would start with."""
        try:
            return super().read()
        except CommandFailed as failure:
            if failure.facts["rc"] not in (DISCONNECTED, NOT_INSTALLED):
                raise
        try:
            with open(STORED_CIB, encoding="utf-8") as file:
                self.warning = "the cluster does not run on this node: the prediction starts from what is stored here"
                return cib_document.Cib(file.read())
        except FileNotFoundError:
            self.warning = "this node has no cluster yet: the prediction starts from an empty configuration"
            return cib_document.Cib(cib_document.EMPTY)

    def monitor(self):
        """The runtime state; where the cluster does not run, nothing does."""
        return super().monitor() if self.warning is None else ElementTree.Element("pacemaker-result")


def _is_at_work(history):
    """Whether one of the operations in an <lrm_resource> has not ended.

    One that is repeated stays noted so when it fails for the first time: its failure is noted beside it (Pacemaker 2.0 to 3.0).
    """
    ended = {each.get("operation_key"): _began(each) for each in history if each.get("op-status") != _UNDER_WAY}
    return any(
        each.get("op-status") == _UNDER_WAY and ended.get(each.get("operation_key"), -1) < _began(each)
        for each in history
    )


def _began(operation):
    return int(operation.get("last-rc-change", 0))


def _attributes(version):
    return {name: str(value) for name, value in version._asdict().items()}


def _unnamed_file(content):
    """A temporary file without a name, so that nothing stays behind however the process ends. It may hold secrets."""
    file = tempfile.TemporaryFile("w+", encoding="utf-8")
    file.write(content)
    file.flush()
    file.seek(0)
    return file
