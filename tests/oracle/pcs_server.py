# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs on a node, using only its Python and pcs: reads cases as JSON from stdin, writes the documents of pcs to stdout.

In: {"agents": [name], "cases": [{"cib": XML, "start": [[program, argument ...]], "commands": [[...]]}]}
Out: {"metadata": {name: XML or None}, "cases": [{"start": XML, "end": XML, "failed": None or TEXT}]}
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import tempfile
import traceback

from pcs import app


def main():
    """Answer the request on stdin."""
    asked = json.load(sys.stdin)
    answer = {
        "metadata": {agent: metadata(agent) for agent in asked["agents"]},
        "cases": [case(each["cib"], each["start"], each["commands"]) for each in asked["cases"]],
    }
    json.dump(answer, sys.stdout)


def metadata(agent):
    """The metadata XML of an agent; None if it is not installed."""
    done = subprocess.run(
        ["crm_resource", "--show-metadata", agent],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        check=False,
    )
    return done.stdout if done.returncode == 0 else None


def case(cib, start, commands):
    """The document after the commands that create the initial one, and after the commands of the case."""
    documents = [cib]
    for group in (start, commands):
        for command in group:
            code, output, cib = run(cib, tuple(command))
            if code != 0:
                return {"start": documents[-1], "end": cib, "failed": f"{command} exited with {code}: {output}"}
        documents.append(cib)
    return {"start": documents[1], "end": documents[2], "failed": None}


@functools.lru_cache(maxsize=None)  # many cases start with the same commands
def run(cib, command):
    """Run a command on a document; returns its exit code, its output and the document afterwards."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        path = os.path.join(folder, "cib.xml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(cib)
        program, *arguments = command
        if program == "pcs":
            code = pcs(["-f", path, *arguments], output)
        else:
            code = subprocess.call(command, env=dict(os.environ, CIB_file=path), stdout=output, stderr=output)
        output.seek(0)
        with open(path, encoding="utf-8") as file:
            return code, output.read(), file.read()


def pcs(arguments, output):
    """Run pcs in a forked process, which reuses the imports: they take most of the time. Returns the exit code."""
    child = os.fork()
    if child == 0:
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(output.fileno(), sys.stderr.fileno())
        code = 1
        try:
            app.main(arguments)
            code = 0
        except SystemExit as error:
            code = error.code or 0
        except Exception:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    main()
