/* gtmd/types/topology.c - the property table of gtm topology.
 *
 * How records are sorted and scored is in gtmd/topology/topology_sort.c and
 * topology_table.c. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/topology.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/objdiag.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "gtmd/types/datacenter.h"
#include "gtmd/types/region.h"
#include "gtmd/types/topoterm.h"

#define LDNS	"ldns: "
#define SERVER	" server: "

static const struct prop topology_props[] = {
	{ .name = "description", .kind = PROP_STRING,
	  .off = offsetof(struct topology, description), .max = 4095,
	  .help = "text of the operator" },
	{ .name = "order", .kind = PROP_U32, .flags = PROP_ALWAYS,
	  .off = offsetof(struct topology, order), .max = UINT32_MAX,
	  .dflt = "0", .help = "place among the records while "
	      "topology-longest-match is no" },
	{ .name = "score", .kind = PROP_U32, .flags = PROP_ALWAYS,
	  .off = offsetof(struct topology, score), .max = UINT32_MAX,
	  .dflt = "1",
	  .help = "how well they go together; 0 = not at all" },
	{ .name = NULL }
};

int
topology_split(const char *name, struct topoterm *ldns,
    struct topoterm *server, struct err *e)
{
	const char *mid = strstr(name, SERVER);
	int rc;

	if (strncmp(name, LDNS, sizeof(LDNS) - 1) != 0 || mid == NULL)
		return err_set(e, ERR_PARSE, "\"%.200s\" is not of the form "
		    "ldns: %s server: %s", name, TOPOTERM_FORM, TOPOTERM_FORM);
	name += sizeof(LDNS) - 1;
	rc = topoterm_parse(ldns, name, mid > name ? (size_t)(mid - name) : 0,
	    e);
	if (rc != 0)
		return rc;
	mid += sizeof(SERVER) - 1;
	rc = topoterm_parse(server, mid, strlen(mid), e);
	if (rc != 0)
		topoterm_fini(ldns);
	return rc;
}

/* A resolver is in no pool and in no data center. */
static int
check_ldns(const struct topoterm *t, struct err *e)
{
	if (t->kind != TOPOTERM_POOL && t->kind != TOPOTERM_DATACENTER)
		return 0;
	return err_set(e, ERR_CONFLICT, "ldns: a %s is no place of clients",
	    topoterm_kind_names[t->kind]);
}

static char *
make_name(const char *text, struct err *e)
{
	struct topoterm ldns, server;
	struct strbuf b = { 0 };
	int rc;

	if (topology_split(text, &ldns, &server, e) != 0)
		return NULL;
	rc = check_ldns(&ldns, e);
	if (rc == 0) {
		strbuf_add(&b, LDNS);
		topoterm_format(&ldns, &b);
		strbuf_add(&b, SERVER);
		topoterm_format(&server, &b);
	}
	topoterm_fini(&ldns);
	topoterm_fini(&server);
	return rc == 0 ? strbuf_take(&b) : NULL;
}

static void
refer(const struct topoterm *t, type_ref_fn *fn, void *arg)
{
	if (t->kind == TOPOTERM_REGION)
		fn(arg, region_type.words, t->value, NULL);
	else if (t->kind == TOPOTERM_DATACENTER)
		fn(arg, datacenter_type.words, t->value, NULL);
}

static void
each_ref(const struct object *o, type_ref_fn *fn, void *arg)
{
	struct topoterm ldns, server;

	if (topology_split(o->name, &ldns, &server, NULL) != 0)
		return;
	refer(&ldns, fn, arg);
	refer(&server, fn, arg);
	topoterm_fini(&ldns);
	topoterm_fini(&server);
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	struct topoterm ldns, server;

	if (topology_split(o->name, &ldns, &server, NULL) != 0)
		return;
	region_check_term(o, NULL, &server, d, out);
	topoterm_fini(&ldns);
	topoterm_fini(&server);
}

const struct type topology_type = {
	.words = "gtm topology",
	.title = "Topology record",
	.naming = TYPE_PHRASED,
	.size = sizeof(struct topology),
	.props = topology_props,
	.help = "how well a place of clients and a place of servers go "
	    "together",
	.form = "ldns: " TOPOTERM_FORM " server: " TOPOTERM_FORM,
	.make_name = make_name,
	.check = check,
	.each_ref = each_ref,
};
