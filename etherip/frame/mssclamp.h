/* etherip/frame/mssclamp.h - the segment size that the ends of a TCP connection agree on (RFC
 * 9293 section 3.7.1) made to fit the tunnel. Layer: etherip/frame, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_FRAME_MSSCLAMP_H
#define ETHERIP_FRAME_MSSCLAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ethframe;

/* Of a frame with a SYN in it that says more than fits into IP packets of mtu octets (at
 * least 576; 1,280 for IPv6) the option is made so, and the checksum follows. A SYN without
 * the option counts on 536 (1,220) and is left alone, as are fragments and what is cut
 * short. True: it was changed. */
bool mssclamp(const struct ethframe *f, uint8_t *octets, size_t len,
    uint16_t mtu);

#endif
