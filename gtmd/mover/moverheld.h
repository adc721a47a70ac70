/* gtmd/mover/moverheld.h - what a run steers, and nobody else meanwhile: whether its two
 * pools are enabled, their TTLs, and their ratios in the wide IP.
 *
 * While the run is paused, all of it may be changed: it is put right when the run goes
 * on. A whole configuration may be loaded at any time, and is put right at once
 * (migstep.h, differs). Pure. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERHELD_H
#define GTMD_MOVER_MOVERHELD_H

struct diag;
struct draft;
struct migstate;
struct model;

/* Does the draft leave what the run steers as it is in m, or make it what the run has
 * decided? 0, or ERR_CONFLICT with a finding that says what would help instead. */
int moverheld_check(const struct model *m, const struct draft *d,
    const struct migstate *run, struct diag *out);

#endif
