/* etherip/types/netfdb.c - the property tables of net fdb tunnel and net fdb vlan.
 * Layer: etherip/types. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/netfdb.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/overlay.h"
#include "core/model/rowcheck.h"
#include "core/model/type.h"
#include "etherip/frame/macaddr.h"
#include "etherip/types/eiptunnel.h"
#include "etherip/types/netrows.h"
#include "etherip/types/netvlan.h"
#include "etherip/types/vlangroup.h"

static int
check_device(const struct prop *p, const void *value, struct err *e)
{
	int rc = netrows_check_device(*(char *const *)value, e);

	return rc != 0 ? err_wrap(e, "%s", p->name) : 0;
}

/* As the address in a row is checked. */
static int
check_station(const char *name, struct err *e)
{
	static const struct prop records = { .name = "records" };

	return netrows_check_mac(&records, &name, e);
}

#define RECORD_ROWS							\
	{ .name = "tag", .kind = PROP_U32, .flags = PROP_OURS,		\
	  .off = offsetof(struct netfdb_record, tag), .max = 4094,	\
	  .dflt = "0",							\
	  .help = "of its frames where they cross the group (802.1Q); 0 = "	\
	      "they have none" },					\
	{ .name = NULL }

static const struct prop behind_props[] = {
	NETROWS_DESCRIPTION_ROW(struct netfdb_record),
	{ .name = "endpoint", .kind = PROP_ADDR, .word = "any6",
	  .off = offsetof(struct netfdb_record, endpoint),
	  .check = rowcheck_address,
	  .help = "the tunnel's remote-address, if it is said: there is no "
	      "other" },
	RECORD_ROWS
};

static const struct prop on_props[] = {
	NETROWS_DESCRIPTION_ROW(struct netfdb_record),
	{ .name = "interface", .kind = PROP_STRING,
	  .off = offsetof(struct netfdb_record, interface),
	  .max = NETROWS_DEVICE_MAX, .check = check_device,
	  .help = "one of the VLAN's, if it is said: all VLANs of a group are "
	      "one side" },
	RECORD_ROWS
};

#define RECORD_TYPE(table)						\
	{ .words = "records", .title = "Record", .naming = TYPE_ITEM,	\
	  .size = sizeof(struct netfdb_record), .props = table,		\
	  .help = "a station, by its MAC address",			\
	  .check_name = check_station }

static const struct type behind_type = RECORD_TYPE(behind_props);
static const struct type on_type = RECORD_TYPE(on_props);

#define FDB_ROWS(record)						\
	NETROWS_APP_ROW,						\
	NETROWS_DESCRIPTION_ROW(struct netfdb),				\
	{ .name = "records", .kind = PROP_ITEMS,			\
	  .off = offsetof(struct netfdb, records),			\
	  .max = NETFDB_RECORDS_MAX, .item = record,			\
	  .help = "stations that stay there, and are never forgotten" },	\
	{ .name = NULL }

static const struct prop tunnel_props[] = { FDB_ROWS(&behind_type) };
static const struct prop vlan_props[] = { FDB_ROWS(&on_type) };

uint64_t
netfdb_mac(const struct netfdb_record *r)
{
	uint64_t mac = 0;
	int rc = macaddr_parse(r->obj.name, &mac);

	assert(rc == 0);
	return mac;
}

static const struct netfdb_record *
record_at(const struct netfdb *f, size_t i)
{
	return (const struct netfdb_record *)f->records.v[i];
}

/* The first record whose name is not in the one form of its address. */
static struct object *
odd_record(const struct netfdb *f, char canonical[MACADDR_TEXT_MAX])
{
	for (size_t i = 0; i < f->records.count; i++) {
		macaddr_format(netfdb_mac(record_at(f, i)), canonical);
		if (strcmp(f->records.v[i]->name, canonical) != 0)
			return f->records.v[i];
	}
	return NULL;
}

static void
settle(struct object *o, const struct draft *d, struct diag *out)
{
	struct netfdb *f = (struct netfdb *)o;
	char canonical[MACADDR_TEXT_MAX];
	struct object *record;

	(void)d;
	while ((record = odd_record(f, canonical)) != NULL) {
		if (objlist_find(&f->records, canonical) != NULL)
			(void)objdiag_error(out, o, record, ERR_EXISTS,
			    "is there already, as %s", canonical);
		record = object_ref(record);
		objlist_remove(&f->records, record->name);
		object_rename(record, canonical);
		objlist_add(&f->records, &record);
	}
}

/* ---- what goes together ---- */

static const char *
target_words(const struct object *o)
{
	return o->type == &netfdb_tunnel_type ? EIPTUNNEL_WORDS :
	    NETVLAN_WORDS;
}

