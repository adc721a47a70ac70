/* wom/control/womsums.h - what streams count, by the names that pages, metrics and
 * lists share: one table. Layer: wom/control, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_WOMSUMS_H
#define WOM_CONTROL_WOMSUMS_H

#include <stddef.h>
#include <stdint.h>

#include "wom/flow/flowset.h"

struct hub;
struct json;

/* A number of struct flow_counts. Ends with key NULL. */
struct womsums_row {
	const char	*key;		/* as JSON has it */
	const char	*metric, *help;	/* as Prometheus has it */
	size_t		 off;		/* a uint64_t */
	double		 unit;		/* of metric: 1, or 1e-9 of ns */
};
extern const struct womsums_row womsums_rows[];

static inline uint64_t
womsums_get(const struct flow_counts *c, const struct womsums_row *r)
{
	return *(const uint64_t *)(const void *)((const char *)c + r->off);
}

/* to += c */
void womsums_add(struct flow_counts *to, const struct flow_counts *c);
/* Of all peers: an application's, or (NULL) those of all. Returns its open
 * streams. hub may be NULL. */
uint64_t womsums_of_app(const struct hub *h, const char *app,
    struct flow_counts *out);

/* Members of an object, in plain numbers. */
void womsums_json(struct json *j, const struct flow_counts *c);
/* The same as entries of a page, and of what was received on the LAN how much did
 * not have to be sent, in percent. */
void womsums_page(struct json *entries, const struct flow_counts *c);

#endif
