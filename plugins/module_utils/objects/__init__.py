# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds of objects of a configuration, one file each, in order of reference: what is referred to comes first."""

from __future__ import annotations

from .bundle import Bundle
from .clone import Clone
from .group import Group
from .location import Location
from .primitive import Primitive, Template
from .properties import Properties
from .stonith import Stonith

KINDS = (Properties(), Template(), Primitive(), Group(), Clone(), Bundle(), Stonith(), Location())

# The keys of the configuration document
SECTIONS = tuple(dict.fromkeys(kind.section for kind in KINDS))


def kind_of(element):
    """The Kind that an element is an object of, or None."""
    return next((kind for kind in KINDS if kind.is_ours(element)), None)


def kind_in(section, type_=None):
    """The Kind of a section, and of a type where the section has several kinds, or None."""
    return next((kind for kind in KINDS if kind.section == section and kind.type in (None, type_)), None)
