/* tests/unit/etherip/control/netbed.c - see netbed.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/etherip/control/netbed.h"

#include <inttypes.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "core/model/store_dir.h"
#include "core/rest/restdaemon.h"
#include "core/rest/restevents.h"
#include "core/rest/restrequest.h"
#include "etherip/control/netcontrol.h"
#include "etherip/control/netenact.h"
#include "etherip/types/net.h"
#include "tests/unit/core/base/tempdir.h"
#include "tests/unit/core/rest/restkit.h"

struct netbed netbed;
static bool has_network;
static char said[8192];

static bool
sh(const char *line)
{
	char shell[] = "sh", flag[] = "-c", *text = strdup(line);
	char *argv[] = { shell, flag, text, NULL };
	posix_spawn_file_actions_t to;
	int ends[2], status = -1;
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	(void)posix_spawn_file_actions_init(&to);
	(void)posix_spawn_file_actions_adddup2(&to, ends[1], STDOUT_FILENO);
	(void)posix_spawn_file_actions_addclose(&to, ends[0]);
	assert_int_equal(posix_spawnp(&pid, "sh", &to, NULL, argv, environ),
	    0);
	(void)posix_spawn_file_actions_destroy(&to);
	(void)close(ends[1]);
	while ((n = read(ends[0], said + len, sizeof(said) - 1 - len)) > 0)
		len += (size_t)n;
	said[len] = '\0';
	(void)close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	free(text);
	return status == 0;
}

bool
netbed_shows(const char *line, const char *what)
{
	return sh(line) && strstr(said, what) != NULL;
}

int
netbed_network(void **state)
{
	(void)state;
	log_setup(&(struct log_config){ 2, LOG_ERROR, LOG_FORM_BARE });
	/* Interfaces of this system that say nothing by themselves. */
	has_network = unshare(CLONE_NEWNET) == 0 && access("/dev/net/tun",
	    R_OK) == 0 && sh("for i in all default; do "
	    "echo 1 >/proc/sys/net/ipv6/conf/$i/disable_ipv6; done; "
	    "ip link set lo up && "
	    "ip link add lan0 type veth peer name lan1 && "
	    "ip link add wan0 type veth peer name wan1 && "
	    "ip link set wan0 up && ip link set wan1 up && "
	    "ip link set lan1 up && ip addr add 10.133.64.245/16 dev wan0");
	return 0;
}

static void
set_path(char out[200], const char *name)
{
	(void)snprintf(out, 200, "%s", tempdir_file(&tempdir, name));
}

int
netbed_setup(void **state)
{
	struct store_backend *dir;
	struct store_gate gate;
	struct err e = { 0 };

	assert_int_equal(tempdir_set_up(state), 0);
	netbed = (struct netbed){ .life = {
	    .config_path = netbed.config, .state_dir = netbed.state,
	    .control_path = netbed.socket } };
	if (!has_network)
		return 0;
	netbed.life.loop = loop_new(&clock_system, &e);
	assert_non_null(netbed.life.loop);
	set_path(netbed.config, "eip.conf");
	set_path(netbed.state, "state");
	set_path(netbed.socket, "control.sock");
	tempdir_write(netbed.config, "", 0);
	dir = store_dir_open(netbed.config, netbed.state, &e);
	if (dir == NULL)
		fail_msg("%s", e.text);
	netbed.life.store = store_new(&net_schema, &dir);
	netbed.life.events = restevents_new(1);
	netbed.enact = netenact_new(&(struct netenact_config){
	    .loop = netbed.life.loop, .events = netbed.life.events }, &e);
	if (netbed.enact == NULL)
		fail_msg("%s", e.text);
	gate = (struct store_gate){ netenact_prepare, netenact_settle,
	    netbed.enact };
	store_gate(netbed.life.store, &gate);
	return 0;
}

int
netbed_teardown(void **state)
{
	restreply_fini(&netbed.reply);
	netcontrol_free(&netbed.control);
	netenact_free(&netbed.enact);
	restevents_free(&netbed.life.events);
	store_free(&netbed.life.store);
	loop_free(&netbed.life.loop);
	if (has_network)
		assert_int_equal(netenact_clear(NULL, NULL), 0);
	return tempdir_tear_down(state);
}

int
netbed_load(const char *text, char **found)
{
	struct strbuf b = { 0 };
	char line[1024];
	struct diag d;
	int rc;

	tempdir_write(netbed.config, text, strlen(text));
	strbuf_init(&b);
	diag_init(&d);
	rc = store_load(netbed.life.store, false, &d);
	for (size_t i = 0; i < d.count; i++) {
		diag_format(&d.entries[i], line, sizeof(line));
		strbuf_printf(&b, "%s\n", line);
	}
	diag_fini(&d);
	*found = strbuf_take(&b);
	return rc;
}

void
netbed_start(const char *text)
{
	struct err e = { 0 };
	char *found;

	if (netbed_load(text, &found) != 0)
		fail_msg("%s", found);
	free(found);
	if (netbed.control == NULL)
		netbed.control = netcontrol_new(&netbed.life, netbed.enact, &e);
	if (netbed.control == NULL)
		fail_msg("%s", e.text);
}

/* The tree's routes are given what begins with it. */
static struct restdaemon *
daemon_of(void)
{
	return (struct restdaemon *)(void *)netbed.control;
}

int
netbed_call(const char *method, const char *target, const char *body)
{
	struct restrequest q = restkit_request(method, target, body);

	restreply_fini(&netbed.reply);
	netbed.reply = (struct restreply){ 0 };
	resttree_handle(daemon_of()->tree, &q, &netbed.reply);
	restrequest_fini(&q);
	return netbed.reply.status;
}

const char *
netbed_stat(const char *path, const char *key)
{
	static char text[256];
	char target[256];
	const struct json *entry, *v;
	const char *url;
	void *at = NULL;

	(void)snprintf(target, sizeof(target), "/mgmt/tm/net/%s/stats", path);
	assert_int_equal(netbed_call("GET", target, NULL), 200);
	entry = json_next(json_find(netbed.reply.body, "entries"), &at, &url);
	v = json_find(json_find(json_find(entry, "nestedStats"), "entries"),
	    key);
	(void)snprintf(text, sizeof(text), "%s", "");
	if (json_find(v, "description") != NULL)
		(void)snprintf(text, sizeof(text), "%s",
		    json_get_text(json_find(v, "description")));
	else if (v != NULL)
		(void)snprintf(text, sizeof(text), "%" PRId64,
		    json_get_int(json_find(v, "value")));
	return text;
}

char *
netbed_text(void)
{
	struct strbuf b;

	if (netbed.reply.stream.more == NULL)
		return json_line(netbed.reply.body);
	strbuf_init(&b);
	while (netbed.reply.stream.more(netbed.reply.stream.arg, &b))
		continue;
	return strbuf_take(&b);
}

char *
netbed_scrape(void)
{
	struct restrequest q = restkit_request("GET", "/metrics", NULL);

	restreply_fini(&netbed.reply);
	netbed.reply = (struct restreply){ 0 };
	daemon_of()->config.scrape(daemon_of(), &q, &netbed.reply);
	restrequest_fini(&q);
	return netbed_text();
}
