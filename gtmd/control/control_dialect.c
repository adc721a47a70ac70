/* gtmd/control/control_dialect.c - see control_dialect.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_dialect.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/model/json.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/tmos_bind.h"
#include "core/model/type.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/server.h"

/* ---- servers: devices { NAME { addresses { IP } } } as one list ---- */

static void
show_server(const struct object *o, struct json *j)
{
	const struct server *s = (const struct server *)o;
	struct json *all = json_new_array();

	for (size_t i = 0; i < s->devices.count; i++) {
		const struct server_device *d =
		    (const struct server_device *)s->devices.v[i];

		for (size_t k = 0; k < d->addresses.count; k++) {
			struct json *one = json_new_object();

			json_put_text(one, "name", d->addresses.v[k]->name);
			json_put_text(one, "deviceName", d->obj.name);
			json_put_text(one, "translation", "none");
			json_add(all, &one);
		}
	}
	if (json_count(all) > 0)
		json_put(j, "addresses", &all);
	else
		json_free(&all);
}

static bool
is_unset(const char *text)
{
	static const char *const words[] = {
		"", "none", "any", "any6", "::", "0.0.0.0", NULL
	};

	for (int i = 0; text != NULL && words[i] != NULL; i++)
		if (strcmp(words[i], text) == 0)
			return true;
	return false;
}

/* The device of this name in the server, made if need be. */
static struct object *
device_of(struct server *s, const char *name, struct err *e)
{
	struct object *d = objlist_find(&s->devices, name);
	char *checked;

	if (d != NULL)
		return d;
	checked = tmos_bind_name(&server_device_type, name, e);
	if (checked == NULL)
		return NULL;
	d = object_new(&server_device_type, checked);
	objlist_add(&s->devices, &d);
	free(checked);
	return objlist_find(&s->devices, name);
}

static int
take_address(struct server *s, const struct json *v, struct err *e)
{
	const char *name = json_get_text(json_find(v, "name"));
	const char *device = json_get_text(json_find(v, "deviceName"));
	const struct json *to = json_find(v, "translation");
	struct object *d, *a;
	char *checked;

	if (name == NULL)
		return err_set(e, ERR_PARSE, "addresses: name must be given");
	if (to != NULL && !is_unset(json_get_text(to)))
		return err_set(e, ERR_UNSUPPORTED, "not supported yet: "
		    "addresses: translation: probes and answers use the "
		    "virtual servers' destinations");
	checked = tmos_bind_name(&server_address_type, name, e);
	if (checked == NULL)
		return e->code;
	d = device_of(s, device != NULL ? device : name, e);
	if (d != NULL) {
		a = object_new(&server_address_type, checked);
		objlist_add(&((struct server_device *)d)->addresses, &a);
	}
	free(checked);
	return d != NULL ? 0 : err_wrap(e, "addresses");
}

/* The list says all addresses there are; a device without any goes. What else
 * is known of the others stays. */
static int
take_server(struct object *o, const char *key, const struct json *v,
    struct err *e)
{
	struct server *s = (struct server *)o;
	unsigned i;
	int rc = 0;

	if (strcmp(key, "addresses") != 0)
		return 0;
	if (json_kind_of(v) != JSON_KIND_ARRAY)
		return err_set(e, ERR_PARSE, "addresses: a list of objects "
		    "is expected");
	for (size_t k = 0; k < s->devices.count; k++)
		prop_reset(prop_find(server_device_type.props, "addresses",
		    NULL), s->devices.v[k]);
	for (size_t k = 0; rc == 0 && k < json_count(v); k++)
		rc = take_address(s, json_item(v, k), e);
	for (size_t k = s->devices.count; k-- > 0;)
		if (((struct server_device *)s->devices.v[k])->addresses.count
		    == 0)
			(void)objlist_remove(&s->devices,
			    s->devices.v[k]->name);
	(void)prop_find(o->type->props, "devices", &i);
	o->set |= UINT64_C(1) << i;
	return rc != 0 ? rc : 1;
}

/* ---- virtual servers ---- */

static void
show_vs(const struct object *o, struct json *j)
{
	(void)o;
	json_put_text(j, "explicitLinkName", "none");
	json_put_text(j, "translationAddress", "none");
}

static int
take_vs(struct object *o, const char *key, const struct json *v,
    struct err *e)
{
	const char *text = json_get_text(v);

	(void)o;
	(void)e;
	if (strcmp(key, "translationAddress") == 0 && text != NULL)
		return is_unset(text) ? 1 : 0;
	return strcmp(key, "translationPort") == 0 && text != NULL &&
	    strcmp(text, "any") == 0;
}

/* ---- pools: fallbackIpv4 and fallbackIpv6 beside fallbackIp ---- */

/* One of the two is this pool's family. Clients send all three with one
 * address, so what matters is the address's family, not the name's. */
static int
take_pool(struct object *o, const char *key, const struct json *v,
    struct err *e)
{
	const char *text = json_get_text(v);
	bool v6 = o->type == &pool_type_aaaa;
	struct addr a;

	if ((strcmp(key, "fallbackIpv4") != 0 &&
	    strcmp(key, "fallbackIpv6") != 0) || text == NULL)
		return 0;
	if (is_unset(text))
		return 1;
	if (addr_parse(text, &a) != 0 ||
	    (a.family == AF_INET6) != v6)
		return err_set(e, ERR_RANGE, "%s: \"%.80s\" is not an %s "
		    "address", key, text, v6 ? "IPv6" : "IPv4");
	return prop_set(prop_find(o->type->props, "fallback-ip", NULL), o,
	    text, e) != 0 ? e->code : 1;
}

const struct restdialect control_dialect[] = {
	{ &server_type, show_server, take_server },
	{ &server_vs_type, show_vs, take_vs },
	{ &pool_type_a, NULL, take_pool },
	{ &pool_type_aaaa, NULL, take_pool },
	{ NULL, NULL, NULL }
};
