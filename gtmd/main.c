/* gtmd/main.c - the command line of gtmd.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/rand.h"
#include "core/wire/dnsname.h"
#include "gtmd/control/verify.h"
#include "core/base/version.h"
#include "gtmd/service.h"
#include "gtmd/service_prober.h"
#include "monitors/programfile.h"

#define CONFIG_PATH	"/etc/gtm/gtm.conf"
#define STATE_DIR	"/var/lib/gtm"

/* Exit codes: as other servers have them, 0 well, 1 refused, 2 usage. */
enum { EXIT_OK = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

static const char usage[] =
"usage: gtmd [-c FILE] [-s DIR] [-x SOCKET] [-t | --replace] [--lenient]\n"
"            [-l LEVEL] [-j] [-m DIR]\n"
"\n"
"  -c, --config FILE   configuration, tmsh syntax (" CONFIG_PATH ")\n"
"  -s, --state DIR     journal, known states, status (" STATE_DIR ")\n"
"  -x, --control PATH  control socket (control.sock in the state directory)\n"
"  -t, --check         check configuration and zones, say all that is wrong\n"
"      --replace       take over from the running process, without a loss\n"
"  -m, --monitors DIR  programs that monitors may run (" PROGRAMFILE_FOLDER ")\n"
"      --lenient       list and skip what is not known or supported\n"
"  -l, --log LEVEL     error, warning, notice, info or debug (notice)\n"
"  -j, --journal       log lines as the system journal likes them\n"
"  -V, --version       version\n"
"  -h, --help          this text\n";

struct options {
	struct service_config	service;
	struct log_config	log;
	const char		*programs;	/* of monitors */
	bool			check;
	bool			prober;	/* a daemon's child: for nobody else */
};

static int
level_read(struct options *o, const char *text)
{
	int level = log_level_parse(text);

	if (level < 0) {
		(void)fprintf(stderr, "gtmd: log level \"%s\" is none of "
		    "error, warning, notice, info, debug\n", text);
		return EXIT_USAGE;
	}
	o->log.level = (enum log_level)level;
	return -1;
}

/* Those that have no letter. */
enum { LENIENT = 256, REPLACE, PROBER };

/* One option. Returns -1 to go on, or the exit code. */
static int
option_read(struct options *o, int c, const char *text)
{
	const struct {
		int		 c;
		const char	**text;
		bool		*on;
	} rows[] = {
		{ 'c', &o->service.config_path, NULL },
		{ 's', &o->service.state_dir, NULL },
		{ 'x', &o->service.control, NULL },
		{ 't', NULL, &o->check },
		{ 'm', &o->programs, NULL },
		{ LENIENT, NULL, &o->service.lenient },
		{ REPLACE, NULL, &o->service.replace },
		{ PROBER, NULL, &o->prober },
	};

	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		if (rows[i].c != c)
			continue;
		if (rows[i].text != NULL)
			*rows[i].text = text;
		else
			*rows[i].on = true;
		return -1;
	}
	switch (c) {
	case 'l':
		return level_read(o, text);
	case 'j':
		o->log.form = LOG_FORM_JOURNAL;
		return -1;
	case 'V':
		(void)printf("gtmd %s\n", version_text);
		return EXIT_OK;
	case 'h':
		(void)fputs(usage, stdout);
		return EXIT_OK;
	default:
		(void)fputs(usage, stderr);
		return EXIT_USAGE;
	}
}

/* Returns -1 to go on, or the exit code. */
static int
options_read(struct options *o, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "state", required_argument, NULL, 's' },
		{ "control", required_argument, NULL, 'x' },
		{ "check", no_argument, NULL, 't' },
		{ "monitors", required_argument, NULL, 'm' },
		{ "lenient", no_argument, NULL, LENIENT },
		{ "replace", no_argument, NULL, REPLACE },
		{ "prober", no_argument, NULL, PROBER },
		{ "log", required_argument, NULL, 'l' },
		{ "journal", no_argument, NULL, 'j' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	int c, rc = -1;

	while (rc == -1 && (c = getopt_long(argc, argv, "c:s:x:tl:m:jVh", longs,
	    NULL)) != -1)
		rc = option_read(o, c, optarg);
	if (rc != -1 || optind == argc)
		return rc;
	(void)fprintf(stderr, "gtmd: \"%s\" is not an option\n%s",
	    argv[optind], usage);
	return EXIT_USAGE;
}

/* Probes need descriptors: take what the hard limit gives. A peer that went
 * away is told by a return value, not by a signal. */
static void
process_prepare(void)
{
	struct rlimit limit;
	struct rand r;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);	/* so that a limit is an error */
	rand_seed(&r);
	dnsname_hash_seed(rand_u64(&r));
}

static int
check(const struct options *o)
{
	struct diag d;
	int rc;

	diag_init(&d);
	rc = verify_config(o->service.config_path, o->service.lenient, &d);
	diag_print(&d, stdout);
	(void)printf("%s: %zu errors, %zu warnings\n", o->service.config_path,
	    d.errors, d.warnings);
	diag_fini(&d);
	return rc == 0 ? EXIT_OK : EXIT_REFUSED;
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
	if (o->log.level == LOG_ERROR)
		argv[3] = error;
	if (o->log.form == LOG_FORM_JOURNAL)
		argv[6] = journal;
	return argv;
}

static int
serve(struct options *o)
{
	struct err e = { 0 };
	struct service *s;
	struct diag d;
	int rc;

	o->service.prober = prober_arguments(o);
	s = service_new(&o->service, &e);
	if (s == NULL) {
		(void)fprintf(stderr, "gtmd: %s\n", e.text);
		return EXIT_REFUSED;
	}
	diag_init(&d);
	rc = service_start(s, &d);
	diag_print(&d, stderr);
	if (rc != 0)
		(void)fprintf(stderr, "gtmd: %s: %zu errors, not started\n",
		    o->service.config_path, d.errors);
	diag_fini(&d);
	if (rc == 0)
		service_run(s);
	service_free(&s);
	return rc == 0 ? EXIT_OK : EXIT_REFUSED;
}

int
main(int argc, char **argv)
{
	struct options o = {
		.programs = PROGRAMFILE_FOLDER,
		.service = { .config_path = CONFIG_PATH, .state_dir = STATE_DIR },
		.log = { .fd = STDERR_FILENO, .level = LOG_NOTICE,
		    .form = LOG_FORM_TIME },
	};
	int rc = options_read(&o, argc, argv);

	if (rc != -1)
		return rc;
	log_setup(&o.log);
	programfile_set_folder(o.programs);
	process_prepare();
	if (o.prober)
		return service_prober_run();
	return o.check ? check(&o) : serve(&o);
}
