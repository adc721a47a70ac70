/* gtmd/control/control_gauges.h - what is read off pages, as REST and Prometheus
 * tell it. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_GAUGES_H
#define GTMD_CONTROL_CONTROL_GAUGES_H

struct gauges;
struct json;
struct strbuf;

/* A list: of each page its monitor, address, path, what became of the last look
 * and since when, and of each reader what became of each number. For the caller
 * to free. */
struct json *control_gauges_json(const struct gauges *g);
/* Families of samples: looks and numbers by what became of them. */
void control_gauges_write(const struct gauges *g, struct strbuf *b);

#endif
