/* core/rest/reststats.h - the …/stats pages, in F5's nesting.
 * Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTSTATS_H
#define CORE_REST_RESTSTATS_H

#include <stdint.h>

struct draft;
struct json;
struct restplace;
struct restreply;
struct resttree_hooks;

/*
 * reststats_place - answers for a collection, an object, its items or one.
 *
 *	{kind, generation?, selfLink, entries: {URL: {nestedStats: {kind,
 *	selfLink, entries: {key: {value} or {description}}}}}}
 * URL of an entry, as on F5: pool/a/~Common~p:A/stats in the collection's page,
 * pool/a/~Common~p/~Common~p:A/stats in its own; of items alike behind
 * members/, where the name is vs:~Common~server. What comes after the last
 * name is the hook's word.
 */
void reststats_place(const struct resttree_hooks *h,
    const struct restplace *at, const struct draft *d, struct restreply *r);

/* Entries: "key": {"value": n} and "key": {"description": text}. */
void reststats_number(struct json *entries, const char *key, uint64_t n);
void reststats_text(struct json *entries, const char *key, const char *text);
/* The entries (taken) below a path, "/mgmt/tm/sys/clock/0", in those of what is
 * above it: URL: {"nestedStats": {"entries": …}}. */
void reststats_nest(struct json *entries, const char *path,
    struct json **inner);

#endif
