/* gtmd/decide/choose_best.h - the candidate of the highest score, or all of them in
 * proportion to their scores: what the methods that measure have in common.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_CHOOSE_BEST_H
#define GTMD_DECIDE_CHOOSE_BEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtmd/decide/choose.h"

/* The best: those that share the highest score take turns. */
bool choose_best_admits(const struct choose_item *item);
size_t choose_best_room(const struct choose_item *items, size_t count);
choose_pick_fn *choose_best_compile(void *table,
    const struct choose_item *items, size_t count);
void choose_best_shares(const struct choose_item *items, size_t count,
    double *out);
uint64_t choose_best_weights(const struct choose_weigh *w, uint64_t *out);
void choose_best_order(const struct choose_weigh *w, struct choose_order *out);

/* In proportion (dynamic-ratio), by the rotation of choose_ratio: scores that
 * have no common divisor which brings them below 65536 are rounded to 1/65535
 * of the highest. A score of 0 is no share. */
bool choose_best_spread_admits(const struct choose_item *item);
size_t choose_best_spread_room(const struct choose_item *items, size_t count);
choose_pick_fn *choose_best_spread_compile(void *table,
    const struct choose_item *items, size_t count);
void choose_best_spread_shares(const struct choose_item *items, size_t count,
    double *out);

#endif
