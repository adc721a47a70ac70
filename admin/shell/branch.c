/* admin/shell/branch.c - see branch.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/branch.h"

#include <stdlib.h>
#include <string.h>

#include "admin/shell/catalog.h"
#include "admin/shell/rest.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/json.h"
#include "core/rest/client.h"

#define TREE	"/mgmt/tm/"

const struct branch_row branch_table[BRANCH_COUNT] = {
	{ "gtm", NULL, "gtmd", "GTMSH_SOCKET", "/var/lib/gtm/control.sock" },
	{ "net", "cm", "etheripd", "GTMSH_NET_SOCKET",
	  "/var/lib/etherip/control.sock" },
	{ "wom", "ltm", "womd", "GTMSH_WOM_SOCKET",
	  "/var/lib/wom/control.sock" },
};

static const char *
socket_of(int which)
{
	const char *path = getenv(branch_table[which].env);

	return path != NULL && *path != '\0' ? path :
	    branch_table[which].socket;
}

void
branch_set_init(struct branch_set *b, const char *gtm_socket)
{
	for (int i = 0; i < BRANCH_COUNT; i++) {
		b->v[i].client = client_new(i == BRANCH_GTM ? gtm_socket :
		    socket_of(i));
		b->v[i].known = false;
	}
}

void
branch_set_fini(struct branch_set *b)
{
	for (int i = 0; i < BRANCH_COUNT; i++)
		client_free(&b->v[i].client);
}

int
branch_find(const char *word)
{
	for (int i = 0; i < BRANCH_COUNT; i++)
		if (strcmp(branch_table[i].word, word) == 0 ||
		    (branch_table[i].also != NULL &&
		    strcmp(branch_table[i].also, word) == 0))
			return i;
	return -1;
}

/* "net" of "net/vlan", "net?x" and "net". */
static bool
begins(const char *path, const char *word)
{
	size_t len = word != NULL ? strlen(word) : 0;

	return len > 0 && strncmp(path, word, len) == 0 &&
	    strchr("/?", path[len]) != NULL;
}

/* Who answers for what no branch is, where not all daemons run. */
static struct client *
head_of(const struct branch_set *b)
{
	for (int i = 0; i < BRANCH_COUNT; i++)
		if (b->v[i].known)
			return b->v[i].client;
	return b->v[BRANCH_GTM].client;
}

struct client *
branch_client(const struct branch_set *b, const char *path)
{
	const char *word = path + strlen(TREE);

	if (strncmp(path, TREE, strlen(TREE)) != 0)
		return head_of(b);
	for (int i = 0; i < BRANCH_COUNT; i++)
		if (begins(word, branch_table[i].word) ||
		    begins(word, branch_table[i].also))
			return b->v[i].client;
	return head_of(b);
}

int
branch_learn(struct branch_set *b, int which, struct catalog **pc,
    struct err *e)
{
	const struct branch_row *row = &branch_table[which];
	struct rest_result r;
	char *path;
	int rc;

	if (b->v[which].known)
		return 0;
	path = mem_printf(TREE "%s/describe", row->word);
	rc = rest_call(b->v[which].client, &(struct rest_call){
	    .method = "GET", .path = path }, &r, e);
	if (rc == 0)
		rc = catalog_add(pc, &r.body, e);
	rest_result_fini(&r);
	free(path);
	if (rc != 0)
		return err_wrap(e, "%s: %s cannot be asked", row->word,
		    row->daemon);
	b->v[which].known = true;
	return 0;
}
