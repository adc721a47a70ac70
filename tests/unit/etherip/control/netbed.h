/* tests/unit/etherip/control/netbed.h - etheripd without its command line: store, gate, loop and
 * control tree over a configuration in a folder of one test, in a network namespace with the
 * interfaces lan0 and wan0 (10.133.64.245/16).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_ETHERIP_CONTROL_NETBED_H
#define TESTS_UNIT_ETHERIP_CONTROL_NETBED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>

#include "core/rest/daemonlife.h"
#include "core/rest/restreply.h"

struct netcontrol;
struct netenact;

/* Between setup and teardown. */
struct netbed {
	struct daemonlife life;		/* of nobody: loop, store, events */
	struct netenact	*enact;
	struct netcontrol *control;
	struct restreply reply;		/* to what was asked last */
	char		config[200], state[200], socket[200];
};
extern struct netbed netbed;

/* Of the group of tests: makes the network, or finds that it cannot. */
int netbed_network(void **state);
/* Of each test. */
int netbed_setup(void **state);
int netbed_teardown(void **state);

/* Without the right to have a network of its own a test is none. */
#define NETBED_NEEDED()	do { if (netbed.life.loop == NULL) skip(); } while (0)

/* Writes the configuration and loads it. 0, or the code; findings in *found, which the
 * caller frees, one a line. */
int netbed_load(const char *text, char **found);
/* The same, which has to be good; with the control tree then. */
void netbed_start(const char *text);

/* The status of a request to the tree; body NULL = none. */
int netbed_call(const char *method, const char *target, const char *body);
/* What a statistics page says of an entry: its text or its number, "" when it has none. */
const char *netbed_stat(const char *path, const char *key);
/* The text of the last reply, whatever it is, for the caller to free. */
char *netbed_text(void);
/* Of /metrics, for the caller to free. */
char *netbed_scrape(void);

/* Runs "sh -c line" and has what it prints: is that part of it? */
bool netbed_shows(const char *line, const char *what);

/* A tunnel and a VLAN, and a group of both. */
#define NETBED_GROUP							\
	"net vlan /Common/v { interfaces { lan0 { } } }\n"		\
	"net tunnels tunnel /Common/eip { local-address 10.133.64.245 "	\
	"remote-address 10.133.65.245 }\n"				\
	"net vlan-group /Common/vg { mode transparent members { eip v } }\n"

#endif
