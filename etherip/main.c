/* etherip/main.c - the command line of etheripd. Layer: etherip.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <linux/capability.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/io/confine.h"
#include "core/io/daemonargs.h"
#include "core/rest/daemonlife.h"
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

/* Kernels before 5.8 have one capability for much else instead. */
static uint64_t
caps(void)
{
	return prctl(PR_CAPBSET_READ, CAP_BPF, 0, 0, 0) != -1 ? CAPS :
	    CAPS | CONFINE_CAP(CAP_SYS_ADMIN);
}

static int
serve(const struct daemonargs *a, const char *user)
{
	struct err e = { 0 };

	return confine_user(user, caps(), &e) == 0 ?
	    daemonlife_serve(&etheripd_kind, a, NULL) :
	    daemonargs_refuse(a, &e);
}

static int
clear(const struct daemonargs *a)
{
	struct err e = { 0 };

	return etheripd_clear(a->state_dir, &e) == 0 ? DAEMONARGS_OK :
	    daemonargs_refuse(a, &e);
}

int
main(int argc, char **argv)
{
	struct daemonargs a = {
		.name = "etheripd", .usage = usage,
		.config_path = CONFIG_PATH, .state_dir = STATE_DIR,
		.log = { .fd = STDERR_FILENO, .level = LOG_NOTICE,
		    .form = LOG_FORM_TIME },
	};
	const char *user = NULL;	/* as who started it */
	bool clears = false;
	const struct daemonargs_row own[] = {
		{ "user", 'u', &user, NULL },
		{ "clear", 'C', NULL, &clears },
		{ NULL, 0, NULL, NULL }
	};
	int rc = daemonargs_read(&a, own, argc, argv);

	if (rc != -1)
		return rc;
	daemonargs_prepare(&a);
	if (clears)
		return clear(&a);
	return a.check ? daemonargs_check(&a, netverify_config) :
	    serve(&a, user);
}
