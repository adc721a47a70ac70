/* admin/rest/platform.c - see platform.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/platform.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "admin/rest/response.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "core/rest/restname.h"
#include "core/rest/reststats.h"
#include "core/rest/restrequest.h"

#define TM	"/mgmt/tm/"

/* ---- parts ---- */

static void
put_link(struct json *j, const char *key, const char *path)
{
	char *url = mem_printf(TM "%s", path), *link = restname_link(url);

	json_put_text(j, key, link);
	free(link);
	free(url);
}

static void
put_name(struct json *j, const char *name, const char *full)
{
	json_put_text(j, "name", name);
	json_put_text(j, "fullPath", full);
	json_put_int(j, "generation", 1);
}

/* ---- documents ---- */

struct facts {
	real_s		 now;
	struct utsname	 host;
};

static void
fill_provision(struct json *j, const struct facts *f)
{
	(void)f;
	put_name(j, "gtm", "gtm");
	json_put_int(j, "cpuRatio", 0);
	json_put_int(j, "diskRatio", 0);
	json_put_text(j, "level", "nominal");
	json_put_int(j, "memoryRatio", 0);
}

static void
fill_clock(struct json *j, const struct facts *f)
{
	struct json *entries = json_new_object(), *inner = json_new_object();
	char text[40];
	time_t t = (time_t)f->now;
	struct tm tm;

	(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ",
	    gmtime_r(&t, &tm));
	reststats_text(inner, "fullDate", text);
	reststats_nest(entries, TM "sys/clock/0", &inner);
	json_put(j, "entries", &entries);
}

static void
fill_hardware(struct json *j, const struct facts *f)
{
	struct json *entries = json_new_object(), *all = json_new_object();
	struct json *one = json_new_object();
	char count[24];

	(void)snprintf(count, sizeof(count), "%ld",
	    sysconf(_SC_NPROCESSORS_ONLN));
	reststats_text(one, "tmName", "cpus");
	reststats_text(one, "cores", count);
	reststats_text(one, "model", f->host.machine);
	reststats_nest(all, TM "sys/hardware/hardware-version/cpus", &one);
	reststats_nest(entries, TM "sys/hardware/hardware-version", &all);
	one = json_new_object();
	reststats_text(one, "platform", f->host.machine);
	all = json_new_object();
	reststats_nest(all, TM "sys/hardware/system-info/0", &one);
	reststats_nest(entries, TM "sys/hardware/system-info", &all);
	json_put(j, "entries", &entries);
}

/* The box by itself: it synchronises with nobody. */
static void
fill_sync(struct json *j, const struct facts *f)
{
	struct json *entries = json_new_object(), *inner = json_new_object();

	(void)f;
	reststats_text(inner, "color", "green");
	reststats_text(inner, "mode", "standalone");
	reststats_text(inner, "status", "Standalone");
	reststats_text(inner, "summary", " ");
	reststats_nest(entries, TM "cm/sync-status/0", &inner);
	json_put(j, "entries", &entries);
}

static void
fill_device(struct json *j, const struct facts *f)
{
	json_put_text(j, "partition", "Common");
	put_name(j, "gtm", "/Common/gtm");
	json_put_text(j, "failoverState", "active");
	json_put_text(j, "hostname", f->host.nodename);
	json_put_text(j, "platformId", f->host.machine);
	json_put_text(j, "product", "gtmd");
	json_put_text(j, "selfDevice", "true");
	json_put_text(j, "version", RESTNAME_VERSION);
}

/* ---- the table ---- */

/* What a path says. */
struct row {
	const char	*path;		/* below /mgmt/tm */
	const char	*kind;
	/* What it says beside kind and link; NULL: what is below it, as links
	 * or, when that is an object, whole. */
	void		(*fill)(struct json *j, const struct facts *f);
};

/* A collection of which there are none is listed all the same: self addresses,
 * volumes and images are the system's. */
static const struct row rows[] = {
	{ "sys", "tm:sys:syscollectionstate", NULL },
	{ "sys/provision", "tm:sys:provision:provisioncollectionstate", NULL },
	{ "sys/provision/gtm", "tm:sys:provision:provisionstate",
	    fill_provision },
	{ "sys/clock", "tm:sys:clock:clockstats", fill_clock },
	{ "sys/hardware", "tm:sys:hardware:hardwarestats", fill_hardware },
	{ "sys/software", "tm:sys:software:softwarecollectionstate", NULL },
	{ "sys/software/hotfix", "tm:sys:software:hotfix:hotfixcollectionstate",
	    NULL },
	{ "sys/software/image", "tm:sys:software:image:imagecollectionstate",
	    NULL },
	{ "sys/software/volume", "tm:sys:software:volume:volumecollectionstate",
	    NULL },
	{ "net", "tm:net:netcollectionstate", NULL },
	{ "net/self", "tm:net:self:selfcollectionstate", NULL },
	{ "cm", "tm:cm:cmcollectionstate", NULL },
	{ "cm/device", "tm:cm:device:devicecollectionstate", NULL },
	{ "cm/device/~Common~gtm", "tm:cm:device:devicestate", fill_device },
	{ "cm/sync-status", "tm:cm:sync-status:sync-statusstats", fill_sync },
};

