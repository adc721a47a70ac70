/* core/rest/resttree.h - the tree of resources over a store: who may do what,
 * which handler answers, what a change says. Layer: core/rest.
 *
 * Every write is a draft, checked, committed and on disk before its answer goes
 * out (restreply.held); a refused one changes nothing. One at a time, on the
 * control loop.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTTREE_H
#define CORE_REST_RESTTREE_H

#include <stdint.h>

#include "core/rest/restpeer.h"

struct diag;
struct draft;
struct err;
struct json;
struct loop;
struct object;
struct prop;
struct restdialect;
struct restreply;
struct restrequest;
struct restcommit;
struct restevents;
struct resttree;
struct store;
struct strbuf;

typedef void restroute_fn(void *arg, const struct restrequest *q,
    struct restreply *r);

/* What is no resource of the schema: one path below /mgmt/tm, exactly. A table
 * ends with a row whose path is NULL. */
struct restroute {
	const char	*path;		/* "sys/version" */
	unsigned	 methods;	/* RESTREQUEST_… bits */
	enum restpeer_role role;	/* who may, at least */
	restroute_fn	*handle;
};

/* What the program below adds. All may be NULL. */
struct resttree_hooks {
	/* Adds the statistics of o, or of its item, to an object whose members
	 * are {description} or {value}; appends to as the name under which
	 * they stand in a page, unless that is its own. False: it has none. */
	bool	(*stats)(void *arg, const struct object *o,
		    const struct object *item, struct json *entries,
		    struct strbuf *as);
	/* What clients get at this moment, as far as it depends on o; asked
	 * before and after a change that says effect=1. NULL: nothing does. */
	struct json *(*effect)(void *arg, const struct object *o);
	/* An item was patched, and o and item are as that left them: what it says
	 * may be more than what it changes. */
	void	(*patched)(void *arg, const struct object *o,
		    const struct object *item, const struct json *body);
	void	*arg;
};

/* All borrowed for the tree's life. */
struct resttree_config {
	struct store	 *store;
	struct loop	 *loop;		/* for the time of transactions */
	const struct restroute *routes;
	const struct restdialect *dialect;
	struct resttree_hooks hooks;
	void		*arg;		/* of the routes */
	const char	*audit_path;	/* file that each change is written to */
	struct restevents *events;	/* who is told of commits; may be NULL */
	/* As in restcommit.h, with the arg above; may be NULL. */
	void		(*settled)(void *arg, uint64_t upto,
			    const struct err *e);
};

/* After the store's first load. NULL with a sentence in e when the audit file
 * cannot be opened or the record not read. One tree a store, for the store's
 * life: it watches its changes. */
struct resttree *resttree_new(const struct resttree_config *c, struct err *e);
void resttree_free(struct resttree **pt);

/* For a route's handler: takes *pd, findings go to out, and what it changes is
 * on record as the request's. 0, or the code of an error. */
int resttree_commit(struct resttree *t, const struct restrequest *q,
    struct draft **pd, struct diag *out);
/* How the tree makes changes count: for routes that confirm, undo and list. */
struct restcommit *resttree_changes(struct resttree *t);

/* Answers a request; arg is the tree. For restserver. */
void resttree_handle(void *arg, const struct restrequest *q,
    struct restreply *r);

#endif
