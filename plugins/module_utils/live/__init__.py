# Copyright: hacluster.pcs contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything outside: commands, the running cluster or a CIB file, the scheduler, agents. Only here processes start."""
