/* gtmd/topology/topology_check.h - findings about topology as a whole: records that
 * decide nothing, because records before them do (topology_shadow.h).
 *
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TOPOLOGY_TOPOLOGY_CHECK_H
#define GTMD_TOPOLOGY_TOPOLOGY_CHECK_H

struct diag;
struct draft;
struct geokeep;
struct topology_table;

/* So many records are told one by one; of the others how many they are. */
#define TOPOLOGY_CHECK_TOLD	32

/*
 * topology_check_load - warnings, when the draft is a load (draft_is_load).
 *
 * in    d  checked; geo  after geokeep_prepare with this draft
 *       What counts are the candidates of all pools and wide IPs with a method
 *       topology, whatever their state; without any there are no findings.
 * cost  that of a table of all records and half a second more at worst;
 *       nothing for other drafts
 * ret   that table, for the caller to pass on or drop: what the draft says, should
 *       it be made true; NULL when there was nothing to check
 */
struct topology_table *topology_check_load(const struct draft *d, const struct geokeep *geo,
    struct diag *out);

#endif
