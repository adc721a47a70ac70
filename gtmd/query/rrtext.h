/* gtmd/query/rrtext.h - a record of a message as text, for people. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_RRTEXT_H
#define GTMD_QUERY_RRTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rbuf;
struct strbuf;

/* Appends "www.example. 60 IN A 192.0.2.1" and moves past the record; its names
 * may point back into r. False: r->bad, what was appended is a part of it. */
bool rrtext_read(struct rbuf *r, struct strbuf *b);

/* Appends the data of a record that has no compressed names: an address, a
 * name, else as RFC 3597 section 5 writes what it does not know. */
void rrtext_data(uint16_t type, const uint8_t *data, size_t len,
    struct strbuf *b);

#endif
