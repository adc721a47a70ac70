/* admin/rest/enrol.h - the first password of all, for whom has the token of this
 * start (claim.h): POST /mgmt/shared/authn/setup.
 *
 * Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_ENROL_H
#define ADMIN_REST_ENROL_H

struct ask;
struct gate;
struct json;
struct response;

#define ENROL_PATH	"/mgmt/shared/authn/setup"

/* There is no user: makes the token, and tells the log and nobody else. */
void enrol_begin(struct gate *g);

/* {"token": …, "username": "admin", "password": …}: makes that user, an admin,
 * and answers as a log-in does. A wrong token counts as a wrong password. */
void enrol_answer(struct gate *g, const struct ask *q,
    const struct json *body, struct response *r);

#endif
