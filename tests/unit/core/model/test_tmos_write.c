/* tests/unit/core/model/test_tmos_write.c - what is written reads back equal
 * and is then written the same, for any object and any text in it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/base/rand.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/tmos_bind.h"
#include "core/model/tmos_write.h"
#include "tests/unit/core/model/sample.h"

#define ROUNDS	1500

/* Octets that quoting could stumble over come up often. */
static const char odd[] = "\\\\\\\"\"??#{}{ \n\r\t;$[]()'`!|<>&rnab/:.\x01\xc3";

static void
random_text(struct rand *r, char *text, size_t max)
{
	size_t len = 1 + rand_below(r, (uint32_t)max);

	for (size_t i = 0; i < len; i++)
		text[i] = odd[rand_below(r, sizeof(odd) - 1)];
	text[len] = '\0';
}

static void
random_name(struct rand *r, char *name)
{
	static const char set[] = "ab:/.- (*?)#;~$'[]";
	char body[12] = "x";
	size_t len = 1 + rand_below(r, 10);

	for (size_t i = 0; i < len; i++)
		body[i] = set[rand_below(r, sizeof(set) - 1)];
	body[0] = 'x';
	body[len] = '\0';
	if (len > 1)
		body[len - 1] = 'x';
	/* No component is empty, or starts or ends with a blank. */
	for (size_t i = 1; i < len; i++)
		if (body[i - 1] == '/' || (body[i - 1] == ' ' &&
		    body[i] == '/'))
			body[i] = 'y';
	(void)snprintf(name, 32, "/%s/%s", rand_below(r, 2) != 0 ? "Common" :
	    "a b", body);
}

static void
set(const struct type *t, struct object *o, const char *prop,
    const char *text)
{
	struct err e = { 0 };
	const struct prop *p = prop_find(t->props, prop, NULL);

	if (prop_set(p, o, text, &e) != 0)
		fail_msg("%s: %s", prop, e.text);
}

static void
add(struct object *o, const char *prop, const char *word)
{
	(void)prop_add(prop_find(o->type->props, prop, NULL), o, word, NULL);
}

static void
random_rule(struct rand *r, struct object *o)
{
	struct strbuf b = { 0 };
	char name[32];
	uint32_t kind = rand_below(r, 4);

	if (kind == 0)
		return;
	strbuf_add(&b, kind == 1 ? "" : kind == 2 ? "min 1 of { " :
	    "require 2 from 3 { ");
	for (uint32_t i = rand_below(r, kind == 3 ? 1 : 3) + 1; i > 0; i--) {
		random_name(r, name);
		strbuf_printf(&b, "\"%s%u\"%s", name, i, i == 1 ? "" :
		    kind == 1 ? " and " : " ");
	}
	strbuf_add(&b, kind == 1 ? "" : " }");
	set(o->type, o, "rule", b.text);
	strbuf_fini(&b);
}

static void
random_slots(struct rand *r, struct box *b)
{
	for (uint32_t i = rand_below(r, 4); i > 0; i--) {
		char name[32], number[16];
		struct object *slot, *pin;

		random_name(r, name);
		slot = object_new(&sample_slot, name);
		(void)snprintf(number, sizeof(number), "%u",
		    rand_below(r, 3));
		set(&sample_slot, slot, "order", number);
		random_rule(r, slot);
		if (rand_below(r, 2) != 0) {
			random_name(r, name);
			pin = object_new(&sample_pin, name);
			set(&sample_pin, pin, "weight", number);
			objlist_add(&((struct slot *)(void *)slot)->pins,
			    &pin);
		}
		objlist_add(&b->slots, &slot);
	}
}

static struct object *
random_box(struct rand *r)
{
	static const char *const modes[] = { "round", "square", "oval" };
	char name[32], text[400];
	struct object *o;

	random_name(r, name);
	o = object_new(&sample_box_big, name);
	random_name(r, name);
	set(&sample_box_big, o, "site", name);
	if (rand_below(r, 2) != 0)
		set(&sample_box_big, o, "enabled", "disabled");
	set(&sample_box_big, o, "mode", modes[rand_below(r, 3)]);
	if (rand_below(r, 3) == 0)
		set(&sample_box_big, o, "colours", "none");
	if (rand_below(r, 3) == 0)
		add(o, "colours", "green");
	if (rand_below(r, 3) == 0)
		set(&sample_box_big, o, "address", "2001:db8::1");
	for (uint32_t i = rand_below(r, 4); i > 0; i--) {
		random_text(r, text, 20);
		add(o, "labels", text);
		random_name(r, name);
		add(o, "sites", name);
	}
	if (rand_below(r, 3) == 0) {
		random_name(r, name);
		(void)snprintf(text, sizeof(text), "big \"%s\"", name);
		set(&sample_box_big, o, "spare", text);
	}
	random_rule(r, o);
	random_slots(r, (struct box *)(void *)o);
	return o;
}

