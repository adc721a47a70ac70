/* wom/main.c - the command line of womd. Layer: wom.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <getopt.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/obj.h"
#include "core/base/version.h"
#include "core/io/confine.h"
#include "wom/control/womverify.h"
#include "wom/womd.h"

#define CONFIG_PATH	"/etc/gtm/wom.conf"
#define STATE_DIR	"/var/lib/wom"

/* Interception and other hosts' addresses, port 443, echo requests. */
#define CAPS		(CONFINE_CAP(CAP_NET_ADMIN) |			\
    CONFINE_CAP(CAP_NET_BIND_SERVICE) | CONFINE_CAP(CAP_NET_RAW))

/* Exit codes: as other servers have them, 0 well, 1 refused, 2 usage. */
enum { EXIT_OK = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

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
	struct womd_config	womd;
	struct log_config	log;
	const char		*user;	/* NULL = as who started it */
	bool			check;
};

static int
read_level(struct options *o, const char *text)
{
	int level = log_level_parse(text);

	if (level < 0) {
		(void)fprintf(stderr, "womd: log level \"%s\" is none of "
		    "error, warning, notice, info, debug\n", text);
		return EXIT_USAGE;
	}
	o->log.level = (enum log_level)level;
	return -1;
}

/* That has no letter. */
enum { LENIENT = 256 };

/* One option. Returns -1 to go on, or the exit code. */
static int
read_option(struct options *o, int c, const char *text)
{
	switch (c) {
	case 'c':
		o->womd.config_path = text;
		return -1;
	case 's':
		o->womd.state_dir = text;
		return -1;
	case 'x':
		o->womd.control = text;
		return -1;
	case 'u':
		o->user = text;
		return -1;
	case 't':
		o->check = true;
		return -1;
	case LENIENT:
		o->womd.lenient = true;
		return -1;
	case 'l':
		return read_level(o, text);
	case 'j':
		o->log.form = LOG_FORM_JOURNAL;
		return -1;
	case 'V':
		(void)printf("womd %s\n", version_text);
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
read_options(struct options *o, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "state", required_argument, NULL, 's' },
		{ "control", required_argument, NULL, 'x' },
		{ "check", no_argument, NULL, 't' },
		{ "lenient", no_argument, NULL, LENIENT },
		{ "log", required_argument, NULL, 'l' },
		{ "journal", no_argument, NULL, 'j' },
		{ "user", required_argument, NULL, 'u' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	int c, rc = -1;

	while (rc == -1 && (c = getopt_long(argc, argv, "c:s:x:tl:ju:Vh", longs,
	    NULL)) != -1)
		rc = read_option(o, c, optarg);
	if (rc != -1 || optind == argc)
		return rc;
	(void)fprintf(stderr, "womd: \"%s\" is not an option\n%s",
	    argv[optind], usage);
	return EXIT_USAGE;
}

/* Each stream has a descriptor: take what the hard limit gives. A peer that went
 * away and a full disk are told by return values, not by signals. */
static void
prepare_process(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
}

static int
check(const struct options *o)
{
	struct diag d;
	int rc;

	diag_init(&d);
	rc = womverify_config(o->womd.config_path, o->womd.lenient, &d);
	diag_print(&d, stdout);
	(void)printf("%s: %zu errors, %zu warnings\n", o->womd.config_path,
	    d.errors, d.warnings);
	diag_fini(&d);
	return rc == 0 ? EXIT_OK : EXIT_REFUSED;
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
		return EXIT_REFUSED;
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
	return rc == 0 ? EXIT_OK : EXIT_REFUSED;
}

int
main(int argc, char **argv)
{
	struct options o = {
		.womd = { .config_path = CONFIG_PATH, .state_dir = STATE_DIR },
		.log = { .fd = STDERR_FILENO, .level = LOG_NOTICE,
		    .form = LOG_FORM_TIME },
	};
	int rc = read_options(&o, argc, argv);

	if (rc != -1)
		return rc;
	log_setup(&o.log);
	prepare_process();
	return o.check ? check(&o) : serve(&o);
}
