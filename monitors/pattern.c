/* monitors/pattern.c - regcomp(3) behind pattern.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/pattern.h"

#include <regex.h>
#include <stdlib.h>

#include "core/base/err.h"
#include "core/base/mem.h"

struct pattern {
	regex_t	re;
};

struct pattern *
pattern_new(const char *text, struct err *e)
{
	struct pattern *p = mem_zalloc(1, sizeof(*p));
	char why[128];
	int rc = regcomp(&p->re, text, REG_EXTENDED | REG_NOSUB);

	if (rc == 0)
		return p;
	(void)regerror(rc, &p->re, why, sizeof(why));
	(void)err_set(e, ERR_PARSE, "\"%s\" is not a regular expression: %s",
	    text, why);
	free(p);
	return NULL;
}

void
pattern_free(struct pattern **pp)
{
	struct pattern *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	regfree(&p->re);
	free(p);
}

bool
pattern_match(const struct pattern *p, const void *octets, size_t len,
    bool partial)
{
	int flags = REG_STARTEND | (partial ? REG_NOTEOL : 0);
	regmatch_t span[1] = { { .rm_so = 0, .rm_eo = (regoff_t)len } };

	return regexec(&p->re, octets, 1, span, flags) == 0;
}
