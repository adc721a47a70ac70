/* wom/types/womrows.h - what rows of several wom tables share: checks of one
 * value, and the words for where an object came from.
 * Layer: wom/types, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TYPES_WOMROWS_H
#define WOM_TYPES_WOMROWS_H

#include "core/model/refusedrow.h"

struct err;

/* Interfaces go by a name or an alternative name (ip-link(8), altname). */
#define WOMROWS_INTERFACE_MAX	127

#define WOMROWS_DOMAIN_MAX	64	/* octets of a trust domain's name */

/* How an object came to be, as F5 has it. What was discovered is gone with the
 * process; auto-save makes it persistable, an operator manually-saved, and then
 * it stays. */
enum womrows_origin {
	WOMROWS_CONFIGURED, WOMROWS_DISCOVERED, WOMROWS_MANUALLY_SAVED,
	WOMROWS_PERSISTABLE
};

extern const char *const womrows_origin_names[];	/* in that order */

/* Checks of rows (struct prop), beside those of rowcheck.h. Of words and texts: a
 * network without bits past its length, an interface. */
int womrows_check_network(const struct prop *p, const void *value,
    struct err *e);
int womrows_check_interface(const struct prop *p, const void *value,
    struct err *e);
/* Of a text: the name of a trust domain, which crosses the WAN. */
int womrows_check_domain(const struct prop *p, const void *value,
    struct err *e);
/* Of the ENUM snat, of local and remote endpoints: "local" is refused. */
int womrows_check_snat(const struct prop *p, const void *value,
    struct err *e);

#define WOMROWS_APP	"there are no application services"
#define WOMROWS_TUNNEL	"a tunnel is TLS over TCP, and in nothing else"

#define WOMROWS_DESCRIPTION_ROW(in)					\
	{ .name = "description", .kind = PROP_STRING,			\
	  .off = offsetof(in, description), .max = 4095,		\
	  .help = "text of the operator" }

#define WOMROWS_APP_ROW							\
	REFUSED_TEXT("app-service", NULL, WOMROWS_APP,			\
	    "the application service that owns it")

#define WOMROWS_ORIGIN_ROW(in)						\
	{ .name = "origin", .kind = PROP_ENUM,				\
	  .off = offsetof(in, origin), .names = womrows_origin_names,	\
	  .dflt = "configured", .help = "discovered is not kept over a "	\
	  "restart; persistable and manually-saved are" }

/* types: the words of ip-encap-type; deflt: its default. */
#define WOMROWS_ENCAP_ROWS(types, deflt)				\
	REFUSED_NUMBER("ip-encap-mtu", "0", "octets", WOMROWS_TUNNEL,	\
	    "longest packet in such a tunnel"),				\
	REFUSED_TEXT("ip-encap-profile", NULL, WOMROWS_TUNNEL,		\
	    "settings of such a tunnel"),				\
	REFUSED_CHOICE("ip-encap-type", types, deflt, WOMROWS_TUNNEL,	\
	    "IP tunnel around the tunnel")

#define WOMROWS_TUNNEL_PORT_ROW(in, text)				\
	{ .name = "tunnel-port", .kind = PROP_U32,			\
	  .off = offsetof(in, tunnel_port), .min = 1, .max = 65535,	\
	  .dflt = "443", .help = text }

#endif
