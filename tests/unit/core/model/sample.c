/* tests/unit/core/model/sample.c - see sample.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/core/model/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/tmos_bind.h"

unsigned sample_checks;

static const struct prop site_props[] = {
	{ .name = "enabled", .kind = PROP_STATE,
	  .off = offsetof(struct site, enabled), .names = prop_disabled_enabled,
	  .dflt = "enabled", .help = "takes part" },
	{ .name = "note", .kind = PROP_STRING,
	  .off = offsetof(struct site, note), .max = 300, .help = "free text" },
	{ .name = "tariff", .kind = PROP_U32, .dflt = "7", .min = 1, .max = 9,
	  .refused = "nobody pays", .help = "what it costs" },
	{ .name = NULL }
};

const struct type sample_site = {
	.words = "test site", .title = "Site", .naming = TYPE_NAMED,
	.size = sizeof(struct site), .props = site_props,
	.help = "a place where boxes stand",
};

static const struct prop gauge_props[] = {
	{ .name = "defaults-from", .kind = PROP_REF,
	  .off = offsetof(struct gauge, parent), .ref = "test gauge",
	  .flags = PROP_LOCAL, .help = "where values come from" },
	{ .name = "destination", .kind = PROP_ADDRPORT,
	  .off = offsetof(struct gauge, destination), .help = "what to look at" },
	{ .name = "interval", .kind = PROP_U32,
	  .off = offsetof(struct gauge, interval), .dflt = "30", .min = 1,
	  .max = 86400, .unit = "s", .help = "how often" },
	{ .name = "password", .kind = PROP_STRING, .flags = PROP_SECRET,
	  .off = offsetof(struct gauge, password), .max = 8,
	  .help = "what it says" },
	{ .name = "send", .kind = PROP_STRING,
	  .off = offsetof(struct gauge, send), .dflt = "GET /\\r\\n",
	  .help = "what it sends" },
	{ .name = "timeout", .kind = PROP_U32,
	  .off = offsetof(struct gauge, timeout), .dflt = "120", .min = 2,
	  .max = 86400, .unit = "s", .help = "how long" },
	{ .name = "transparent", .kind = PROP_BOOL,
	  .off = offsetof(struct gauge, transparent),
	  .names = prop_disabled_enabled, .dflt = "disabled",
	  .help = "through it" },
	{ .name = NULL }
};

static void
check_gauge(const struct object *o, const struct draft *d, struct diag *out)
{
	struct object *e = draft_effective(d, o);
	const struct gauge *g = (const void *)e;

	sample_checks++;
	if (g->interval >= g->timeout)
		(void)diag_error(out, &o->pos, ERR_CONFLICT, "gauge %s: "
		    "interval %u is not below timeout %u", o->name,
		    g->interval, g->timeout);
	object_unref(&e);
}

const struct type sample_gauge_fast = {
	.words = "test gauge fast", .title = "Fast Gauge",
	.naming = TYPE_NAMED, .size = sizeof(struct gauge),
	.props = gauge_props, .help = "looks", .check = check_gauge,
};

const struct type sample_gauge_slow = {
	.words = "test gauge slow", .title = "Slow Gauge",
	.naming = TYPE_NAMED, .size = sizeof(struct gauge),
	.props = gauge_props, .help = "looks", .check = check_gauge,
};

static const struct prop pin_props[] = {
	{ .name = "weight", .kind = PROP_U32,
	  .off = offsetof(struct pin, weight), .max = 100, .dflt = "1",
	  .help = "how heavy" },
	{ .name = NULL }
};

const struct type sample_pin = {
	.words = "pins", .title = "Pin", .naming = TYPE_ITEM,
	.size = sizeof(struct pin), .props = pin_props, .help = "in a slot",
};

static const struct prop slot_props[] = {
	{ .name = "note", .kind = PROP_STRING,
	  .off = offsetof(struct slot, note), .help = "free text" },
	{ .name = "order", .kind = PROP_U32,
	  .off = offsetof(struct slot, order), .max = 65535, .dflt = "0",
	  .flags = PROP_POSITION | PROP_ALWAYS, .help = "its place" },
	{ .name = "pins", .kind = PROP_ITEMS,
	  .off = offsetof(struct slot, pins), .item = &sample_pin,
	  .help = "what is in it" },
	{ .name = "rule", .kind = PROP_RULE,
	  .off = offsetof(struct slot, rule), .ref = "test gauge",
	  .help = "what must read well" },
	{ .name = NULL }
};

/* A slot called BOX:SLOT stands for the slot of another box. */
static void
slot_refs(const struct object *o, type_ref_fn *fn, void *arg)
{
	const char *colon = strchr(o->name, ':');
	char name[300];

	if (colon == NULL)
		return;
	(void)snprintf(name, sizeof(name), "%.*s", (int)(colon - o->name),
	    o->name);
	fn(arg, "test box", name, colon + 1);
}

const struct type sample_slot = {
	.words = "slots", .title = "Slot", .naming = TYPE_ITEM,
	.size = sizeof(struct slot), .props = slot_props, .help = "of a box",
	.each_ref = slot_refs,
};

static const char *const mode_names[] = { "round", "square", "oval", NULL };
static const char *const colour_names[] = { "red", "green", "blue", NULL };

