/* wom/main.c - the command line of womd. Layer: wom.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <linux/capability.h>
#include <stddef.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/io/confine.h"
#include "core/io/daemonargs.h"
#include "core/rest/daemonlife.h"
#include "wom/control/womverify.h"
#include "wom/womd.h"

#define CONFIG_PATH	"/etc/gtm/wom.conf"
#define STATE_DIR	"/var/lib/wom"

/* Interception and other hosts' addresses, port 443, echo requests. */
#define CAPS		(CONFINE_CAP(CAP_NET_ADMIN) |			\
    CONFINE_CAP(CAP_NET_BIND_SERVICE) | CONFINE_CAP(CAP_NET_RAW))

static const char usage[] =
"usage: womd [-c FILE] [-s DIR] [-x SOCKET] [-t] [--lenient] [-l LEVEL] [-j]\n"
"            [-u USER]\n"
"\n"
"  -c, --config FILE   configuration, tmsh syntax (" CONFIG_PATH ")\n"
"  -s, --state DIR     journal, audit record, histories (" STATE_DIR ")\n"
"  -x, --control PATH  control socket (control.sock in the state directory)\n"
"  -t, --check         check the configuration, say all that is wrong\n"
"      --lenient       list and skip what is not known or supported\n"
"  -l, --log LEVEL     error, warning, notice, info or debug (notice)\n"
"  -j, --journal       log lines as the system journal likes them\n"
"  -u, --user NAME     the user to become, with few capabilities\n"
"  -V, --version       version\n"
"  -h, --help          this text\n";

static int
serve(const struct daemonargs *a, const char *user)
{
	struct err e = { 0 };

	return confine_user(user, CAPS, &e) == 0 ?
	    daemonlife_serve(&womd_kind, a, NULL) : daemonargs_refuse(a, &e);
}

int
main(int argc, char **argv)
{
	struct daemonargs a = {
		.name = "womd", .usage = usage,
		.config_path = CONFIG_PATH, .state_dir = STATE_DIR,
		.log = { .fd = STDERR_FILENO, .level = LOG_NOTICE,
		    .form = LOG_FORM_TIME },
	};
	const char *user = NULL;	/* as who started it */
	const struct daemonargs_row own[] = {
		{ "user", 'u', &user, NULL },
		{ NULL, 0, NULL, NULL }
	};
	int rc = daemonargs_read(&a, own, argc, argv);

	if (rc != -1)
		return rc;
	daemonargs_prepare(&a);		/* each stream has a descriptor */
	return a.check ? daemonargs_check(&a, womverify_config) :
	    serve(&a, user);
}
