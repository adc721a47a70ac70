/* etherip/control/tracewords.c - see tracewords.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/control/tracewords.h"

#include <stdio.h>

#include "core/io/loop.h"
#include "core/model/json.h"
#include "etherip/bridge/tracering.h"
#include "etherip/control/groupmover.h"
#include "etherip/control/movewords.h"
#include "etherip/frame/macaddr.h"
#include "etherip/path/pathdrop.h"

struct told {
	struct json	*items;
	const struct groupmover *group;
	mono_ns		 now;
};

static struct json *
members(const struct groupmover *g, uint64_t to)
{
	struct json *list = json_new_array();

	for (unsigned i = 0; i < FDB_MEMBERS_MAX; i++)
		if ((to >> i & 1) != 0)
			json_add_text(list, movewords_place(g, i));
	return list;
}

static void
add(void *arg, const struct tracering_record *r)
{
	const struct told *t = arg;
	struct json *j = json_new_object(), *to = members(t->group, r->to);
	dur_ns age = t->now > r->at ? t->now - r->at : 0;
	char text[MACADDR_TEXT_MAX];

	json_put_real(j, "age", (double)(age / 1000) / 1e6);
	json_put_text(j, "vlanGroup", groupmover_name(t->group));
	json_put_text(j, "source", macaddr_format(r->src, text));
	json_put_text(j, "destination", macaddr_format(r->dst, text));
	if (r->vlan != 0)
		json_put_int(j, "vlan", r->vlan);
	(void)snprintf(text, sizeof(text), "0x%04x", r->type);
	json_put_text(j, "type", text);
	json_put_int(j, "octets", r->len);
	json_put_text(j, "from", movewords_place(t->group, r->from));
	json_put(j, "to", &to);
	json_put_text(j, "verdict", r->why < PATHDROP_NONE ?
	    pathdrop_words[r->why] : "crosses");
	json_add(t->items, &j);
}

void
tracewords_add(struct json *items, const struct groupmover *g,
    const struct loop *now)
{
	struct told t = { items, g, loop_now_ns(now) };

	if (groupmover_tracering(g) != NULL)
		(void)tracering_each(groupmover_tracering(g), add, &t);
}