static int
check_label(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;

	if (strcmp(text, "forbidden") == 0)
		return err_set(e, ERR_RANGE, "%s: %s is not allowed", p->name,
		    text);
	return 0;
}

static const struct prop box_props[] = {
	{ .name = "address", .kind = PROP_ADDR,
	  .off = offsetof(struct box, address), .word = "any",
	  .help = "where it answers" },
	{ .name = "colours", .kind = PROP_BITS,
	  .off = offsetof(struct box, colours), .names = colour_names,
	  .dflt = "red blue", .help = "how it is painted" },
	{ .name = "enabled", .kind = PROP_STATE,
	  .off = offsetof(struct box, enabled), .names = prop_disabled_enabled,
	  .dflt = "enabled", .help = "takes part" },
	{ .name = "extras", .kind = PROP_ITEMS, .refused = "boxes are plain",
	  .help = "ornaments" },
	{ .name = "labels", .kind = PROP_STRINGS,
	  .off = offsetof(struct box, labels), .max = 5, .check = check_label,
	  .help = "what stands on it" },
	{ .name = "mark", .kind = PROP_PAIRS,
	  .off = offsetof(struct box, marks), .max = 3,
	  .help = "what is written where" },
	{ .name = "mode", .kind = PROP_ENUM, .off = offsetof(struct box, mode),
	  .names = mode_names, .dflt = "square", .help = "its shape" },
	{ .name = "rate", .kind = PROP_U64, .off = offsetof(struct box, rate),
	  .min = 10, .word = "auto", .unit = "bit/s", .help = "how fast" },
	{ .name = "rule", .kind = PROP_RULE, .off = offsetof(struct box, rule),
	  .ref = "test gauge", .word = "default",
	  .help = "what must read well" },
	{ .name = "site", .kind = PROP_REF, .off = offsetof(struct box, site),
	  .ref = "test site", .flags = PROP_REQUIRED, .help = "where it is" },
	{ .name = "sites", .kind = PROP_REFS,
	  .off = offsetof(struct box, sites), .ref = "test site",
	  .help = "where it was" },
	{ .name = "slots", .kind = PROP_ITEMS,
	  .off = offsetof(struct box, slots), .item = &sample_slot,
	  .help = "what it has room for" },
	{ .name = "spare", .kind = PROP_TYPEDREF,
	  .off = offsetof(struct box, spare), .ref = "test box",
	  .help = "what takes its place" },
	{ .name = NULL }
};

static void
check_box(const struct object *o, const struct draft *d, struct diag *out)
{
	(void)o;
	(void)d;
	(void)out;
	sample_checks++;
}

const struct type sample_box_big = {
	.words = "test box big", .title = "Big Box", .naming = TYPE_NAMED,
	.size = sizeof(struct box), .props = box_props, .help = "holds much",
	.check = check_box, .ref_items = "slots",
};

const struct type sample_box_small = {
	.words = "test box small", .title = "Small Box",
	.naming = TYPE_NAMED, .size = sizeof(struct box), .props = box_props,
	.help = "holds little", .check = check_box, .ref_items = "labels",
};

static const struct prop knobs_props[] = {
	{ .name = "fast", .kind = PROP_BOOL,
	  .off = offsetof(struct knobs, fast), .names = prop_no_yes,
	  .dflt = "yes", .help = "hurry" },
	{ .name = "threads", .kind = PROP_U32,
	  .off = offsetof(struct knobs, threads), .min = 1, .max = 64,
	  .word = "auto", .dflt = "auto", .flags = PROP_OURS,
	  .help = "how many" },
	{ .name = NULL }
};

const struct type sample_knobs = {
	.words = "test knobs", .title = "Knobs", .naming = TYPE_SINGLE,
	.size = sizeof(struct knobs), .props = knobs_props, .help = "to turn",
};

static const struct prop no_props[] = { { .name = NULL } };

const struct type sample_lens = {
	.words = "test lens", .title = "Lens", .naming = TYPE_NAMED,
	.size = sizeof(struct object), .props = no_props, .help = "bends",
	.refused = "there is no light",
};

static const struct type *const types[] = {
	&sample_site, &sample_gauge_fast, &sample_gauge_slow, &sample_box_big,
	&sample_box_small, &sample_knobs, &sample_lens, NULL
};

const struct schema sample_schema = {
	.types = types,
	.builtin = "test gauge fast /Common/fast {\n    interval 1\n"
	    "    timeout 3\n}\n",
};

struct draft *
sample_draft(const char *text, struct diag *out)
{
	const struct diag_pos pos = { .file = "t.conf", .line = 1 };
	const struct tmos_bind b = { .schema = &sample_schema, .out = out };
	struct draft *d = draft_new(&sample_schema, NULL);

	diag_init(out);
	(void)tmos_bind_text(&b, d, text, strlen(text), &pos);
	return d;
}

void
sample_expect(struct diag *out, const char *want)
{
	struct strbuf b;
	char line[2048];

	strbuf_init(&b);
	diag_sort(out);
	for (size_t i = 0; i < out->count; i++) {
		diag_format(&out->entries[i], line, sizeof(line));
		strbuf_printf(&b, "%s\n", line);
	}
	if (strcmp(b.text, want) != 0)
		fail_msg("findings:\n%swanted:\n%s", b.text, want);
	strbuf_fini(&b);
}
