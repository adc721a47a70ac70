/* etherip/path/groupnews.h - what a group hears from its threads and from its VLANs, and who is
 * told. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_GROUPNEWS_H
#define ETHERIP_PATH_GROUPNEWS_H

#include <stddef.h>
#include <stdint.h>

#include "etherip/bridge/fdb.h"

struct pathnote;
struct pathtunnel;
struct vgroup;

/* Tells of a station that is new, or has moved; of others nothing. */
void groupnews_seen(struct vgroup *g, const struct fdb_key *k, unsigned member,
    enum fdb_seen seen, unsigned was);
/* arg is the struct vgroup: a pathtunnel_note_fn. */
void groupnews_note(void *arg, struct pathtunnel *t, const struct pathnote *n,
    const uint8_t *octets);
/* arg is the struct groupport: a lanport_fn. A station may answer us alone, and then nothing
 * crosses a tunnel. */
void groupnews_lan(void *arg, const uint8_t *octets, size_t len);

#endif
