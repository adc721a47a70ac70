/* gtmd/drive/qmpstep.c - see qmpstep.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/drive/qmpstep.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/base/obj.h"
#include "core/model/json.h"
#include "gtmd/drive/qmpseen.h"

static void
send_to(struct qmpstep *s, enum qmpstep_side side, const char *command,
    struct json *arguments)
{
	*s = (struct qmpstep){ .what = QMPSTEP_SEND, .side = side,
	    .command = command, .arguments = arguments };
}

void
qmpstep_end(struct qmpstep *s, int code, bool retry, const char *fmt, ...)
{
	char text[ERR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	*s = (struct qmpstep){ .what = QMPSTEP_END, .retry = retry };
	(void)err_set(&s->e, code, "%s", text);
}

void
qmpstep_wait(struct qmpstep *s, const char *what)
{
	*s = (struct qmpstep){ .what = QMPSTEP_WAIT };
	(void)err_set(&s->e, 0, "%s", what);
}

void
qmpstep_plain(struct qmpstep *s, enum qmpstep_side side, const char *command)
{
	send_to(s, side, command, NULL);
	s->may_fail = true;
}

/* "tcp:10.0.0.1:8000", "nbd://[2001:db8::1]:10809". */
static void
format_address(char *to, size_t cap, const char *scheme,
    const struct addrport *ap)
{
	char text[ADDR_TEXT_MAX] = "";
	bool six = ap->addr.family == AF_INET6;

	if (ap->addr.family != 0)
		(void)addr_format(&ap->addr, text);
	(void)snprintf(to, cap, "%s%s%s%s:%u", scheme, six ? "[" : "", text,
	    six ? "]" : "", (unsigned)ap->port);
}

void
qmpstep_uri(struct qmpstep *s, enum qmpstep_side side, const char *command,
    const struct addrport *ap)
{
	struct json *arguments = json_new_object();
	char uri[ADDR_TEXT_MAX + 16];

	format_address(uri, sizeof(uri), "tcp:", ap);
	json_put_text(arguments, "uri", uri);
	send_to(s, side, command, arguments);
}

void
qmpstep_nbd(struct qmpstep *s, const struct addrport *listen)
{
	struct json *arguments = json_new_object(), *addr = json_new_object();
	struct json *data = json_new_object();
	char text[ADDR_TEXT_MAX] = "", port[8];

	if (listen->addr.family != 0)
		(void)addr_format(&listen->addr, text);
	(void)snprintf(port, sizeof(port), "%u", (unsigned)listen->port);
	json_put_text(data, "host", text);
	json_put_text(data, "port", port);
	json_put_text(addr, "type", "inet");
	json_put(addr, "data", &data);
	json_put(arguments, "addr", &addr);
	send_to(s, QMPSTEP_TO, "nbd-server-start", arguments);
	s->may_fail = true;
}

void
qmpstep_export(struct qmpstep *s, const struct qmpseen_disk *d)
{
	struct json *arguments = json_new_object();

	json_put_text(arguments, "type", "nbd");
	json_put_text(arguments, "id", d->name);
	json_put_text(arguments, "node-name", d->node);
	json_put_text(arguments, "name", d->name);
	json_put_bool(arguments, "writable", true);
	send_to(s, QMPSTEP_TO, "block-export-add", arguments);
}

void
qmpstep_mirror(struct qmpstep *s, const struct qmpseen_disk *d,
    const struct addrport *to)
{
	struct json *arguments = json_new_object();
	char base[ADDR_TEXT_MAX + 16], target[sizeof(base) + QMPSEEN_NAME];

	format_address(base, sizeof(base), "nbd://", to);
	(void)snprintf(target, sizeof(target), "%s/%s", base, d->name);
	json_put_text(arguments, "job-id", d->name);
	json_put_text(arguments, "device", d->node);
	json_put_text(arguments, "target", target);
	json_put_text(arguments, "format", "raw");
	json_put_text(arguments, "mode", "existing");
	json_put_text(arguments, "sync", "full");
	json_put_bool(arguments, "auto-dismiss", false);
	send_to(s, QMPSTEP_FROM, "drive-mirror", arguments);
}

void
qmpstep_let_go(struct qmpstep *s, const struct qmpseen_job *job, bool force)
{
	struct json *arguments = json_new_object();

	json_put_text(arguments, "device", job->name);
	if (force)
		json_put_bool(arguments, "force", true);
	send_to(s, QMPSTEP_FROM, "block-job-cancel", arguments);
	s->may_fail = true;
}

void
qmpstep_dismiss(struct qmpstep *s, const struct qmpseen_job *job)
{
	struct json *arguments = json_new_object();

	json_put_text(arguments, "id", job->name);
	send_to(s, QMPSTEP_FROM, "job-dismiss", arguments);
	s->may_fail = true;
}

void
qmpstep_prepare(struct qmpstep *s, bool stops)
{
	const struct { const char *name; bool on; } rows[] = {
		{ "events", true }, { "pause-before-switchover", stops }
	};
	struct json *arguments = json_new_object(), *list = json_new_array();

	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		struct json *row = json_new_object();

		json_put_text(row, "capability", rows[i].name);
		json_put_bool(row, "state", rows[i].on);
		json_add(list, &row);
	}
	json_put(arguments, "capabilities", &list);
	send_to(s, QMPSTEP_FROM, "migrate-set-capabilities", arguments);
}

void
qmpstep_go_on(struct qmpstep *s)
{
	struct json *arguments = json_new_object();

	json_put_text(arguments, "state", "pre-switchover");
	send_to(s, QMPSTEP_FROM, "migrate-continue", arguments);
	s->may_fail = true;
}
