/* wom/types/isession.c - the property table of wom profile isession.
 *
 * Two names have other defaults than F5's, who can leave out what we always do:
 * data-encryption is enabled, port-transparency disabled. Layer: wom/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/isession.h"

#include <stddef.h>

#include "core/model/type.h"
#include "wom/types/womrows.h"

#define WORDS	"wom profile isession"

static const char *const target_names[] = {
	"virtual-match-all", "host-match-all", "host-match-no-isession",
	"none", NULL
};

static const struct prop isession_props[] = {
	{ .name = "adaptive-compression", .kind = PROP_BOOL,
	  .off = offsetof(struct isession, adaptive),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "the level goes up while the link is the bottleneck, and "
	      "down while the CPU is" },
	WOMROWS_APP_ROW,
	{ .name = "compression", .kind = PROP_BOOL,
	  .off = offsetof(struct isession, compression),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "what is not known at the far end goes through zstd, unless "
	      "that makes it longer" },
	REFUSED_LIST("compression-codecs", "there is one codec, zstd",
	    "codecs to choose from"),
	{ .name = "compression-level", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct isession, level), .min = 1, .max = 19,
	  .dflt = "1",
	  .help = "level of zstd; with adaptive-compression the first one" },
	REFUSED_FLAG("data-encryption", prop_disabled_enabled, "enabled",
	    "what crosses the WAN is in TLS 1.3 always", "encrypt streams"),
	{ .name = "deduplication", .kind = PROP_BOOL,
	  .off = offsetof(struct isession, deduplication),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "what the far end has had before is not sent again, as far "
	      "as wom deduplication is enabled" },
	{ .name = "deduplication-domain", .kind = PROP_STRING,
	  .flags = PROP_OURS, .off = offsetof(struct isession, domain),
	  .max = WOMROWS_DOMAIN_MAX, .check = womrows_check_domain,
	  .help = "streams are told apart by it: what went in one is not "
	      "known in another; none is one, too" },
	{ .name = "defaults-from", .kind = PROP_REF, .ref = WORDS,
	  .off = offsetof(struct isession, defaults_from),
	  .flags = PROP_ALWAYS | PROP_LOCAL, .dflt = "/Common/isession",
	  .help = "profile whose values count where none is given here" },
	REFUSED_NUMBER("deflate-compression-level", "1", NULL,
	    "there is one codec, zstd: see compression-level",
	    "level of deflate"),
	{ .name = "description", .kind = PROP_STRING, .flags = PROP_LOCAL,
	  .off = offsetof(struct isession, description), .max = 4095,
	  .help = "text of the operator" },
	{ .name = "mode", .kind = PROP_BOOL,
	  .off = offsetof(struct isession, enabled),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: connections of applications with this profile "
	      "pass by" },
	REFUSED_FLAG("port-transparency", prop_disabled_enabled, "disabled",
	    "all streams are in the tunnel, on its tunnel-port",
	    "cross the WAN on the port of the connection"),
	REFUSED_FLAG("reuse-connection", prop_disabled_enabled, "enabled",
	    "all streams share the connections of the tunnel",
	    "use a connection of the tunnel again"),
	REFUSED_CHOICE("target-virtual", target_names, "virtual-match-all",
	    "there are no virtual servers: the far end connects to where the "
	    "connection was going", "what takes it at the far end"),
	{ .name = NULL }
};

const struct type isession_type = {
	.words = WORDS,
	.title = "iSession profile",
	.naming = TYPE_NAMED,
	.size = sizeof(struct isession),
	.props = isession_props,
	.help = "what is done to the streams of an application",
};
