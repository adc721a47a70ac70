/* core/rest/reststream.h - a body that is made while it is sent: pieces of the
 * maker's size come out in the sizes that the taker has room for.
 * Layer: core/rest, pure. SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTSTREAM_H
#define CORE_REST_RESTSTREAM_H

#include <stddef.h>

struct restreply;
struct reststream;

/* Takes the reply's stream over. */
struct reststream *reststream_open(struct restreply *r);
void reststream_close(struct reststream **ps);

/* Copies up to max octets, and makes the next piece when the last is gone.
 * 0: it has ended. */
size_t reststream_read(struct reststream *s, char *to, size_t max);

#endif
