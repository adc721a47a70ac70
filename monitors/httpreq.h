/* monitors/httpreq.h - the octets of an http monitor's request.
 * Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_HTTPREQ_H
#define MONITORS_HTTPREQ_H

#include <stdbool.h>
#include <stddef.h>

struct httpreq {
	char	*octets;	/* owned */
	size_t	 len;
	bool	 head;		/* method HEAD: the reply has no body */
};

/*
 * httpreq_init - make the request that send stands for.
 *
 * in     send  with its escapes (escape.h); NULL sends nothing
 *        user, password  NULL = none
 * out    q     the octets of send as they are, but for two completions, both
 *              only when the first line names HTTP/1.x: a header section that
 *              no blank line ends gets one, as F5 does it (no server would
 *              answer before), and with user an Authorization header is added
 *              (RFC 7617 section 2) unless send has one
 */
void httpreq_init(struct httpreq *q, const char *send, const char *user,
    const char *password);
void httpreq_fini(struct httpreq *q);

#endif
