/* gtmd/types/cnamechain.h - CNAME answers of wide IPs that lead back to where
 * they started.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_CNAMECHAIN_H
#define GTMD_TYPES_CNAMECHAIN_H

struct diag;
struct draft;
struct wideip;

/*
 * cnamechain_check - can an answer of this wide IP lead back to it?
 *
 * Follows the cname pools (last-resort-pool too) from name to wide IP. That a
 * member names the wide IP it answers for is an error; a longer way round is
 * a warning, since other members along it may well lead out (two applications
 * that stand in for one another, say).
 */
void cnamechain_check(const struct wideip *w, const struct draft *d,
    struct diag *out);

#endif
