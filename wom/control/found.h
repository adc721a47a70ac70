/* wom/control/found.h - discovery at work: what the scout finds becomes objects, by
 * changes of our own that go on record as others do, a few at a time.
 *
 * The control loop's. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_FOUND_H
#define WOM_CONTROL_FOUND_H

struct enact;
struct found;
struct loop;
struct restcommit;
struct store;

/* All borrowed for its life. */
struct found_config {
	struct loop	*loop;
	struct store	*store;
	struct restcommit *commit;
	struct enact	*enact;
};

/* After the store's first load. What an earlier process found and did not save is
 * gone with this call. Never NULL. */
struct found *found_new(const struct found_config *c);
/* Takes *pf; NULL is harmless. */
void found_free(struct found **pf);

/* Why not all that is enabled works, "" = it does. */
const char *found_why(const struct found *f);

#endif
