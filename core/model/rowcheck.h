/* core/model/rowcheck.h - checks of one value that rows of many tables want (struct
 * prop, check). Layer: core/model, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_ROWCHECK_H
#define CORE_MODEL_ROWCHECK_H

struct err;
struct prop;

/* Of an ADDR, and of a text or each word of a list: one host's address. ERR_PARSE,
 * or ERR_RANGE when it is nobody's, a group's or everybody's. */
int rowcheck_address(const struct prop *p, const void *value, struct err *e);
int rowcheck_host(const struct prop *p, const void *value, struct err *e);

/* Of a text: a file or folder, from the root on. ERR_PARSE. */
int rowcheck_path(const struct prop *p, const void *value, struct err *e);

#endif
