/* gtmd/types/topology.h - a topology record: how well a place of clients and a
 * place of servers go together. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_TOPOLOGY_H
#define GTMD_TYPES_TOPOLOGY_H

#include <stdint.h>
#include "core/model/object.h"

struct err;
struct topoterm;
struct type;

/* Its name says what it is about: "ldns: TERM server: TERM". */
struct topology {
	struct object	 obj;
	char		*description;
	uint32_t	 order;
	uint32_t	 score;
};

extern const struct type topology_type;

/* Both sides of a record's name; ret as topoterm_parse, which see. */
int topology_split(const char *name, struct topoterm *ldns,
    struct topoterm *server, struct err *e);

#endif
