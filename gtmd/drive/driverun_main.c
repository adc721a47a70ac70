/* gtmd/drive/driverun_main.c - one order to a driver, by hand: to try a program
 * or a QEMU before a migration does, and for the scenes.
 *
 * Arguments are KEY=VALUE: action, host, id, storage (octets), deadline (s),
 * dry-run (anything), folder, and for each of from and to: from.name,
 * from.program and from.user, or from.qmp-socket, from.migrate,
 * from.migrate-listen, from.storage, from.storage-listen. What comes is written
 * as lines of JSON, the result last. Ends with 0 when that is done.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "gtmd/drive/driver.h"

struct run {
	struct loop	*loop;
	const char	*folder;
	struct driver_place from, to;
	struct driver_host host;
	struct driver_order order;
	int		 code;
};

static void
say(struct json **j)
{
	char *line = json_line(*j);

	(void)printf("%s\n", line);
	(void)fflush(stdout);
	free(line);
	json_free(j);
}

static void
on_progress(void *arg, uint64_t octets, uint64_t total, const char *note)
{
	struct json *j = json_new_object();

	(void)arg;
	json_put_int(j, "octets", (int64_t)octets);
	json_put_int(j, "total", (int64_t)total);
	json_put_text(j, "note", note);
	say(&j);
}

static void
on_done(void *arg, const struct driver_result *r)
{
	struct run *run = arg;
	struct json *j = json_new_object();

	json_put_int(j, "code", r->code);
	json_put_bool(j, "retry", r->retry);
	json_put_text(j, "text", r->text);
	say(&j);
	run->code = r->code;
	loop_stop(run->loop);
}

static bool
take_action(struct run *r, const char *value)
{
	for (int a = DRIVER_CHECK; a <= DRIVER_FINISH; a++)
		if (strcmp(driver_action_name((enum driver_action)a),
		    value) == 0) {
			r->order.action = (enum driver_action)a;
			return true;
		}
	return false;
}

/* The rest of a key behind "from." or "to.". */
static bool
take_place(struct driver_place *p, const char *key, const char *value)
{
	const struct { const char *key; const char **to; } texts[] = {
		{ "name", &p->name }, { "program", &p->program },
		{ "user", &p->user }, { "qmp-socket", &p->qmp_socket }
	};
	const struct { const char *key; struct addrport *to; } addresses[] = {
		{ "migrate", &p->migrate },
		{ "migrate-listen", &p->migrate_listen },
		{ "storage", &p->storage },
		{ "storage-listen", &p->storage_listen }
	};

	for (size_t i = 0; i < OBJ_COUNT(texts); i++)
		if (strcmp(texts[i].key, key) == 0) {
			*texts[i].to = value;
			p->kind = p->qmp_socket != NULL ? DRIVER_QMP :
			    DRIVER_EXEC;
			return true;
		}
	for (size_t i = 0; i < OBJ_COUNT(addresses); i++)
		if (strcmp(addresses[i].key, key) == 0)
			return addr_parse_port(value, addresses[i].to) == 0;
	return false;
}

static bool
take(struct run *r, const char *key, const char *value)
{
	if (strncmp(key, "from.", 5) == 0)
		return take_place(&r->from, key + 5, value);
	if (strncmp(key, "to.", 3) == 0)
		return take_place(&r->to, key + 3, value);
	if (strcmp(key, "action") == 0)
		return take_action(r, value);
	if (strcmp(key, "host") == 0)
		r->host.name = value;
	else if (strcmp(key, "id") == 0)
		r->order.id = value;
	else if (strcmp(key, "folder") == 0)
		r->folder = value;
	else if (strcmp(key, "storage") == 0)
		r->host.storage_octets = strtoull(value, NULL, 10);
	else if (strcmp(key, "deadline") == 0)
		r->order.deadline = strtoull(value, NULL, 10) * CLOCK_S;
	else if (strcmp(key, "dry-run") == 0)
		r->order.dry_run = true;
	else
		return false;
	return true;
}

static bool
read_arguments(struct run *r, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		char *value = strchr(argv[i], '=');

		if (value != NULL)
			*value++ = '\0';
		if (value == NULL || !take(r, argv[i], value)) {
			(void)fprintf(stderr, "driverun: %s: not KEY=VALUE, "
			    "unknown, or no value of its kind\n", argv[i]);
			return false;
		}
	}
	return true;
}

int
main(int argc, char **argv)
{
	static struct run r = { .from.name = "from", .to.name = "to",
	    .host.name = "machine", .order.id = "by-hand" };
	const struct driver_owner owner = { on_progress, on_done, &r };
	struct drivers *all;
	struct err e;

	r.order.from = &r.from;
	r.order.to = &r.to;
	r.order.host = &r.host;
	if (!read_arguments(&r, argc, argv))
		return 2;
	(void)signal(SIGPIPE, SIG_IGN);
	r.loop = loop_new(&clock_system, &e);
	all = r.loop != NULL ? driver_all_new(r.loop, r.folder, &e) : NULL;
	if (all == NULL) {
		(void)fprintf(stderr, "driverun: %s\n", e.text);
		return 2;
	}
	(void)driver_start(all, &r.order, &owner);
	loop_run(r.loop);
	driver_all_free(&all);
	loop_free(&r.loop);
	return r.code == 0 ? 0 : 1;
}
