/* core/rest/restresponse.h - a reply as what the HTTP library sends: headers,
 * and a body that is there or is made while it is sent. For restserver, and
 * with it the owner of libmicrohttpd. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTRESPONSE_H
#define CORE_REST_RESTRESPONSE_H

#include <stdbool.h>

struct MHD_Response;
struct restreply;

/* Takes the reply's stream, if it has one. last: the connection ends with it.
 * NULL when the library has no memory. */
struct MHD_Response *restresponse_make(struct restreply *r, bool last);

#endif
