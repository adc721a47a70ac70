/* wom/types/wom.c - the schema of the wom module, with the profiles of ltm that
 * tunnels need. Layer: wom/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/wom.h"

#include <stddef.h>

#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "wom/types/advertisedroute.h"
#include "wom/types/dedup.h"
#include "wom/types/discovery.h"
#include "wom/types/isession.h"
#include "wom/types/localendpoint.h"
#include "wom/types/optimizedapp.h"
#include "wom/types/remoteendpoint.h"
#include "wom/types/tlsprofile.h"
#include "wom/types/womsettings.h"

static const struct prop no_props[] = { { .name = NULL } };

/* A type that F5 has and we have not. */
#define REFUSED(id, w, why)						\
	static const struct type id = {					\
		.words = w, .title = w, .naming = TYPE_NAMED,		\
		.size = sizeof(struct object), .props = no_props,	\
		.help = "not supported yet", .refused = why,		\
	};

#define REFUSED_TYPES(X)						\
	X(cifs, "wom profile cifs", "streams are carried as they are: file " \
	    "protocols are not read")					\
	X(mapi, "wom profile mapi", "streams are carried as they are: mail " \
	    "protocols are not read")

REFUSED_TYPES(REFUSED)

#define ADDRESS(id, w, why)	&id,

static const struct type *const wom_types[] = {
	&tlsprofile_client_type, &tlsprofile_server_type,
	&womsettings_type, &dedup_type,
	&discovery_endpoint_type, &discovery_server_type,
	&localendpoint_type, &remoteendpoint_type, &advertisedroute_type,
	&isession_type, &optimizedapp_type,
	REFUSED_TYPES(ADDRESS)
	NULL
};

/* Parents of what operators make. Those of TLS have no certificate: F5's are the
 * same in every system, so that who has one can be anybody. */
static const char builtin[] =
    "ltm profile client-ssl /Common/clientssl { defaults-from none }\n"
    "ltm profile client-ssl /Common/wom-default-clientssl { }\n"
    "ltm profile server-ssl /Common/serverssl { defaults-from none }\n"
    "ltm profile server-ssl /Common/wom-default-serverssl { }\n"
    "wom profile isession /Common/isession { defaults-from none }\n"
    "wom profile isession /Common/isession-encrypt { }\n"
    "wom profile isession /Common/isession-softwoc { deduplication disabled }\n";

const struct schema wom_schema = {
	.types = wom_types,
	.builtin = builtin,
};