static struct object *
random_gauge(struct rand *r)
{
	char name[32], text[400];
	struct object *o;

	random_name(r, name);
	o = object_new(&sample_gauge_slow, name);
	if (rand_below(r, 2) != 0) {
		random_name(r, name);
		set(o->type, o, "defaults-from", name);
	}
	if (rand_below(r, 2) != 0)
		set(o->type, o, "interval", rand_below(r, 2) != 0 ? "30" : "7");
	if (rand_below(r, 2) != 0)
		set(o->type, o, "destination", rand_below(r, 2) != 0 ?
		    "*:80" : "2001:db8::7.53");
	if (rand_below(r, 4) != 0) {
		random_text(r, text, 300);
		set(o->type, o, "send", text);
	}
	if (rand_below(r, 4) == 0)
		set(o->type, o, "send", "none");
	return o;
}

/* Writes o, reads it back, compares, writes again. */
static void
round_trip(const struct object *o, bool all)
{
	struct strbuf first, second;
	struct diag out;
	struct draft *d;
	const struct object *back;

	strbuf_init(&first);
	strbuf_init(&second);
	tmos_write_object(&first, o, all);
	d = sample_draft(first.text, &out);
	if (out.count != 0)
		fail_msg("%s\n%s", first.text, out.entries[0].text);
	back = draft_find(d, o->type, o->name);
	if (back == NULL || (!all && !object_equal(o, back)))
		fail_msg("%s\nreads back as another object", first.text);
	tmos_write_object(&second, back, all);
	assert_string_equal(first.text, second.text);
	draft_free(&d);
	diag_fini(&out);
	strbuf_fini(&first);
	strbuf_fini(&second);
}

static void
writing_and_reading_is_the_identity(void **state)
{
	struct rand r;

	(void)state;
	rand_seed_from(&r, 20260514);
	for (int i = 0; i < ROUNDS; i++) {
		struct object *o = i % 2 != 0 ? random_box(&r) :
		    random_gauge(&r);

		round_trip(o, false);
		round_trip(o, true);
		object_unref(&o);
	}
}

static void
any_string_survives_a_file(void **state)
{
	struct rand r;
	char text[300];

	(void)state;
	rand_seed_from(&r, 7);
	for (int i = 0; i < ROUNDS; i++) {
		struct object *o = object_new(&sample_site, "/Common/x");

		random_text(&r, text, i % 7 == 0 ? 290 : 6);
		set(&sample_site, o, "note", text);
		assert_string_equal(((struct site *)(void *)o)->note, text);
		round_trip(o, false);
		object_unref(&o);
	}
}

static void
defaults_are_left_out_and_all_shows_them(void **state)
{
	struct object *o = object_new(&sample_gauge_slow, "/Common/g");
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	tmos_write_object(&b, o, false);
	assert_string_equal(b.text, "test gauge slow /Common/g { }\n");
	strbuf_clear(&b);
	tmos_write_object(&b, o, true);
	assert_string_equal(b.text,
	    "test gauge slow /Common/g {\n"
	    "    defaults-from none\n"
	    "    destination *:*\n"
	    "    interval 30\n"
	    "    password none\n"
	    "    send \"GET /\\r\\n\"\n"
	    "    timeout 120\n"
	    "    transparent disabled\n"
	    "}\n");
	strbuf_fini(&b);
	object_unref(&o);
}

/* Built-in objects and single ones at their defaults are not in a file. */
static void
a_model_is_written_in_order(void **state)
{
	struct model *m = model_new(&sample_schema);
	struct object *o;
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	o = object_new(&sample_gauge_slow, "/Common/z");
	model_put(m, &o);
	o = object_new(&sample_site, "/Common/y");
	model_put(m, &o);
	o = object_new(&sample_site, "/Common/a b");
	model_put(m, &o);
	tmos_write_model(&b, m);
	assert_string_equal(b.text,
	    "#TMSH-VERSION: 15.1.0\n"
	    "test site \"/Common/a b\" { }\n"
	    "test site /Common/y { }\n"
	    "test gauge slow /Common/z { }\n");
	strbuf_clear(&b);
	o = object_new(&sample_knobs, "");
	set(&sample_knobs, o, "threads", "3");
	model_put(m, &o);
	model_remove(m, &sample_site, "/Common/y");
	tmos_write_model(&b, m);
	assert_string_equal(b.text,
	    "#TMSH-VERSION: 15.1.0\n"
	    "test site \"/Common/a b\" { }\n"
	    "test gauge slow /Common/z { }\n"
	    "test knobs {\n    threads 3\n}\n");
	strbuf_fini(&b);
	model_free(&m);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(writing_and_reading_is_the_identity),
		cmocka_unit_test(any_string_survives_a_file),
		cmocka_unit_test(defaults_are_left_out_and_all_shows_them),
		cmocka_unit_test(a_model_is_written_in_order),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
