/* wom/control/taking.h - keeps what the kernel hands us in step with applications,
 * routes of peers and interfaces, and says once why it cannot.
 *
 * Looked at every ten seconds, too: somebody may have flushed the rules, an
 * interface may have come. The control loop's. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_TAKING_H
#define WOM_CONTROL_TAKING_H

#include <stdbool.h>

struct lanlisten;
struct loop;
struct routebook;
struct taking;
struct wish;

/* lan and book are borrowed. Removes what a killed process has left. */
struct taking *taking_new(struct loop *l, struct lanlisten *lan,
    const struct routebook *book);
/* Nothing is taken any more. Takes *pt; NULL is harmless. */
void taking_free(struct taking **pt);

/* From now on as w says, borrowed until the next call; and again whenever the
 * book has changed. */
void taking_follow(struct taking *t, const struct wish *w);

/* Why not all is taken that should be, "" = it is; is any of it? */
const char *taking_why(const struct taking *t);
bool taking_in_force(const struct taking *t);

#endif
