/* monitors/recipe.c - see recipe.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/recipe.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/object.h"
#include "core/model/tmos_write.h"
#include "monitors/monitor.h"
#include "monitors/probe.h"

/* What is at its default is not said, so that a new property changes nothing. */
static struct staterecord_key
identify(const struct monitor *m)
{
	struct staterecord_key key;
	struct strbuf text;

	strbuf_init(&text);
	tmos_write_object(&text, &m->obj, false);
	key = staterecord_identity(text.text, text.len);
	strbuf_fini(&text);
	return key;
}

struct recipe *
recipe_new(struct monitor *m, const struct probe_type *type, void *engine)
{
	struct recipe *r = mem_zalloc(1, sizeof(*r));

	r->magic = RECIPE_MAGIC;
	r->refs = 1;
	(void)object_ref(&m->obj);
	r->monitor = m;
	r->type = type;
	r->engine = engine;
	r->spec = type->spec_new(m);
	r->identity = identify(m);
	r->interval_ns = monitor_interval(m);
	r->probe_timeout_ns = monitor_probe_timeout(m);
	r->policy = (struct health_policy){
		.timeout_ns = monitor_timeout(m),
		.rise = (uint8_t)m->rise,
		.fall = (uint8_t)m->fall,
		.ignore_down = m->ignore_down_response,
		.damp = {
			.half_life_ns = m->flap_half_life_s * CLOCK_S,
			.suppress = m->flap_suppress, .reuse = m->flap_reuse,
		},
	};
	return r;
}

struct recipe *
recipe_ref(struct recipe *r)
{
	OBJ_CHECK(r, RECIPE_MAGIC);
	r->refs++;
	return r;
}

void
recipe_unref(struct recipe **pr)
{
	struct recipe *r = *pr;
	struct object *o;

	*pr = NULL;
	OBJ_CHECK(r, RECIPE_MAGIC);
	if (--r->refs != 0)
		return;
	r->type->spec_free(&r->spec);
	o = &r->monitor->obj;
	object_unref(&o);
	r->magic = 0;
	free(r);
}
