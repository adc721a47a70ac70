/* admin/shell/report.c - see report.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/shell/command.h"
#include "admin/shell/phrase.h"
#include "admin/shell/rest.h"
#include "admin/shell/session.h"
#include "admin/shell/statview.h"
#include "admin/shell/table.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/rest/client.h"

const struct report report_rows[] = {
	{ .module = "gtm", .word = "decision-log",
	  .help = "decisions that wide IPs log, the last ones first",
	  .path = "/mgmt/tm/gtm/decision-log?limit=1000", .name = "wideip",
	  .sums = { "logged", "dropped" },
	  .columns = {
		{ "time", { "time" } }, { "wide IP", { "wideip" } },
		{ "resolver", { "resolver" } }, { "outcome", { "outcome" } },
		{ "pool", { "pool" } }, { "member", { "member" } },
		{ "method", { "method" } },
		{ "why", { "memberWhy", "poolWhy" } } } },
	{ .module = "gtm", .word = "ledger",
	  .help = "who may have an answer in its cache, and how long",
	  .path = "/mgmt/tm/gtm/ledger?limit=1000", .name = "wideip",
	  .sums = { "clients", "forgotten" },
	  .columns = {
		{ "wide IP", { "wideip" } }, { "client", { "client" } },
		{ "is", { "of" } }, { "pool", { "pool" } },
		{ "answers", { "answers" } }, { "age s", { "age" } },
		{ "cached for s", { "cachedFor" } },
		{ "longest gap", { "longestGap" } } } },
	{ .module = "gtm", .word = "path",
	  .help = "paths between data centers and resolvers",
	  .path = "/mgmt/tm/gtm/path", .name = "datacenter",
	  .sums = { "known", "probesSent" },
	  .columns = {
		{ "resolver", { "resolver" } },
		{ "data center", { "datacenter" } },
		{ "rtt us", { "roundTripTime" } }, { "hops", { "hops" } },
		{ "completion %", { "completionRate" } }, { "age", { "age" } },
		{ "expires", { "expires" } }, { "asked", { "asked" } } } },
	{ .module = "gtm", .word = "persist",
	  .help = "what clients were answered and will be again",
	  .path = "/mgmt/tm/gtm/persist", .name = "wideip",
	  .sums = { "records" },
	  .columns = {
		{ "wide IP", { "wideip" } }, { "type", { "type" } },
		{ "client", { "client" } }, { "pool", { "pool" } },
		{ "member", { "member" } }, { "age", { "age" } },
		{ "expires", { "expires" } } } },
	{ .module = "gtm", .word = "probe",
	  .help = "what monitors see of each target",
	  .path = "/mgmt/tm/gtm/probe?limit=10000", .name = "monitor",
	  .sums = { "targets", "down" },
	  .flag = "doubting", .flag_text = "The prober doubts itself: its "
	      "control targets do not answer, and nothing goes down.",
	  .columns = {
		{ "target", { "target" } }, { "monitor", { "monitor" } },
		{ "state", { "state" } }, { "since", { "since" } },
		{ "last", { "reason" } }, { "latency us", { "latency" } },
		{ "next ms", { "nextProbe" } },
		{ "history", { "history" } } } },
	{ .module = "net", .word = "moves",
	  .help = "what happened to stations that move, the last first",
	  .path = "/mgmt/tm/net/moves", .name = "vlanGroup",
	  .columns = {
		{ "age s", { "age" } }, { "group", { "vlanGroup" } },
		{ "station", { "station" } }, { "vlan", { "vlan" } },
		{ "event", { "event" } }, { "from", { "from" } },
		{ "to", { "to" } }, { "how", { "how" } } } },
	{ .module = "net", .word = "trace",
	  .help = "the latest frames of a station that is traced",
	  .path = "/mgmt/tm/net/trace", .name = "vlanGroup",
	  .columns = {
		{ "age s", { "age" } }, { "source", { "source" } },
		{ "destination", { "destination" } }, { "type", { "type" } },
		{ "octets", { "octets" } }, { "from", { "from" } },
		{ "to", { "to" } }, { "verdict", { "verdict" } } } },
	{ .module = "net", .word = "where",
	  .help = "where a station is: its MAC or IP address",
	  .path = "/mgmt/tm/net/where", .ask = "station",
	  .columns = {
		{ "station", { "station" } }, { "group", { "vlanGroup" } },
		{ "where", { "tunnel", "where" } }, { "for s", { "age" } },
		{ "moves", { "moves" } }, { "frozen", { "frozen" } },
		{ "damped", { "damped" } }, { "addresses", { "addresses" } } } },
	{ .module = "net", .word = "fdb",
	  .help = "stations, and where they are",
	  .path = "/mgmt/tm/net/fdb?limit=10000", .name = "vlanGroup",
	  .sums = { "stations" },
	  .columns = {
		{ "mac", { "mac" } }, { "tag", { "tag" } },
		{ "VLAN group", { "vlanGroup" } }, { "where", { "where" } },
		{ "tunnel", { "tunnel" } }, { "age s", { "age" } } } },
	{ .module = "wom", .word = "job",
	  .help = "streams that belong together, and how far they are",
	  .path = "/mgmt/tm/wom/job", .name = "name",
	  .columns = {
		{ "job", { "name" } }, { "octets", { "octets" } },
		{ "expected", { "expected" } }, { "done", { "progress" } },
		{ "bit/s", { "rate" } }, { "left s", { "remaining" } },
		{ "streams", { "streams" } }, { "over the WAN", { "wanOut" } } } },
	{ .module = "wom", .word = "stream",
	  .help = "streams that are open now",
	  .path = "/mgmt/tm/wom/stream?limit=10000", .name = "application",
	  .sums = { "streams" },
	  .columns = {
		{ "application", { "application" } },
		{ "peer", { "remoteEndpoint" } },
		{ "destination", { "destination" } }, { "state", { "state" } },
		{ "LAN in", { "lanIn" } }, { "WAN out", { "wanOut" } },
		{ "WAN in", { "wanIn" } }, { "LAN out", { "lanOut" } } } },
	{ .word = NULL }
};

const struct report *
report_find(const char *mode, const struct phrase *p, size_t at, size_t *used)
{
	const char *a = phrase_word(p, at), *b = phrase_word(p, at + 1);

	for (const struct report *r = report_rows; r->word != NULL; r++) {
		if (a != NULL && b != NULL && strcmp(a, r->module) == 0 &&
		    strcmp(b, r->word) == 0) {
			*used = 2;
			return r;
		}
		if (a != NULL && strcmp(mode, r->module) == 0 &&
		    strcmp(a, r->word) == 0) {
			*used = 1;
			return r;
		}
	}
	return NULL;
}

/* ---- as a table ---- */