static bool
is_object(const struct row *row)
{
	size_t len = strlen(row->kind);

	return row->fill != NULL && strcmp(row->kind + len - 5, "state") == 0;
}

/* "sys/provision" of "sys"? */
static bool
is_below(const char *path, const char *above)
{
	size_t len = strlen(above);

	return strncmp(path, above, len) == 0 && path[len] == '/' &&
	    strchr(path + len + 1, '/') == NULL;
}

static struct json *
start(const struct row *row)
{
	struct json *j = json_new_object();

	json_put_text(j, "kind", row->kind);
	put_link(j, "selfLink", row->path);
	return j;
}

static struct json *
make_item(const struct row *row, const struct facts *f)
{
	struct json *j, *link;

	if (is_object(row)) {
		j = start(row);
		row->fill(j, f);
		return j;
	}
	j = json_new_object();
	link = json_new_object();
	put_link(link, "link", row->path);
	json_put(j, "reference", &link);
	return j;
}

/* Clients ask for page after page until one has no items. */
struct page {
	unsigned long	 skip, top;
};

static int
read_number(const struct restrequest *q, const char *key, unsigned long *to,
    struct response *r)
{
	const char *text = restrequest_param(q, key);

	if (text == NULL)
		return 0;
	if (*text == '\0' || strlen(text) > 9 ||
	    text[strspn(text, "0123456789")] != '\0')
		return response_error(r, 400, "%s: \"%.20s\" is not a number "
		    "in 0..999999999", key, text);
	*to = strtoul(text, NULL, 10);
	return 0;
}

/* Not 0: r says what is wrong. */
static int
read_page(const struct platform_ask *q, struct page *p, struct response *r)
{
	struct restrequest parsed = { .segment_count = 0 };
	char *target = mem_printf("%s?%s", q->path, q->query != NULL ?
	    q->query : "");
	struct err e = { 0 };
	int rc;

	*p = (struct page){ .top = ULONG_MAX };
	rc = restrequest_parse_target(&parsed, target, &e) != 0 ?
	    response_err(r, &e) : 0;
	if (rc == 0)
		rc = read_number(&parsed, "$skip", &p->skip, r);
	if (rc == 0)
		rc = read_number(&parsed, "$top", &p->top, r);
	restrequest_fini(&parsed);
	free(target);
	return rc;
}

static void
fill_items(struct json *j, const char *path, const struct facts *f,
    const struct page *p)
{
	struct json *all = json_new_array();
	size_t at = 0;

	for (size_t i = 0; i < OBJ_COUNT(rows); i++)
		if (is_below(rows[i].path, path) && at++ >= p->skip &&
		    json_count(all) < p->top) {
			struct json *one = make_item(&rows[i], f);

			json_add(all, &one);
		}
	if (json_count(all) > 0)
		json_put(j, "items", &all);
	json_free(&all);
}

static const struct row *
find(const char *path)
{
	if (strncmp(path, TM, sizeof(TM) - 1) != 0)
		return NULL;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++)
		if (strcmp(rows[i].path, path + sizeof(TM) - 1) == 0)
			return &rows[i];
	return NULL;
}

bool
platform_answer(const struct platform_ask *q, struct response *r)
{
	const struct row *row = find(q->path);
	struct facts f = { .now = q->now };
	struct page page;
	struct json *j;

	if (row == NULL)
		return false;
	if (strcmp(q->method, "GET") != 0)
		return response_error(r, 405, "%s is only read", q->path) != 0;
	if (read_page(q, &page, r) != 0)
		return true;
	(void)uname(&f.host);
	j = start(row);
	if (row->fill != NULL)
		row->fill(j, &f);
	else
		fill_items(j, row->path, &f, &page);
	response_json(r, 200, &j);
	return true;
}

/* ---- commands that only print ---- */

static char *
read_uptime(void)
{
	FILE *f = fopen("/proc/uptime", "re");
	char line[80] = "";

	if (f == NULL)
		return mem_strdup("");
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	(void)fclose(f);
	return mem_strdup(line);
}

char *
platform_print(enum bashline_want want)
{
	switch (want) {
	case BASHLINE_VERSION:
		return mem_strdup("Product: gtmd\nVersion: " RESTNAME_VERSION
		    "\nBuild: 0.0.0\n");
	case BASHLINE_UPTIME:
		return read_uptime();
	case BASHLINE_RUNLEVEL:
		return mem_strdup("N 3\n");
	case BASHLINE_NOTHING:
		return mem_strdup("");
	case BASHLINE_REQUEST:
		break;
	}
	assert(want != BASHLINE_REQUEST);
	return NULL;
}
