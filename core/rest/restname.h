/* core/rest/restname.h - how REST spells what tmsh spells: property names,
 * kinds, links. Layer: core/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTNAME_H
#define CORE_REST_RESTNAME_H

#include <stdbool.h>

struct prop;
struct strbuf;
struct type;

#define RESTNAME_MAX	64	/* octets of a property's name, with NUL */
#define RESTNAME_RAW	"apiRawValues"	/* holds what has no property */
#define RESTNAME_VERSION "15.1.2.1"	/* the dialect that clients look for */

/* "load-balancing-mode" as loadBalancingMode. Returns buf. */
const char *restname_camel(const char *name, char buf[RESTNAME_MAX]);
/* The row of a table with this REST name, or NULL. A state is found by either
 * of its words. */
const struct prop *restname_find(const struct prop *table, const char *name);

/* "tm:gtm:pool:a:members:membersstate", or "…collectionstate". items is the
 * row whose items are meant, or NULL. The caller frees it. */
char *restname_kind(const struct type *t, const struct prop *items,
    bool collection);

/* Appends a name as one part of a URL: '/' as '~', whatever is special as %XX. */
void restname_encode(struct strbuf *b, const char *name);
/* Appends "/mgmt/tm/gtm/pool/a", and "/~Common~x" unless name is NULL or "". */
void restname_url(struct strbuf *b, const struct type *t, const char *name);
/* "https://localhost" url "?ver=…", for the caller to free. */
char *restname_link(const char *url);

/* The name without any "/Common/" in it: two spellings of one item's key give
 * the same. The caller frees it. */
char *restname_plain(const char *key);

/* Where the parts of "/Common/folder/x" are: each of some length. Of what is no
 * path all but the name is empty. */
struct restname_path {
	const char	*partition, *sub, *name;
	int		 partition_len, sub_len;
};

/* Splits a path; all borrowed. */
struct restname_path restname_split(const char *full);

#endif
