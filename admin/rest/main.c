/* admin/rest/main.c - the command line of gtmrestd.
 * Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "admin/rest/budget.h"
#include "admin/rest/enrol.h"
#include "admin/rest/front.h"
#include "admin/rest/gate.h"
#include "admin/rest/setup.h"
#include "admin/rest/upstream.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/io/notify.h"
#include "core/io/sock.h"

#ifndef GTM_VERSION
#define GTM_VERSION	"unreleased"
#endif

#define LISTEN		"127.0.0.1:8443"
#define SOCKET_PATH	"/var/lib/gtm/control.sock"
#define MEMORY_MAX	((size_t)64 << 20)	/* requests and replies */
#define WOM_PATH	"/var/lib/wom/control.sock"
#define NET_PATH	"/var/lib/etherip/control.sock"
#define STATE_DIR	"/var/lib/gtmrestd"
#define TIMEOUT_S	10
#define TIMEOUT_MAX_S	600

enum { EXIT_OK = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

static const char usage[] =
"usage: gtmrestd [--listen ADDR:PORT] [--socket PATH] [--wom-socket PATH]\n"
"                [--net-socket PATH] [--state DIR] [--user NAME]\n"
"                [--cert FILE --key FILE] [--timeout SECONDS]\n"
"                [--log LEVEL] [--journal]\n"
"       gtmrestd [--state DIR] --set-password NAME [--role ROLE]\n"
"\n"
"  --listen ADDR:PORT   where HTTPS is served (" LISTEN ")\n"
"  --socket PATH        gtmd's control socket (" SOCKET_PATH ")\n"
"  --wom-socket PATH    womd's (" WOM_PATH ")\n"
"  --net-socket PATH    etheripd's (" NET_PATH ")\n"
"  --state DIR          users, certificate, key (" STATE_DIR ")\n"
"  --user NAME          the user to become once the port is open\n"
"  --cert FILE          certificate chain, PEM; without it one is made\n"
"  --key FILE           its key, PEM\n"
"  --set-password NAME  read a password from standard input, set it, end\n"
"  --role ROLE          with it: guest, operator, manager or admin\n"
"  --timeout SECONDS    how long a slow peer is waited for, 1 to 600 (10)\n"
"  --log LEVEL          error, warning, notice, info or debug (notice)\n"
"  --journal            log lines as the system journal likes them\n"
"  --version            version\n"
"  --help               this text\n";

struct options {
	const char	*listen, *socket, *wom, *net, *state, *user, *cert, *key;
	const char	*name, *role;
	unsigned	 timeout_s;
	struct log_config log;
};

enum { LISTEN_AT = 256, SOCKET, STATE, USER, CERT, KEY, SET_PASSWORD, ROLE,
    TIMEOUT, LOG, JOURNAL, VERSION, HELP, WOM_SOCKET, NET_SOCKET };

static const struct option longs[] = {
	{ "listen", required_argument, NULL, LISTEN_AT },
	{ "socket", required_argument, NULL, SOCKET },
	{ "wom-socket", required_argument, NULL, WOM_SOCKET },
	{ "net-socket", required_argument, NULL, NET_SOCKET },
	{ "state", required_argument, NULL, STATE },
	{ "user", required_argument, NULL, USER },
	{ "cert", required_argument, NULL, CERT },
	{ "key", required_argument, NULL, KEY },
	{ "set-password", required_argument, NULL, SET_PASSWORD },
	{ "role", required_argument, NULL, ROLE },
	{ "timeout", required_argument, NULL, TIMEOUT },
	{ "log", required_argument, NULL, LOG },
	{ "journal", no_argument, NULL, JOURNAL },
	{ "version", no_argument, NULL, VERSION },
	{ "help", no_argument, NULL, HELP },
	{ NULL, 0, NULL, 0 }
};

/* The option that just keeps its text, or NULL. */
static const char **
place_of(struct options *o, int c)
{
	switch (c) {
	case LISTEN_AT:
		return &o->listen;
	case SOCKET:
		return &o->socket;
	case WOM_SOCKET:
		return &o->wom;
	case NET_SOCKET:
		return &o->net;
	case STATE:
		return &o->state;
	case USER:
		return &o->user;
	case CERT:
		return &o->cert;
	case KEY:
		return &o->key;
	case SET_PASSWORD:
		return &o->name;
	case ROLE:
		return &o->role;
	default:
		return NULL;
	}
}

/* As take_option. */
static int
take_timeout(struct options *o, const char *text)
{
	char *end;
	long s = strtol(text, &end, 10);

	if (end != text && *end == '\0' && s >= 1 && s <= TIMEOUT_MAX_S) {
		o->timeout_s = (unsigned)s;
		return -1;
	}
	(void)fprintf(stderr, "gtmrestd: --timeout: \"%s\" is outside 1 to %d "
	    "seconds\n", text, TIMEOUT_MAX_S);
	return EXIT_USAGE;
}

/* Returns -1 to go on, or the exit code. */
static int
take_option(struct options *o, int c)
{
	const char **place = place_of(o, c);
	int level;

	if (place != NULL) {
		*place = optarg;
		return -1;
	}
	switch (c) {
	case LOG:
		level = log_level_parse(optarg);
		if (level < 0) {
			(void)fprintf(stderr, "gtmrestd: log level \"%s\" is "
			    "none of error, warning, notice, info, debug\n",
			    optarg);
			return EXIT_USAGE;
		}
		o->log.level = (enum log_level)level;
		return -1;
	case TIMEOUT:
		return take_timeout(o, optarg);
	case JOURNAL:
		o->log.form = LOG_FORM_JOURNAL;
		return -1;
	case VERSION:
		(void)printf("gtmrestd %s\n", GTM_VERSION);
		return EXIT_OK;
	case HELP:
		(void)fputs(usage, stdout);
		return EXIT_OK;
	default:
		(void)fputs(usage, stderr);
		return EXIT_USAGE;
	}
}

static int
options_read(struct options *o, int argc, char **argv)
{
	int c, rc;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		if ((rc = take_option(o, c)) != -1)
			return rc;
	if (optind == argc && (o->cert == NULL) == (o->key == NULL) &&
	    (o->role == NULL || o->name != NULL))
		return -1;
	(void)fputs(usage, stderr);
	return EXIT_USAGE;
}

static int
open_port(const char *listen, struct err *e)
{
	struct addrport at;

	if (addr_parse_port(listen, &at) != 0 || at.addr.family == 0)
		return err_set(e, ERR_PARSE, "--listen: \"%s\" is no address "
		    "and port", listen);
	return sock_listen_tcp(&at, NULL, e);
}

static void
tell_ready(int fd)
{
	char text[ADDR_TEXT_MAX];
	struct addrport at;

	sock_local(fd, &at);
	log_at(LOG_NOTICE, "rest", "gtmrestd", "ready", "listen=%s",
	    addr_format_port(&at, text));
	notify_send("READY=1");
}

/* Until SIGTERM or SIGINT, which are blocked in all threads. */
static void
run(void)
{
	sigset_t ends;
	int signo;

	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigaddset(&ends, SIGINT);
	(void)sigwait(&ends, &signo);
	notify_send("STOPPING=1");
}

static void
block_signals(void)
{
	sigset_t ends;

	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigaddset(&ends, SIGINT);
	(void)pthread_sigmask(SIG_BLOCK, &ends, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
}

static int
serve_with(const struct options *o, int fd, const struct setup_tls *tls,
    struct err *e)
{
	struct front_config config = { .fd = fd, .cert = tls->cert,
	    .key = tls->key, .patience = o->timeout_s * CLOCK_S };
	struct budget budget = { .limit = MEMORY_MAX };
	struct gate gate;
	struct front *f = NULL;
	int rc = gate_init(&gate, o->state, &clock_system, e);

	config.gate = &gate;
	gate.budget = &budget;
	gate.upstream = upstream_new(o->socket);
	gate.wom = upstream_new(o->wom);
	gate.net = upstream_new(o->net);
	if (rc == 0) {
		if (gate.users.count == 0)
			enrol_begin(&gate);
		f = front_new(&config, e);
		rc = f != NULL ? 0 : ERR_IO;
	} else {
		(void)close(fd);
	}
	if (rc == 0) {
		tell_ready(fd);
		run();
	}
	front_free(&f);
	upstream_free(&gate.upstream);
	upstream_free(&gate.wom);
	upstream_free(&gate.net);
	gate_fini(&gate);
	return rc;
}

static int
serve(const struct options *o, struct err *e)
{
	char *cert = o->cert != NULL ? mem_strdup(o->cert) :
	    mem_printf("%s/cert.pem", o->state);
	char *key = o->key != NULL ? mem_strdup(o->key) :
	    mem_printf("%s/key.pem", o->state);
	struct setup_tls tls = { NULL, NULL };
	int fd = open_port(o->listen, e), rc = fd < 0 ? fd : 0;

	block_signals();
	if (rc == 0)
		rc = setup_state_dir(o->state, o->user, e);
	/* Given ones may be for root's eyes only; made ones are the user's. */
	if (rc == 0 && o->cert != NULL)
		rc = setup_read_tls(&tls, cert, key, false, e);
	if (rc == 0 && o->user != NULL)
		rc = setup_drop_to(o->user, e);
	setup_harden();
	if (rc == 0 && o->cert == NULL)
		rc = setup_read_tls(&tls, cert, key, true, e);
	if (rc == 0)
		rc = serve_with(o, fd, &tls, e);
	else if (fd >= 0)
		(void)close(fd);
	setup_tls_fini(&tls);
	free(cert);
	free(key);
	return rc;
}

static int
set_password(const struct options *o, struct err *e)
{
	char *users = mem_printf("%s/users", o->state);
	int rc = setup_state_dir(o->state, o->user, e);

	setup_harden();
	if (rc == 0)
		rc = setup_password(users, o->name, o->role, e);
	free(users);
	return rc;
}

int
main(int argc, char **argv)
{
	struct options o = { .listen = LISTEN, .socket = SOCKET_PATH, .wom = WOM_PATH,
	    .net = NET_PATH, .state = STATE_DIR, .timeout_s = TIMEOUT_S,
	    .log = { .fd = STDERR_FILENO, .level = LOG_NOTICE,
	    .form = LOG_FORM_TIME } };
	struct err e = { 0 };
	int rc = options_read(&o, argc, argv);

	if (rc != -1)
		return rc;
	log_setup(&o.log);
	rc = o.name != NULL ? set_password(&o, &e) : serve(&o, &e);
	if (rc == 0)
		return EXIT_OK;
	(void)fprintf(stderr, "gtmrestd: %s\n", e.text);
	return EXIT_REFUSED;
}
