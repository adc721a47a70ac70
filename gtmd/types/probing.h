/* gtmd/types/probing.h - what the monitor rules of servers, virtual servers,
 * pools and members may say, and who a server's or data center's probers are.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_PROBING_H
#define GTMD_TYPES_PROBING_H

#include <stdbool.h>
#include <stdint.h>

struct diag;
struct err;
struct monrule;
struct object;
struct prop;

/* Where a prober is looked for. */
enum probing_where {
	PROBING_INHERIT,	/* a server's: where its data center says */
	PROBING_INSIDE,		/* the server's data center */
	PROBING_OUTSIDE,
	PROBING_POOL,
	PROBING_ANY,		/* fallback alone, as is the next */
	PROBING_NONE,
};

/* Of a server: preference and fallback are enum probing_where. Of a data center:
 * one less, for there is nothing to inherit. */
struct probing {
	uint32_t preference, fallback;
	char	*pool;		/* full path; NULL = none */
};

/* The rows of object t, whose member is called probing. */
#define PROBING_ROWS(t, preferences, fallbacks, dflt_pref, dflt_fall)	\
	{ .name = "prober-fallback", .kind = PROP_ENUM,			\
	  .off = offsetof(struct t, probing.fallback),			\
	  .names = fallbacks, .dflt = dflt_fall,			\
	  .help = "who else may probe; whom neither names does not" },	\
	{ .name = "prober-pool", .kind = PROP_REF,			\
	  .off = offsetof(struct t, probing.pool),			\
	  .ref = "gtm prober-pool", .help = "the probers that pool means" }, \
	{ .name = "prober-preference", .kind = PROP_ENUM,		\
	  .off = offsetof(struct t, probing.preference),		\
	  .names = preferences, .dflt = dflt_pref,			\
	  .help = "who probes: this gtmd does if it is such a one" }

/* From PROBING_INHERIT on, for servers; a data center's begin one later. */
extern const char *const probing_preferences[];
extern const char *const probing_fallbacks[];

/* Is the same said? */
bool probing_equal(const struct probing *a, const struct probing *b);
/* Preference and fallback differ, and a pool is there where one is meant.
 * first: what value 0 stands for. */
void probing_check(const struct object *o, const struct probing *p,
    enum probing_where first, struct diag *out);

/* "require N from M" counts probers, and this is one: more than one is refused;
 * one of several is warned of. The rule is that of o, or of o's sub-object item
 * when that is not NULL. */
void probing_check_rule(const struct object *o, const struct object *item,
    const struct monrule *r, struct diag *out);

/* For the rows of kind PROP_RULE, monitor by monitor: those that F5 has built
 * in and we have not are told as what they are, not as missing. */
int probing_check_name(const struct prop *p, const void *value,
    struct err *e);

#endif
