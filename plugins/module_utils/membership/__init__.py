# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sets up, starts, stops and destroys clusters, and adds and removes nodes, with pcs."""
