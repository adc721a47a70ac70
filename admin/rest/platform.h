/* admin/rest/platform.h - what clients of iControl REST ask about the box before
 * they turn to the traffic manager: which dialect is spoken, what is
 * provisioned, which time it is there, what it is made of.
 *
 * One table: a path, its kind, and what it says. All of it is only read.
 * Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_PLATFORM_H
#define ADMIN_REST_PLATFORM_H

#include <stdbool.h>

#include "admin/rest/bashline.h"
#include "core/base/clock.h"

struct response;

/* What is asked. */
struct platform_ask {
	const char	*method, *path;
	const char	*query;		/* NULL = none; $skip and $top count */
	real_s		 now;		/* the wall clock */
};

/* Answers below /mgmt/tm/sys, /mgmt/tm/net and /mgmt/tm/cm what the table
 * holds. false: not one of these. */
bool platform_answer(const struct platform_ask *q, struct response *r);

/* What a command that changes nothing prints; "" = nothing. The caller frees
 * it. */
char *platform_print(enum bashline_want want);

#endif
