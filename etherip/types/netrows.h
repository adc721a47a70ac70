/* etherip/types/netrows.h - what rows of several net tables share: checks of one value, and
 * the keys by which objects find one another that do not name one another.
 * Layer: etherip/types, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_TYPES_NETROWS_H
#define ETHERIP_TYPES_NETROWS_H

#include <stdbool.h>

#include "core/base/addr.h"
#include "core/model/refusedrow.h"
#include "core/model/type.h"

struct diag;
struct draft;
struct err;
struct object;

#define NETROWS_DEVICE_MAX	15	/* octets of a network device's name */
#define NETROWS_CALLED_MAX	63	/* octets of a path's last part */
#define NETROWS_MTU_MIN		576	/* RFC 791: what any host takes */
#define NETROWS_MTU_MAX		65535

/* Checks of rows (struct prop), beside those of rowcheck.h. Of words and texts: the MAC
 * address of one station; one that two units share, which is locally administered, too. Of
 * a U32: 0, or an MTU. */
int netrows_check_mac(const struct prop *p, const void *value, struct err *e);
int netrows_check_masquerade(const struct prop *p, const void *value,
    struct err *e);
int netrows_check_mtu(const struct prop *p, const void *value, struct err *e);

/* Part of type.settle: the text of a row that is a MAC address, in the form of
 * macaddr_format. What is none stays. */
void netrows_settle_mac(struct object *o, const char *row);

/* Checks of names (type.check_name): that of a network device itself; and a full path, by
 * the last part of which a device is called, as far as the kernel takes that. */
int netrows_check_device(const char *name, struct err *e);
int netrows_check_called(const char *path, struct err *e);

/* ---- who meets whom (type.each_key) ---- */

/* The last part of a path. */
const char *netrows_called(const char *path);

#define NETROWS_KEY_MAX	600	/* a word or two, and a full path or two addresses */

/* Of an address that is a host's here or on the other side: selfs, remote-address. */
void netrows_host_key(char key[NETROWS_KEY_MAX], const struct addr *a);
/* Of what frames come in by, and who has it for itself: groups, selfs. */
void netrows_port_key(char key[NETROWS_KEY_MAX], const char *path);

/* VLANs, groups and tunnels become devices of one kernel, called by the last part. */
void netrows_each_device(const struct object *o, type_key_fn *fn, void *arg);
/* A finding when another of them has the last part of o's name. */
void netrows_check_name(const struct object *o, const struct draft *d,
    struct diag *out);

/* ---- rows ---- */

#define NETROWS_APP	"there are no application services"
#define NETROWS_HOP	"replies go by the routes of the system"

extern const char *const netrows_hop_names[];	/* default, disabled, enabled */

#define NETROWS_DESCRIPTION_ROW(in)					\
	{ .name = "description", .kind = PROP_STRING,			\
	  .off = offsetof(in, description), .max = 4095,		\
	  .help = "text of the operator" }

#define NETROWS_APP_ROW							\
	REFUSED_TEXT("app-service", NULL, NETROWS_APP,			\
	    "the application service that owns it")

#define NETROWS_HOP_ROW							\
	REFUSED_CHOICE("auto-lasthop", netrows_hop_names, "default",	\
	    NETROWS_HOP, "send replies to the station that a packet came from")

#define NETROWS_MTU_ROW(in, deflt, text)				\
	{ .name = "mtu", .kind = PROP_U32, .off = offsetof(in, mtu),	\
	  .max = NETROWS_MTU_MAX, .dflt = deflt, .unit = "octets",	\
	  .check = netrows_check_mtu, .help = text }

/* what: whose number it is. 0 = no limit beside the group's. */
#define NETROWS_STATIONS_ROW(in, text)					\
	{ .name = "max-stations", .kind = PROP_U32, .flags = PROP_OURS,	\
	  .off = offsetof(in, max_stations), .max = 1048576,		\
	  .dflt = "0", .help = text }

#endif
