/* wom/main.c - the command line of womd. Layer: wom.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <linux/capability.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/io/confine.h"
#include "core/io/daemonargs.h"
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

struct options {
	struct daemonargs	args;
	struct womd_config	womd;
	const char		*user;	/* NULL = as who started it */
};

static int
read_options(struct options *o, int argc, char **argv)
{
	const struct daemonargs_row own[] = {
		{ "user", 'u', &o->user, NULL },
		{ NULL, 0, NULL, NULL }
	};
	int rc = daemonargs_read(&o->args, own, argc, argv);

	o->womd = (struct womd_config){
		.config_path = o->args.config_path,
		.state_dir = o->args.state_dir, .control = o->args.control,
		.lenient = o->args.lenient,
	};
	return rc;
}

static int
serve(const struct options *o)
{
	struct err e = { 0 };
	struct womd *w = NULL;
	struct diag d;
	int rc;

	if (confine_user(o->user, CAPS, &e) == 0)
		w = womd_new(&o->womd, &e);
	if (w == NULL) {
		(void)fprintf(stderr, "womd: %s\n", e.text);
		return DAEMONARGS_REFUSED;
	}
	diag_init(&d);
	rc = womd_start(w, &d);
	diag_print(&d, stderr);
	if (rc != 0)
		(void)fprintf(stderr, "womd: %s: %zu errors, not started\n",
		    o->womd.config_path, d.errors);
	diag_fini(&d);
	if (rc == 0)
		womd_run(w);
	womd_free(&w);
	return rc == 0 ? DAEMONARGS_OK : DAEMONARGS_REFUSED;
}

int
main(int argc, char **argv)
{
	struct options o = {
		.args = { .name = "womd", .usage = usage,
		    .config_path = CONFIG_PATH, .state_dir = STATE_DIR,
		    .log = { .fd = STDERR_FILENO, .level = LOG_NOTICE,
		    .form = LOG_FORM_TIME } },
	};
	int rc = read_options(&o, argc, argv);

	if (rc != -1)
		return rc;
	daemonargs_prepare(&o.args);	/* each stream has a descriptor */
	return o.args.check ? daemonargs_check(&o.args, womverify_config) :
	    serve(&o);
}
