/* wom/link/routeset.h - the networks that one site tells another one of, and
 * whether an address is in them.
 *
 * Of several that an address is in the longest decides, and where that is an
 * exclusion the address is in none. An immutable value, so any thread may ask; who
 * has it where is its owner's business. Pure. Layer: wom/link.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LINK_ROUTESET_H
#define WOM_LINK_ROUTESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct addr;
struct err;
struct linkopen;
struct linkroute;
struct routeset;

/* A copy of count routes; of those to one network an exclusion counts, else
 * the lowest metric. Bits past a prefix's length have to be zero, as
 * linkhello_read and addr_parse_prefix leave them. O(n log n). */
struct routeset *routeset_new(const struct linkroute *routes, size_t count);
/* Takes *sp; NULL is harmless. */
void routeset_free(struct routeset **sp);

/* The route that a is reached by; NULL: none, or it is excluded. s may be NULL,
 * which is no route. Cost: a binary search for each length of prefixes there
 * is. */
const struct linkroute *routeset_find(const struct routeset *s,
    const struct addr *a);

/* Told of each range of addresses that there is a route for, first and last
 * included; they ascend and do not touch. family: AF_INET, AF_INET6.
 * O(n log n). */
typedef void (*routeset_range_fn)(void *arg, const struct addr *first,
    const struct addr *last);
void routeset_each_range(const struct routeset *s, uint8_t family,
    routeset_range_fn fn, void *arg);

/* Could this be one host on a network, so that connections go there or come from
 * there? Not: unset, unspecified, loopback, multicast, broadcast, link-local,
 * reserved, IPv4 in IPv6's clothes. */
bool routeset_is_host(const struct addr *a);

/*
 * routeset_admit - may a peer have us open this connection?
 *
 * ours    what we tell that peer; the destination has to be in it
 * theirs  what that peer tells us; a source has to be in it (no source is our
 *         own address, and always fine)
 * ret     0, or ERR_DENIED with the reason in e
 * cost    two look-ups; no allocation
 */
int routeset_admit(const struct routeset *ours, const struct routeset *theirs,
    const struct linkopen *o, struct err *e);

#endif
