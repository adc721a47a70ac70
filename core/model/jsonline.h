/* core/model/jsonline.h - a JSON document as one line, without blanks.
 *
 * What replies, events and records are made of, so it is written straight into
 * a buffer: a write and a copy of each octet, no table of where one has been.
 * To the octet what jansson writes with JSON_COMPACT. Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_JSONLINE_H
#define CORE_MODEL_JSONLINE_H

struct json;
struct strbuf;

/* More levels than any document has that is read (JSON_DEPTH_MAX) and put into
 * one of ours. */
#define JSONLINE_DEPTH_MAX	64

/* Adds j to b; it has JSONLINE_DEPTH_MAX levels at most. */
void jsonline_write(struct strbuf *b, const struct json *j);

#endif
