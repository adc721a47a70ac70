/* core/rest/resttext.h - objects as canonical configuration text, for readers
 * who ask with ?text=list, or ?text=all for every property with the value that
 * counts: {"fullPath", "text"} of an object, {"items": [...]} of a collection.
 *
 * Secrets are left out, as in JSON. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTTEXT_H
#define CORE_REST_RESTTEXT_H

struct draft;
struct restplace;
struct restreply;

/* Answers a GET of a collection or an object; form is the parameter's value.
 * 400: another form, or a place that is an item. */
void resttext_read(const struct draft *d, const struct restplace *at,
    const char *form, struct restreply *r);

#endif
