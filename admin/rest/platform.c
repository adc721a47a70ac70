/* admin/rest/platform.c - see platform.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/platform.h"

#include <stddef.h>
#include <string.h>

#include "admin/rest/response.h"
#include "core/base/obj.h"
#include "core/model/json.h"

/* The dialect whose names and defaults we speak; clients choose theirs by it. */
#define VER	"?ver=15.1.2.1"
#define SELF	"https://localhost/mgmt/tm/"

static struct json *
make_provision(void)
{
	struct json *j = json_new_object();

	json_put_text(j, "kind", "tm:sys:provision:provisionstate");
	json_put_text(j, "name", "gtm");
	json_put_text(j, "fullPath", "gtm");
	json_put_int(j, "generation", 1);
	json_put_text(j, "selfLink", SELF "sys/provision/gtm" VER);
	json_put_int(j, "cpuRatio", 0);
	json_put_int(j, "diskRatio", 0);
	json_put_text(j, "level", "nominal");
	json_put_int(j, "memoryRatio", 0);
	return j;
}

static struct json *
make_collection(const char *kind, const char *link)
{
	struct json *j = json_new_object();

	json_put_text(j, "kind", kind);
	json_put_text(j, "selfLink", link);
	return j;
}

static struct json *
make_sys(void)
{
	return make_collection("tm:sys:syscollectionstate", SELF "sys" VER);
}

static struct json *
make_provisions(void)
{
	struct json *j = make_collection(
	    "tm:sys:provision:provisioncollectionstate",
	    SELF "sys/provision" VER);
	struct json *items = json_new_array(), *one = make_provision();

	json_add(items, &one);
	json_put(j, "items", &items);
	return j;
}

/* There are none: addresses are the system's. */
static struct json *
make_self(void)
{
	struct json *j = make_collection("tm:net:self:selfcollectionstate",
	    SELF "net/self" VER);
	struct json *items = json_new_array();

	json_put(j, "items", &items);
	return j;
}

static const struct {
	const char	*path;
	struct json	*(*make)(void);
} rows[] = {
	{ "/mgmt/tm/sys", make_sys },
	{ "/mgmt/tm/sys/provision", make_provisions },
	{ "/mgmt/tm/sys/provision/gtm", make_provision },
	{ "/mgmt/tm/net/self", make_self },
};

bool
platform_answer(const char *method, const char *path, struct response *r)
{
	struct json *j;

	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		if (strcmp(rows[i].path, path) != 0)
			continue;
		if (strcmp(method, "GET") != 0)
			return response_error(r, 405, "%s is only read",
			    path) != 0;
		j = rows[i].make();
		response_json(r, 200, &j);
		return true;
	}
	return false;
}
