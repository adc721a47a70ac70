/* gtmd/decide/choose_score.h - what measurements are worth, method by method: the
 * members of choose_method.score.
 *
 * Where high is better the value itself is the score. Where low is better it
 * is CHOOSE_SCORE_WHOLE / (value + 1): twice the load, half the share.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_CHOOSE_SCORE_H
#define GTMD_DECIDE_CHOOSE_SCORE_H

#include <stdbool.h>
#include <stdint.h>

struct metric_values;

/* The least common multiple of 1..40, so that shares of small loads come out
 * exactly. Loads that differ have scores that differ up to some 7 * 10^7. */
#define CHOOSE_SCORE_WHOLE	UINT64_C(5342931457063200)

/* Packets per second; low is best. */
uint64_t choose_score_packets(const struct metric_values *v,
    const uint32_t *qos);
/* 1,000 octets per second; low is best. */
uint64_t choose_score_kilobytes(const struct metric_values *v,
    const uint32_t *qos);
/* Connections at this moment; low is best. */
uint64_t choose_score_connections(const struct metric_values *v,
    const uint32_t *qos);
/* The server's CPU in use; low is best. */
uint64_t choose_score_cpu(const struct metric_values *v, const uint32_t *qos);
/* Nodes up behind the virtual server; high is best. */
uint64_t choose_score_capacity(const struct metric_values *v,
    const uint32_t *qos);
/* What the load balancer gives it; high is best. */
uint64_t choose_score_points(const struct metric_values *v,
    const uint32_t *qos);
/* The weighted sum of quality-of-service, in millionths: each value goes from 0
 * at its worst to 10 at its best, against an upper limit of F5's; what is not
 * known adds nothing, and who has nothing known of what is weighed has no
 * score. */
uint64_t choose_score_quality(const struct metric_values *v,
    const uint32_t *qos);
/* One value of it: 0 at its worst to 10,000,000 at its best, and no more beyond
 * upper. low: less is better. */
uint64_t choose_score_term(uint64_t value, uint64_t upper, bool low);

#endif
