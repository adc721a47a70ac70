/* gtmd/control/control_load.h - "load sys config" on the control socket: whole
 * configurations checked, merged, or put in the place of what counts.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_LOAD_H
#define GTMD_CONTROL_CONTROL_LOAD_H

#include <stddef.h>

struct control_config;
struct restreply;
struct restrequest;
struct resttree;

/* Octets of a request that brings a configuration along. */
#define CONTROL_LOAD_MAX	((size_t)16 << 20)

/*
 * control_load - POST /mgmt/tm/sys/config {"command": "load", …}
 *
 *	"options": [{"file": "x.conf"}, {"merge": ""}, {"verify": ""},
 *	    {"lenient": ""}, {"from-terminal": ""}], "text": "gtm pool a …"
 *
 * Without file and text the configuration file is read anew, as SIGHUP does
 * (verify: only checked). With text, file is what findings call it; without, a
 * file that stands beside the configuration file and ends in .conf, and nothing
 * else. Draft, check, durable commit and publish are one step: all of it
 * counts, or nothing. verify and refusals change nothing.
 *
 * The answer tells each finding with its place: "findings": [{level, file,
 * line, column, message}], and "errors", "warnings"; the first 1,000 of them.
 */
void control_load(const struct control_config *c, struct resttree *t,
    const struct restrequest *q, struct restreply *r);

#endif
