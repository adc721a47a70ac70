/* etherip/types/netsettings.h - net global-settings (ours): what is of the whole daemon.
 * Layer: etherip/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_TYPES_NETSETTINGS_H
#define ETHERIP_TYPES_NETSETTINGS_H

#include <stdint.h>

#include "core/model/object.h"
#include "core/model/prop.h"

struct type;

/* There is one, always. */
struct netsettings {
	struct object	 obj;
	struct strlist	 proxy_excludes;	/* addresses, of all groups */
	uint32_t	 restart_grace_s;
};

extern const struct type netsettings_type;

#endif
