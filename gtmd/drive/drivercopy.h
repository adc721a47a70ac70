/* gtmd/drive/drivercopy.h - an order that outlives who gave it.
 * Layer: gtmd/drive.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DRIVE_DRIVERCOPY_H
#define GTMD_DRIVE_DRIVERCOPY_H

#include "gtmd/drive/driver.h"

struct drivercopy {
	struct driver_order order;	/* points into what follows */
	struct driver_place from, to;
	struct driver_host host;
	const char	**addresses;
	char		**texts;	/* all of them */
	size_t		 count, room;
};

void drivercopy_init(struct drivercopy *c, const struct driver_order *o);
void drivercopy_fini(struct drivercopy *c);

#endif
