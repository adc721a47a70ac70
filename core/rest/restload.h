/* core/rest/restload.h - "load sys config" on the control socket: whole
 * configurations checked, merged, or put in the place of what counts.
 * Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTLOAD_H
#define CORE_REST_RESTLOAD_H

#include <stdbool.h>
#include <stddef.h>

struct diag;
struct restreply;
struct restrequest;
struct resttree;
struct store;

/* Octets of a request that brings a configuration along. */
#define RESTLOAD_MAX	((size_t)16 << 20)

/* Whose configuration; all borrowed. */
struct restload {
	const char	*daemon;	/* its name, in sentences and in the log */
	const char	*config_path;	/* configuration file */
	struct store	*store;
	struct resttree	*tree;
	/* Checks a file and what it names, and touches nothing. */
	int		(*verify)(const char *path, bool lenient,
			    struct diag *out);
	/* Reads the file anew, as SIGHUP does. */
	int		(*reload)(void *arg, struct diag *out);
	void		*arg;		/* of reload */
};

/*
 * restload_post - POST /mgmt/tm/sys/config {"command": "load", …}
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
void restload_post(const struct restload *c, const struct restrequest *q,
    struct restreply *r);

#endif
