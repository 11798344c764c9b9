# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The foundation of everything else: the CIB as a document, values, secrets and errors. Pure: no input or output."""
