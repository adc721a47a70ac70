/* gtmd/topology/topology_source.c - see topology_source.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/topology_source.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "gtmd/topology/topology_table.h"
#include "gtmd/types/region.h"
#include "gtmd/types/topology.h"

static const struct object *
next_object(const struct topology_source *s, const struct type *t, size_t *at)
{
	if (s->draft != NULL)
		return draft_next(s->draft, t, at);
	return model_next(s->model, t, at);
}

/* Copies of what the objects say, for topology_table_new. */
struct said {
	struct topology_record *records;
	size_t		 record_count, record_room;
	struct topology_region *regions;
	size_t		 region_count, region_room;
};

bool
topology_source_record(const struct topology *o, struct topology_record *r)
{
	*r = (struct topology_record){ .order = o->order, .score = o->score,
	    .name = o->obj.name };
	return topology_split(o->obj.name, &r->ldns, &r->server, NULL) == 0;
}

static void
add_record(struct said *s, const struct topology *o)
{
	struct topology_record r;

	if (!topology_source_record(o, &r))
		return;
	s->records = mem_grow(s->records, &s->record_room,
	    s->record_count + 1, sizeof(r));
	s->records[s->record_count++] = r;
}

static void
add_region(struct said *s, const struct region *o)
{
	struct topoterm *members = mem_zalloc(o->members.count + 1,
	    sizeof(*members));
	size_t count = 0;

	for (size_t i = 0; i < o->members.count; i++) {
		const char *name = o->members.v[i]->name;

		count += topoterm_parse(&members[count], name, strlen(name),
		    NULL) == 0;
	}
	s->regions = mem_grow(s->regions, &s->region_room,
	    s->region_count + 1, sizeof(*s->regions));
	s->regions[s->region_count++] = (struct topology_region){
		o->obj.name, members, count };
}

static void
said_fini(struct said *s)
{
	for (size_t i = 0; i < s->record_count; i++) {
		topoterm_fini(&s->records[i].ldns);
		topoterm_fini(&s->records[i].server);
	}
	for (size_t i = 0; i < s->region_count; i++) {
		struct topoterm *m = (struct topoterm *)(uintptr_t)
		    s->regions[i].members;

		for (size_t k = 0; k < s->regions[i].count; k++)
			topoterm_fini(&m[k]);
		free(m);
	}
	free(s->records);
	free(s->regions);
}

struct topology_table *
topology_source_table(const struct topology_source *s)
{
	struct topology_input in = { .allow_zero = s->allow_zero,
	    .longest_match = s->longest_match, .geo = s->geo,
	    .geo_count = s->geo_count };
	struct said all = { .records = NULL };
	struct topology_table *t;
	const struct object *o;

	for (size_t at = 0; (o = next_object(s, &topology_type, &at)) != NULL;)
		add_record(&all, (const struct topology *)o);
	for (size_t at = 0; (o = next_object(s, &region_type, &at)) != NULL;)
		add_region(&all, (const struct region *)o);
	topology_sort(all.records, all.record_count, s->longest_match);
	in.records = all.records;
	in.record_count = all.record_count;
	in.regions = all.regions;
	in.region_count = all.region_count;
	t = topology_table_new(&in);
	said_fini(&all);
	return t;
}
