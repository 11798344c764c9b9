# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.hacluster.pcs.plugins.module_utils.base import errors
from ansible_collections.hacluster.pcs.plugins.module_utils.live.commands import Result


@pytest.mark.parametrize(
    "name, ending",
    [("prams", "; did you mean 'params'?"), ("PARAMS", "; did you mean 'params'?"), ("zzz", "")],
)
def test_nearest_suggests_similar_names_only(name, ending):
    assert errors.nearest(name, ["params", "meta"]) == ending


@pytest.mark.parametrize(
    "out, err, sentence",
    [
        ("out", "a\nb\n", "it failed: tool exited with 7: b. Do this."),
        ("out\n", " ", "it failed: tool exited with 7: out. Do this."),
        ("", "", "it failed: tool exited with 7. Do this."),
    ],
    ids=["stderr", "stdout", "nothing"],
)
def test_failed_command_is_reported_in_one_sentence(out, err, sentence):
    assert str(errors.CommandFailed("it failed", Result(("tool", "x"), 7, out, err), "Do this.")) == sentence
