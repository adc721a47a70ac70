/* core/rest/restintake.c - see restintake.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/restintake.h"

#include <string.h>

#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"

static size_t
bound_of(const struct restintake_room *r, const char *target)
{
	for (; r != NULL && r->path != NULL; r++) {
		size_t len = strlen(r->path);

		if (strncmp(target, r->path, len) == 0 &&
		    (target[len] == '\0' || target[len] == '?'))
			return r->body_max;
	}
	return RESTREQUEST_BODY_MAX;
}

void
restintake_init(struct restintake *in, struct restintake_limits *l,
    const char *target)
{
	*in = (struct restintake){ .limits = l,
	    .max = bound_of(l->rooms, target) };
	strbuf_init(&in->text);
}

void
restintake_fini(struct restintake *in)
{
	if (in->roomy)
		in->limits->roomy--;
	strbuf_fini(&in->text);
}

enum restintake_verdict
restintake_announce(const struct restintake *in, uint64_t len)
{
	return len > in->max ? RESTINTAKE_LARGE : RESTINTAKE_FINE;
}

void
restintake_add(struct restintake *in, const char *data, size_t len)
{
	size_t sum = in->text.len + len;

	if (sum > RESTREQUEST_BODY_MAX && sum <= in->max && !in->roomy) {
		in->crowded = in->crowded ||
		    in->limits->roomy >= RESTINTAKE_ROOMY_MAX;
		in->roomy = !in->crowded;
		in->limits->roomy += in->roomy;
	}
	in->large = in->large || sum > in->max;
	if (!in->large && !in->crowded)
		strbuf_add_len(&in->text, data, len);
}

enum restintake_verdict
restintake_end(const struct restintake *in)
{
	return in->crowded ? RESTINTAKE_CROWDED :
	    in->large ? RESTINTAKE_LARGE : RESTINTAKE_FINE;
}

void
restintake_refuse(const struct restintake *in, enum restintake_verdict why,
    struct restreply *r)
{
	if (why == RESTINTAKE_CROWDED)
		(void)restreply_error(r, 503, "other large requests are under "
		    "way");
	else
		(void)restreply_error(r, 413, "the body is over %zu MiB",
		    in->max >> 20);
}
