/* etherip/control/moveask.c - see moveask.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/control/moveask.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "core/rest/restrequest.h"
#include "etherip/frame/macaddr.h"
#include "etherip/move/mover.h"

static int
read_station(struct moveask *a, const char *text, struct err *e)
{
	if (text == NULL || *text == '\0')
		return err_set(e, ERR_PARSE, "station: which one is meant? A "
		    "MAC address such as 02:01:d7:01:02:03, or an IP address");
	a->station = text;
	if (macaddr_parse(text, &a->mac) != 0 && addr_parse(text, &a->ip) != 0)
		return err_set(e, ERR_PARSE, "station: \"%s\" is neither a MAC "
		    "address nor an IP address", text);
	if (a->ip.family == 0 && !macaddr_is_station(a->mac))
		return err_set(e, ERR_RANGE, "station: %s is %s, and no "
		    "station's", text, a->mac == 0 ? "nobody's" : "a group's");
	return 0;
}

/* text or number; what: of what is told. */
static int
read_number(const char *name, const struct json *v, int64_t most, int64_t *out,
    struct err *e)
{
	const char *text = json_get_text(v);
	char *end = NULL;
	bool good = json_kind_of(v) == JSON_KIND_INT;

	*out = json_get_int(v);
	if (text != NULL) {
		errno = 0;
		*out = strtoll(text, &end, 10);
		good = errno == 0 && end != text && *end == '\0';
	}
	if (!good || *out < 1 || *out > most)
		return err_set(e, ERR_RANGE, "%s: a number of 1..%lld is "
		    "expected", name, (long long)most);
	return 0;
}

static int
read_vlan(struct moveask *a, const struct json *v, struct err *e)
{
	int64_t vlan;

	if (v == NULL)
		return 0;
	if (read_number("vlan", v, 4094, &vlan, e) != 0)
		return e->code;
	a->vlan = (uint16_t)vlan;
	return 0;
}

static int
read_truth(const struct json *v, bool *out, struct err *e)
{
	const char *text = json_get_text(v);

	if (v == NULL)
		return 0;
	if (json_kind_of(v) == JSON_KIND_BOOL)
		*out = json_get_bool(v);
	else if (text != NULL && (strcmp(text, "true") == 0 ||
	    strcmp(text, "enabled") == 0))
		*out = true;
	else if (text != NULL && (strcmp(text, "false") == 0 ||
	    strcmp(text, "disabled") == 0))
		*out = false;
	else
		return err_set(e, ERR_PARSE, "hold: true or false is expected");
	return 0;
}

static int
add_address(struct moveask *a, const char *text, struct err *e)
{
	struct addr *ip = &a->addresses[a->address_count];

	if (a->address_count == FREEZER_ADDRESSES)
		return err_set(e, ERR_RANGE, "addresses: %d at most",
		    FREEZER_ADDRESSES);
	if (text == NULL || addr_parse(text, ip) != 0 || addr_is_any(ip) ||
	    ip->octets[0] == (ip->family == AF_INET ? 224 : 0xff))
		return err_set(e, ERR_PARSE, "addresses: \"%s\" is no address "
		    "of a station", text != NULL ? text : "");
	a->address_count++;
	return 0;
}

/* A list, or one. */
static int
read_addresses(struct moveask *a, const struct json *v, struct err *e)
{
	if (v == NULL)
		return 0;
	if (json_kind_of(v) != JSON_KIND_ARRAY)
		return add_address(a, json_get_text(v), e);
	for (size_t i = 0; i < json_count(v); i++)
		if (add_address(a, json_get_text(json_item(v, i)), e) != 0)
			return e->code;
	return 0;
}

static int
read_name(const struct json *body, const char *key, const char **out,
    struct err *e)
{
	const struct json *v = json_find(body, key);

	*out = json_get_text(v);
	if (v != NULL && (*out == NULL || **out == '\0'))
		return err_set(e, ERR_PARSE, "%s: a name is expected", key);
	return 0;
}

static int
check_keys(const struct json *body, unsigned words, struct err *e)
{
	static const struct {
		const char *key;
		unsigned words;
	} known[] = {
		{ "addresses", MOVEASK_FREEZE }, { "hold", MOVEASK_FREEZE },
		{ "station", 0 }, { "timeout", MOVEASK_TIME },
		{ "to", MOVEASK_TO }, { "vlan", 0 }, { "vlanGroup", 0 },
	};
	const char *key;
	void *at = NULL;

	while (json_next(body, &at, &key) != NULL) {
		size_t i = 0;

		while (i < OBJ_COUNT(known) && strcmp(known[i].key, key) != 0)
			i++;
		if (i == OBJ_COUNT(known) ||
		    (known[i].words & ~words) != 0)
			return err_set(e, ERR_UNKNOWN, "%s: no such property "
			    "here", key);
	}
	return 0;
}

static int
read_timeout(struct moveask *a, const struct json *v, struct err *e)
{
	int64_t ms;

	if (v == NULL)
		return 0;
	if (read_number("timeout", v,
	    (int64_t)(MOVER_FREEZE_MAX_NS / CLOCK_MS), &ms, e) != 0)
		return e->code;
	a->for_ns = (dur_ns)ms * CLOCK_MS;
	return 0;
}

static int
read_freeze(struct moveask *a, const struct json *body, struct err *e)
{
	a->hold = true;
	if (read_truth(json_find(body, "hold"), &a->hold, e) != 0)
		return e->code;
	return read_addresses(a, json_find(body, "addresses"), e);
}

int
moveask_body(struct moveask *a, const struct json *body, unsigned words,
    struct err *e)
{
	*a = (struct moveask){ .vlan = 0 };
	if (check_keys(body, words, e) != 0 ||
	    read_station(a, json_get_text(json_find(body, "station")), e) != 0 ||
	    read_vlan(a, json_find(body, "vlan"), e) != 0 ||
	    read_name(body, "vlanGroup", &a->group, e) != 0 ||
	    read_name(body, "to", &a->to, e) != 0 ||
	    read_timeout(a, json_find(body, "timeout"), e) != 0 ||
	    ((words & MOVEASK_FREEZE) != 0 && read_freeze(a, body, e) != 0))
		return e->code;
	if ((words & MOVEASK_TO) != 0 && a->to == NULL)
		return err_set(e, ERR_PARSE, "to: local, remote or the name of "
		    "a tunnel is expected");
	return 0;
}

int
moveask_params(struct moveask *a, const struct restrequest *q, struct err *e)
{
	const char *vlan = restrequest_param(q, "vlan");
	struct json *j = json_new_object();
	int rc = 0;

	*a = (struct moveask){ .group = restrequest_param(q, "vlanGroup") };
	if (vlan != NULL)
		json_put_text(j, "vlan", vlan);
	if (read_station(a, restrequest_param(q, "station"), e) != 0 ||
	    read_vlan(a, json_find(j, "vlan"), e) != 0)
		rc = e->code;
	json_free(&j);
	return rc;
}