static void
each_ref(const struct object *o, type_ref_fn *fn, void *arg)
{
	fn(arg, target_words(o), o->name, NULL);
}

static void
station_key(const struct netfdb_record *r, char key[NETROWS_KEY_MAX])
{
	char text[MACADDR_TEXT_MAX];

	(void)snprintf(key, NETROWS_KEY_MAX, "net station %s %u",
	    macaddr_format(netfdb_mac(r), text), r->tag);
}

static void
each_key(const struct object *o, type_key_fn *fn, void *arg)
{
	const struct netfdb *f = (const struct netfdb *)o;
	char key[NETROWS_KEY_MAX];

	for (size_t i = 0; i < f->records.count; i++) {
		station_key(record_at(f, i), key);
		fn(arg, key);
	}
}

struct search {
	const struct draft *d;
	const struct object *self, *found;
	const struct vlangroup *group;
};

static void
on_station(void *arg, const struct object *o)
{
	struct search *s = arg;

	if (o != s->self && s->group != NULL &&
	    vlangroup_of(s->d, o->name) == s->group)
		s->found = o;
}

/* A station of a group is in one place. */
static void
check_place(const struct netfdb *f, const struct netfdb_record *r,
    const struct draft *d, struct diag *out)
{
	struct search s = {
		.d = d, .self = &f->obj, .group = vlangroup_of(d, f->obj.name),
	};
	char key[NETROWS_KEY_MAX];

	station_key(r, key);
	draft_each_keyed(d, key, on_station, &s);
	if (s.found != NULL)
		(void)objdiag_error(out, &f->obj, &r->obj, ERR_CONFLICT,
		    "is also in %s %s, and both are in VLAN group %s",
		    s.found->type->words, s.found->name, s.group->obj.name);
}

void
netfdb_check_member(const char *member, const struct draft *d,
    struct diag *out)
{
	static const struct type *const types[] = {
		&netfdb_tunnel_type, &netfdb_vlan_type
	};

	for (size_t i = 0; i < OBJ_COUNT(types); i++) {
		const struct netfdb *f = (const struct netfdb *)draft_find(d,
		    types[i], member);

		if (f == NULL ||
		    overlay_find(draft_overlay(d), types[i], member) != NULL)
			continue;
		for (size_t k = 0; k < f->records.count; k++)
			check_place(f, record_at(f, k), d, out);
	}
}

static void
check_endpoint(const struct netfdb *f, const struct netfdb_record *r,
    const struct eiptunnel *t, struct diag *out)
{
	char text[ADDR_TEXT_MAX], remote[ADDR_TEXT_MAX];

	if (t != NULL && r->endpoint.family != 0 &&
	    !addr_equal(&r->endpoint, &t->remote_address))
		(void)objdiag_error(out, &f->obj, &r->obj, ERR_CONFLICT,
		    "endpoint: %s is not the remote-address of the tunnel, %s",
		    addr_format(&r->endpoint, text),
		    addr_format(&t->remote_address, remote));
}

static void
check_interface(const struct netfdb *f, const struct netfdb_record *r,
    const struct netvlan *v, struct diag *out)
{
	if (v != NULL && r->interface != NULL &&
	    objlist_find(&v->interfaces, r->interface) == NULL)
		(void)objdiag_error(out, &f->obj, &r->obj, ERR_CONFLICT,
		    "interface: %s is none of VLAN %s", r->interface,
		    v->obj.name);
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct netfdb *f = (const struct netfdb *)o;
	const struct object *at = draft_find_words(d, target_words(o), o->name);

	for (size_t i = 0; i < f->records.count; i++) {
		const struct netfdb_record *r = record_at(f, i);

		check_place(f, r, d, out);
		if (o->type == &netfdb_tunnel_type)
			check_endpoint(f, r, (const struct eiptunnel *)at, out);
		else
			check_interface(f, r, (const struct netvlan *)at, out);
	}
}

#define FDB_TYPE(w, t, table, text)					\
	{ .words = w, .title = t, .naming = TYPE_NAMED,			\
	  .size = sizeof(struct netfdb), .props = table, .help = text,	\
	  .settle = settle, .check = check, .each_ref = each_ref,	\
	  .each_key = each_key }

const struct type netfdb_tunnel_type = FDB_TYPE("net fdb tunnel",
    "Tunnel's stations", tunnel_props,
    "stations that are behind the tunnel of that name");

const struct type netfdb_vlan_type = FDB_TYPE("net fdb vlan",
    "VLAN's stations", vlan_props,
    "stations that are on the VLAN of that name");
