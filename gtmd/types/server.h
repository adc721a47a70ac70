/* gtmd/types/server.h - a server (a load balancer or host in a data center),
 * its devices and its virtual servers.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_SERVER_H
#define GTMD_TYPES_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/base/addr.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "gtmd/types/limits.h"
#include "gtmd/types/probing.h"

struct draft;
struct type;

struct server {
	struct object	 obj;
	bool		 enabled;
	char		*datacenter;	/* full path */
	char		*description;
	uint32_t	 product;	/* index in the table's names; a label */
	uint32_t	 discovery;	/* likewise; 0 = disabled */
	struct monrule	 monitor;
	char		*metrics_monitor;	/* full path; NULL = none */
	struct limits	 limits;
	struct probing	 probing;
	struct objlist	 devices;		/* struct server_device */
	struct objlist	 virtual_servers;	/* struct server_vs */
};

/* One with an address of this host tells which server and data center gtmd is
 * (gtmd/path/pathhome.h). */
struct server_device {
	struct object	 obj;		/* key: device name */
	char		*description;
	struct objlist	 addresses;	/* struct server_address */
};

struct server_address {
	struct object	 obj;		/* key: the address as text */
};

struct server_vs {
	struct object	 obj;		/* key: virtual server name */
	bool		 enabled;
	struct addrport	 destination;	/* port 0 = any */
	struct monrule	 monitor;
	char		*metrics_monitor;	/* full path; NULL = none */
	struct limits	 limits;
	struct objlist	 depends_on;	/* struct server_depends */
	char		*description;
	char		*ltm_name;	/* a label */
};

/* A virtual server is available only while those that it depends on are. */
struct server_depends {
	struct object	 obj;		/* key: /Common/server:vs */
	size_t		 server_len;	/* octets of the key that name the server;
					 * settled, 0 = target not there */
};

extern const struct type server_type;
extern const struct type server_device_type;
extern const struct type server_address_type;
extern const struct type server_vs_type;
extern const struct type server_depends_type;

/*
 * server_split_key - "/Common/server:vs" into its two names.
 *
 * The server is the longest prefix that names a server of the draft which has
 * the rest as a virtual server, because both halves may hold ':' and '/'. The
 * virtual server matches with or without its own "/Common/". Returns it and
 * sets *server. Returns NULL when there is none; *server is then the longest
 * prefix that names a server, or NULL.
 */
const struct server_vs *server_split_key(const struct draft *d,
    const char *key, const struct server **server);

/* Calls fn for each virtual server with this destination ("10.133.39.51:80"
 * as a member key, as the deployment guide chooses it). */
typedef void server_vs_fn(void *arg, const struct server *s,
    const struct server_vs *vs);
void server_each_destination(const struct draft *d,
    const struct addrport *dest, server_vs_fn *fn, void *arg);

#endif
