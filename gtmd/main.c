/* gtmd/main.c - the command line of gtmd.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/rand.h"
#include "core/io/daemonargs.h"
#include "core/rest/daemonlife.h"
#include "core/wire/dnsname.h"
#include "gtmd/control/verify.h"
#include "gtmd/drive/driver.h"
#include "gtmd/service.h"
#include "gtmd/service_prober.h"
#include "monitors/programfile.h"

#define CONFIG_PATH	"/etc/gtm/gtm.conf"
#define STATE_DIR	"/var/lib/gtm"

static const char usage[] =
"usage: gtmd [-c FILE] [-s DIR] [-x SOCKET] [-t | --replace] [--lenient]\n"
"            [-l LEVEL] [-j] [-m DIR] [-d DIR]\n"
"\n"
"  -c, --config FILE   configuration, tmsh syntax (" CONFIG_PATH ")\n"
"  -s, --state DIR     journal, known states, status (" STATE_DIR ")\n"
"  -x, --control PATH  control socket (control.sock in the state directory)\n"
"  -t, --check         check configuration and zones, say all that is wrong\n"
"      --replace       take over from the running process, without a loss\n"
"  -m, --monitors DIR  programs that monitors may run (" PROGRAMFILE_FOLDER ")\n"
"  -d, --drivers DIR   programs that move machines (" DRIVER_FOLDER ")\n"
"      --lenient       list and skip what is not known or supported\n"
"  -l, --log LEVEL     error, warning, notice, info or debug (notice)\n"
"  -j, --journal       log lines as the system journal likes them\n"
"  -V, --version       version\n"
"  -h, --help          this text\n";

struct options {
	struct daemonargs	args;
	struct service_options	service;
	const char		*programs;	/* of monitors */
	bool			prober;	/* a daemon's child: for nobody else */
};

static int
read_options(struct options *o, int argc, char **argv)
{
	const struct daemonargs_row own[] = {
		{ "monitors", 'm', &o->programs, NULL },
		{ "drivers", 'd', &o->service.drivers, NULL },
		{ "replace", 0, NULL, &o->service.replace },
		{ "prober", 0, NULL, &o->prober },
		{ NULL, 0, NULL, NULL }
	};

	return daemonargs_read(&o->args, own, argc, argv);
}

/* Names of questions are hashed so that nobody can foresee how. */
static void
seed_hash(void)
{
	struct rand r;

	rand_seed(&r);
	dnsname_hash_seed(rand_u64(&r));
}

/* The daemon logs what the prober tells it, the prober what it suffers. */
static char *const *
prober_arguments(const struct options *o)
{
	static char name[] = "gtmd", role[] = "--prober", flag[] = "-l",
	    error[] = "error", warning[] = "warning", journal[] = "-j",
	    where[] = "-m";
	static char *argv[] = { name, role, flag, warning, where, NULL, NULL,
	    NULL };

	argv[5] = mem_strdup(o->programs);	/* as long as we run */
	if (o->args.log.level == LOG_ERROR)
		argv[3] = error;
	if (o->args.log.form == LOG_FORM_JOURNAL)
		argv[6] = journal;
	return argv;
}

static int
serve(struct options *o)
{
	o->service.prober = prober_arguments(o);
	return daemonlife_serve(&service_kind, &o->args, &o->service);
}

int
main(int argc, char **argv)
{
	struct options o = {
		.programs = PROGRAMFILE_FOLDER,
		.service = { .drivers = DRIVER_FOLDER },
		.args = { .name = "gtmd", .usage = usage,
		    .config_path = CONFIG_PATH, .state_dir = STATE_DIR,
		    .log = { .fd = STDERR_FILENO, .level = LOG_NOTICE,
		    .form = LOG_FORM_TIME } },
	};
	int rc = read_options(&o, argc, argv);

	if (rc != -1)
		return rc;
	programfile_set_folder(o.programs);
	daemonargs_prepare(&o.args);	/* probes need descriptors */
	seed_hash();
	if (o.prober)
		return service_prober_run();
	return o.args.check ? daemonargs_check(&o.args, verify_config) :
	    serve(&o);
}
