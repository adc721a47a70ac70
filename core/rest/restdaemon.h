/* core/rest/restdaemon.h - what the control sockets of all daemons have in
 * common: the socket, the tree, and the routes that are the same everywhere.
 *
 * A daemon has its routes in one table, RESTDAEMON_ROWS and its own, whose arg is
 * the owner's struct with this one as its first member. Control loop only.
 * Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTDAEMON_H
#define CORE_REST_RESTDAEMON_H

#include "core/rest/restload.h"
#include "core/rest/resttree.h"

struct err;
struct restdialect;
struct restevents;
struct restman;
struct restreply;
struct restrequest;
struct restserver;

/* All borrowed for the life of it. */
struct restdaemon_config {
	const struct restman *manual;	/* who it is, types and routes */
	const char	*path;		/* of the socket */
	int		 listening;	/* as in restserver_config; taken also
					 * when nothing comes of it */
	const char	*state_dir;	/* where audit.log is */
	const char	*config_path;	/* configuration file */
	struct loop	*loop;
	struct store	*store;
	struct restevents *events;
	const struct restdialect *dialect;
	struct resttree_hooks hooks;
	/* GET /metrics of somebody who may read. */
	void		(*scrape)(void *owner, const struct restrequest *q,
			    struct restreply *r);
	int		(*verify)(const char *path, bool lenient,
			    struct diag *out);		/* as in restload */
	int		(*reload)(void *arg, struct diag *out);
	void		*reload_arg;
};

struct restdaemon {
	unsigned	 magic;
#define RESTDAEMON_MAGIC 0xda3e0011u
	struct restdaemon_config config;
	struct resttree	*tree;
	struct restserver *server;
	char		*openapi;	/* the text, once somebody asked */
};

/* After the store's first load, before anybody is answered: takes up what is on
 * record, and reverts what was to be confirmed by now. 0, or the code with a
 * sentence in e; to be ended in either case. */
int restdaemon_init(struct restdaemon *d, const struct restdaemon_config *c,
    struct err *e);
/* Listens from here on. 0, or the code with a sentence in e. */
int restdaemon_listen(struct restdaemon *d, struct err *e);
/* Before the loop and the store go. */
void restdaemon_fini(struct restdaemon *d);

/* A sentence on each of these routes, or NULL: for restman.help. */
const char *restdaemon_help(const char *path);

restroute_fn restdaemon_get_available, restdaemon_get_version,
    restdaemon_get_describe, restdaemon_get_openapi, restdaemon_get_changes,
    restdaemon_get_events;
restroute_fn restdaemon_post_config, restdaemon_post_confirm,
    restdaemon_post_undo;

/* module: a literal, "gtm". */
#define RESTDAEMON_ROWS(module)						\
	{ "sys/available", RESTREQUEST_GET, RESTPEER_GUEST,		\
	    restdaemon_get_available },					\
	{ "sys/version", RESTREQUEST_GET, RESTPEER_GUEST,		\
	    restdaemon_get_version },					\
	{ "sys/config", RESTREQUEST_POST, RESTPEER_MANAGER,		\
	    restdaemon_post_config },					\
	{ module "/describe", RESTREQUEST_GET, RESTPEER_GUEST,		\
	    restdaemon_get_describe },					\
	{ module "/openapi", RESTREQUEST_GET, RESTPEER_GUEST,		\
	    restdaemon_get_openapi },					\
	{ module "/changes", RESTREQUEST_GET, RESTPEER_GUEST,		\
	    restdaemon_get_changes },					\
	{ module "/confirm", RESTREQUEST_POST, RESTPEER_OPERATOR,	\
	    restdaemon_post_confirm },					\
	{ module "/undo", RESTREQUEST_POST, RESTPEER_OPERATOR,		\
	    restdaemon_post_undo },					\
	{ module "/events", RESTREQUEST_GET, RESTPEER_GUEST,		\
	    restdaemon_get_events }

#endif
