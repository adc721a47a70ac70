/* admin/rest/platform.h - what clients of iControl REST ask about the box before
 * they turn to the traffic manager: which version speaks, is gtm provisioned,
 * which self addresses are there.
 *
 * Layer: admin/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_PLATFORM_H
#define ADMIN_REST_PLATFORM_H

#include <stdbool.h>

struct response;

/* Answers GET of /mgmt/tm/sys, /mgmt/tm/sys/provision (and /gtm below it) and
 * /mgmt/tm/net/self. false: not one of these. */
bool platform_answer(const char *method, const char *path,
    struct response *r);

#endif
