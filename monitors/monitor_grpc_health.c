/* monitors/monitor_grpc_health.c - the table of "gtm monitor grpc-health".
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/monitor_grpc_health.h"

#include <ctype.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/type.h"
#include "monitors/grpchealth.h"
#include "monitors/monitor_rows.h"

#define OWN(row, k, member)						\
	.name = row, .kind = k, .flags = PROP_OURS,			\
	.off = offsetof(struct monitor_grpc_health, member)

/* It becomes part of a URL. */
static int
check_host(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;

	for (const char *s = text; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && *s != '-' && *s != '.' &&
		    *s != '_')
			return err_set(e, ERR_PARSE, "%s: \"%s\" is not the "
			    "name of a host", p->name, text);
	return 0;
}

static int
check_path(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;

	if (*text != '/')
		return err_set(e, ERR_PARSE, "%s: \"%s\" does not start with /",
		    p->name, text);
	return 0;
}

static const struct prop grpc_health_props[] = {
	MONITOR_ROWS("gtm monitor grpc-health", "/Common/grpc_health"),
	{ OWN("ca-file", PROP_STRING, ca_file), .max = 4095,
	  .check = check_path, .help = "file (PEM) of certificates that verify "
	  "trusts; none = those that the system trusts" },
	{ OWN("host", PROP_STRING, host), .max = 253, .check = check_host,
	  .help = "name of the server in calls and in its certificate; none = "
	  "the address" },
	{ OWN("service", PROP_STRING, service),
	  .max = GRPCHEALTH_SERVICE_MAX,
	  .help = "service whose health is asked for; none = the server's" },
	{ OWN("tls", PROP_BOOL, tls), .names = prop_disabled_enabled,
	  .dflt = "disabled", .help = "call over TLS" },
	{ OWN("verify", PROP_BOOL, verify), .names = prop_disabled_enabled,
	  .dflt = "disabled", .help = "with tls: a certificate that is not "
	  "trusted, has expired or is not of host means down" },
	{ .name = NULL }
};

const struct type monitor_grpc_health_type = {
	.words = "gtm monitor grpc-health",
	.title = "Monitor",
	.naming = TYPE_NAMED,
	.size = sizeof(struct monitor_grpc_health),
	.props = grpc_health_props,
	.help = "asks a gRPC server for its health",
	.check = monitor_check,
};