static void
add_text(struct strbuf *b, const struct json *value)
{
	if (json_kind_of(value) == JSON_KIND_INT)
		strbuf_printf(b, "%" PRId64, json_get_int(value));
	else if (json_kind_of(value) == JSON_KIND_REAL)
		strbuf_printf(b, "%.3f", json_get_real(value));
	else if (json_kind_of(value) == JSON_KIND_BOOL)
		strbuf_printf(b, "%s", json_get_bool(value) ? "yes" : "no");
	else if (json_get_text(value) != NULL)
		strbuf_printf(b, "%s", json_get_text(value));
}

/* A list's values stand beside each other. */
static void
set_cell(struct table *t, size_t row, int column, const struct json *value)
{
	struct strbuf b;

	strbuf_init(&b);
	add_text(&b, value);
	for (size_t i = 0; json_kind_of(value) == JSON_KIND_ARRAY &&
	    i < json_count(value); i++) {
		strbuf_printf(&b, "%s", i > 0 ? " " : "");
		add_text(&b, json_item(value, i));
	}
	if (b.len > 0)
		table_set(t, row, column, b.text);
	strbuf_fini(&b);
}

static void
add_item(struct table *t, const struct report *r, const struct json *item)
{
	size_t row = table_row(t);

	for (int i = 0; i < REPORT_COLUMNS_MAX && r->columns[i].head != NULL;
	    i++) {
		const char *const *key = r->columns[i].key;
		const struct json *value = json_find(item, key[0]);

		if (value == NULL && key[1] != NULL)
			value = json_find(item, key[1]);
		set_cell(t, row, i, value);
	}
}

static void
print_sums(struct session *s, const struct report *r, const struct json *doc)
{
	for (int i = 0; r->sums[i] != NULL; i++)
		fprintf(s->out, "%s%s %" PRId64, i > 0 ? ", " : "", r->sums[i],
		    json_get_int(json_find(doc, r->sums[i])));
	if (r->sums[0] != NULL || r->ask == NULL)
		fputs("\n", s->out);
	if (r->flag != NULL && json_get_bool(json_find(doc, r->flag)))
		fprintf(s->out, "%s\n", r->flag_text);
}

static void
print_table(struct session *s, const struct command *c, const struct json *doc)
{
	const struct report *r = c->report;
	const struct json *items = json_find(doc, "items");
	struct table t = { .columns = 0 };
	struct strbuf b;

	strbuf_init(&b);
	for (int i = 0; i < REPORT_COLUMNS_MAX && r->columns[i].head != NULL;
	    i++)
		(void)table_column(&t, r->columns[i].head, false);
	for (size_t i = 0; i < json_count(items); i++) {
		const struct json *item = json_item(items, i);
		const char *name = r->name == NULL ? NULL :
		    json_get_text(json_find(item, r->name));

		if (c->name == NULL || r->ask != NULL || (name != NULL &&
		    statview_matches(c->name, name)))
			add_item(&t, r, item);
	}
	if (t.rows > 0)
		table_format(&b, &t, s->colour);
	fputs(b.len > 0 ? b.text : "", s->out);
	print_sums(s, r, doc);
	table_fini(&t);
	strbuf_fini(&b);
}

/* What is asked for; a name as the daemon knows it, which is in no folder. */
static void
write_path(struct strbuf *b, const struct command *c)
{
	const char *name = c->name != NULL ? strrchr(c->name, '/') : NULL;

	strbuf_printf(b, "%s", c->report->path);
	if (c->report->ask == NULL || name == NULL)
		return;
	strbuf_printf(b, "?%s=", c->report->ask);
	client_escape(b, name + 1);
}

int
report_show(struct session *s, const struct command *c, struct err *e)
{
	struct rest_result r;
	struct strbuf path;
	char *text;
	int rc;

	strbuf_init(&path);
	write_path(&path, c);
	rc = rest_call(session_client(s, path.text), &(struct rest_call){
	    .method = "GET", .path = path.text }, &r, e);
	strbuf_fini(&path);

	if (rc == 0 && (c->options & COMMAND_JSON)) {
		text = json_text(r.body);
		fputs(text, s->out);
		free(text);
	} else if (rc == 0) {
		print_table(s, c, r.body);
	}
	rest_result_fini(&r);
	return rc;
}
