/* gtmd/control/control_ledger.h - the resolver ledger, for people and programs.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_LEDGER_H
#define GTMD_CONTROL_CONTROL_LEDGER_H

#include <stdint.h>

struct ledger;
struct plan;
struct restreply;
struct restrequest;

#define CONTROL_LEDGER_LIMIT	100	/* clients told when nobody says how many */

/* GET …/ledger?wideip=NAME&limit=N&late=NETWORK: {"pools":[{"wideip":…,"type":"a",
 * "pool":…,"told":s ago,"cachedFor":s,"cached":true},…], "items":[clients, those
 * with the most answers first], "forgotten":n, "missed":n, "whole":true}. With
 * late also, of each pool, whether a visit from there now is explained by a
 * cache. Walks the whole ledger. */
void control_ledger_get(const struct ledger *l, const struct plan *p,
    const struct restrequest *q, struct restreply *r);

#endif
