/* gtmd/path/pathexcluded.h - resolvers that no path is measured to: the networks of
 * gtm global-settings metrics-exclusions. A zeroed one excludes nobody. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PATH_PATHEXCLUDED_H
#define GTMD_PATH_PATHEXCLUDED_H

#include <stdbool.h>
#include <stddef.h>

struct addr;
struct addr_prefix;
struct model;

struct pathexcluded {
	struct addr_prefix *nets;	/* owned */
	size_t		 count;
};

/* Forgets what was, and takes what the model says. */
void pathexcluded_read(struct pathexcluded *x, const struct model *m);

/* Is a in one of the networks? Looks at each of them. */
bool pathexcluded_has(const struct pathexcluded *x, const struct addr *a);

void pathexcluded_fini(struct pathexcluded *x);

#endif
