/* tests/unit/etherip/types/netconf.c - see netconf.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/etherip/types/netconf.h"

#include "core/base/err.h"
#include "core/model/model.h"
#include "core/model/overlay.h"
#include "core/model/tmos_bind.h"

struct model *
netconf_model(const char *text)
{
	struct model *m = model_new(&net_schema);
	struct overlay_walk w = { 0 };
	struct overlay_entry *en;
	struct confkit c;

	confkit_open_clean(&c, &net_schema, text);
	while ((en = overlay_next(draft_overlay(c.d), &w)) != NULL) {
		struct object *o = object_ref(en->now);

		model_put(m, &o);
	}
	confkit_close(&c);
	return m;
}

char *
netconf_change(struct model *m, const char *text)
{
	const struct diag_pos pos = { .file = "t.conf", .line = 1, .column = 1 };
	struct confkit c;
	struct tmos_bind b = { .schema = &net_schema, .out = &c.diag };
	char *found;

	diag_init(&c.diag);
	c.d = draft_new(&net_schema, m);
	(void)tmos_bind_text(&b, c.d, text, strlen(text), &pos);
	(void)draft_check(c.d, &c.diag);
	found = confkit_findings(&c);
	confkit_close(&c);
	return found;
}

char *
netconf_delete(struct model *m, const struct type *t, const char *name)
{
	struct confkit c;
	struct err e;
	char *found;

	diag_init(&c.diag);
	c.d = draft_new(&net_schema, m);
	assert_int_equal(draft_delete(c.d, t, name, &e), 0);
	(void)draft_check(c.d, &c.diag);
	found = confkit_findings(&c);
	confkit_close(&c);
	return found;
}
