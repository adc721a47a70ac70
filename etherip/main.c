/* etherip/main.c - the command line of etheripd. Layer: etherip.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/io/confine.h"
#include "core/io/daemonargs.h"
#include "etherip/control/netverify.h"
#include "etherip/etheripd.h"

#define CONFIG_PATH	"/etc/gtm/eip.conf"
#define STATE_DIR	"/var/lib/etherip"

/* Interfaces, addresses and packet rules; protocol 97 and echo requests; programs in the
 * kernel. */
#define CAPS		(CONFINE_CAP(CAP_NET_ADMIN) |			\
    CONFINE_CAP(CAP_NET_RAW) | CONFINE_CAP(CAP_BPF) |			\
    CONFINE_CAP(CAP_PERFMON))

static const char usage[] =
"usage: etheripd [-c FILE] [-s DIR] [-x SOCKET] [-t] [--lenient] [-l LEVEL]\n"
"                [-j] [-u USER]\n"
"       etheripd [-s DIR] -C\n"
"\n"
"  -c, --config FILE   configuration, tmsh syntax (" CONFIG_PATH ")\n"
"  -s, --state DIR     journal, audit record (" STATE_DIR ")\n"
"  -x, --control PATH  control socket (control.sock in the state directory)\n"
"  -t, --check         check the configuration, say all that is wrong\n"
"  -C, --clear         take all that is ours out of the kernel, and end\n"
"      --lenient       list and skip what is not known or supported\n"
"  -l, --log LEVEL     error, warning, notice, info or debug (notice)\n"
"  -j, --journal       log lines as the system journal likes them\n"
"  -u, --user NAME     the user to become, with few capabilities\n"
"  -V, --version       version\n"
"  -h, --help          this text\n";

struct options {
	struct daemonargs	args;
	struct etheripd_config	etheripd;
	const char		*user;	/* NULL = as who started it */
	bool			clear;
};

static int
read_options(struct options *o, int argc, char **argv)
{
	const struct daemonargs_row own[] = {
		{ "user", 'u', &o->user, NULL },
		{ "clear", 'C', NULL, &o->clear },
		{ NULL, 0, NULL, NULL }
	};
	int rc = daemonargs_read(&o->args, own, argc, argv);

	o->etheripd = (struct etheripd_config){
		.config_path = o->args.config_path,
		.state_dir = o->args.state_dir, .control = o->args.control,
		.lenient = o->args.lenient,
	};
	return rc;
}

/* Kernels before 5.8 have one capability for much else instead. */
static uint64_t
caps(void)
{
	return prctl(PR_CAPBSET_READ, CAP_BPF, 0, 0, 0) != -1 ? CAPS :
	    CAPS | CONFINE_CAP(CAP_SYS_ADMIN);
}

static int
serve(const struct options *o)
{
	struct err e = { 0 };
	struct etheripd *d = NULL;
	struct diag found;
	int rc;

	if (confine_user(o->user, caps(), &e) == 0)
		d = etheripd_new(&o->etheripd, &e);
	if (d == NULL) {
		(void)fprintf(stderr, "etheripd: %s\n", e.text);
		return DAEMONARGS_REFUSED;
	}
	diag_init(&found);
	rc = etheripd_start(d, &found);
	diag_print(&found, stderr);
	if (rc != 0)
		(void)fprintf(stderr, "etheripd: %s: %zu errors, not started\n",
		    o->etheripd.config_path, found.errors);
	diag_fini(&found);
	if (rc == 0)
		etheripd_run(d);
	etheripd_free(&d);
	return rc == 0 ? DAEMONARGS_OK : DAEMONARGS_REFUSED;
}

static int
clear(const struct options *o)
{
	struct err e = { 0 };

	if (etheripd_clear(o->args.state_dir, &e) == 0)
		return DAEMONARGS_OK;
	(void)fprintf(stderr, "etheripd: %s\n", e.text);
	return DAEMONARGS_REFUSED;
}

int
main(int argc, char **argv)
{
	struct options o = {
		.args = { .name = "etheripd", .usage = usage,
		    .config_path = CONFIG_PATH, .state_dir = STATE_DIR,
		    .log = { .fd = STDERR_FILENO, .level = LOG_NOTICE,
		    .form = LOG_FORM_TIME } },
	};
	int rc = read_options(&o, argc, argv);

	if (rc != -1)
		return rc;
	daemonargs_prepare(&o.args);
	if (o.clear)
		return clear(&o);
	return o.args.check ? daemonargs_check(&o.args, netverify_config) :
	    serve(&o);
}
