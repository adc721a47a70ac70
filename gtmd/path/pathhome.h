/* gtmd/path/pathhome.h - the data center that this process is in: that of the first
 * server, by name, one of whose devices has an address of this host or of an
 * enabled listener. Loopback addresses are everybody's: only a listener makes
 * them ours. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PATH_PATHHOME_H
#define GTMD_PATH_PATHHOME_H

#include <stdbool.h>

struct addr;
struct model;
struct server;

/* The server that this process is; NULL = none. Asks the kernel once for each
 * address of a device. */
const struct server *pathhome_server(const struct model *m);
/* Its data center's full path, in the model; or NULL. */
const char *pathhome_find(const struct model *m);

/* Has the host this address? */
bool pathhome_is_here(const struct addr *a);

/* Does any pool choose by paths, so that a home is needed? */
bool pathhome_is_needed(const struct model *m);

#endif
