/* tests/unit/etherip/types/netconf.h - what tests of net types start from.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_ETHERIP_TYPES_NETCONF_H
#define TESTS_UNIT_ETHERIP_TYPES_NETCONF_H

#include "core/model/type.h"
#include "etherip/types/net.h"
#include "tests/unit/core/model/confkit.h"

#define NET_EXPECT(cases)	CONFKIT_EXPECT(&net_schema, cases)
#define NET_HOLDS(text, type, name, v)					\
	CONFKIT_HOLDS(&net_schema, text, type, name, v)

/* One line each, so that those after them are easily counted. */
#define NET_TUNNEL(name, from, to)					\
	"net tunnels tunnel /Common/" name " { local-address " from	\
	" remote-address " to " }\n"
#define NET_EIP		NET_TUNNEL("eip", "10.133.64.245", "10.133.65.245")
#define NET_VLAN	"net vlan /Common/v1 { interfaces { eth1 { } } }\n"
#define NET_SELF(name, at, vlan)					\
	"net self /Common/" name " { address " at " vlan " vlan " }\n"
#define NET_GROUP(name, members)					\
	"net vlan-group /Common/" name " { members { " members " } }\n"

struct model;

/* All that a clean text says, as a model. */
struct model *netconf_model(const char *text);
/* What is found when it changes so, or when an object goes; for the caller to free. */
char *netconf_change(struct model *m, const char *text);
char *netconf_delete(struct model *m, const struct type *t, const char *name);

#endif
