/* gtmd/mover/moverset.h - what users are told, in the configuration: the two pools
 * of a migration and their shares in the wide IP, as one change on record.
 * Control loop only. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERSET_H
#define GTMD_MOVER_MOVERSET_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct migspec;
struct migstate;
struct migtraffic_setting;
struct model;
struct restcommit;
struct store;

/* Is it so already? False, too, when something of it is not there. */
bool moverset_is(const struct model *m, const struct migspec *s,
    const struct migtraffic_setting *to);

/* What of it is otherwise, as a sentence of cap octets: "pool /Common/p is disabled,
 * not enabled; …". False, and text is "", when it is so. */
bool moverset_differs(const struct model *m, const struct migspec *s,
    const struct migtraffic_setting *to, char *text, size_t cap);

/* The same of a run at this moment, against what users were told last: text has
 * MIGEVENT_TEXT_MAX octets. False, too, while a commit is still to be made. */
bool moverset_strays(const struct model *m, const struct migstate *run, char *text);

struct moverset {
	struct store	*store;
	struct restcommit *changes;
	const struct migspec *spec;
	const char	*why;		/* for the audit record */
	const char	*refused;	/* the sentence that is on it already: not
					 * each second anew; NULL or "" = none */
};

/* Makes it so, by one commit of user "migration NAME", and returns when that is on
 * disk. 0, also when it was so already; the code of an error with a sentence. */
int moverset_apply(const struct moverset *s,
    const struct migtraffic_setting *to, struct err *e);

#endif
