/* etherip/path/linkmsg.h - what is said to the kernel about interfaces and bridges: messages of
 * rtnetlink(7) as values. Who sends them is linuxbridge.h. Layer: etherip/path, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_LINKMSG_H
#define ETHERIP_PATH_LINKMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/io/routemsg.h"

/* Each fills m, which then asks to be acknowledged. Interfaces are meant by their index. */

/* EEXIST: there is an interface of that name. */
void linkmsg_make_bridge(struct routemsg *m, const char *name);
void linkmsg_remove(struct routemsg *m, unsigned index);
void linkmsg_set_up(struct routemsg *m, unsigned index);
void linkmsg_set_alias(struct routemsg *m, unsigned index, const char *alias);
void linkmsg_set_mac(struct routemsg *m, unsigned index, uint64_t mac);
/* master 0: it leaves the one that it has. */
void linkmsg_set_master(struct routemsg *m, unsigned index, unsigned master);
/* IPv6 makes itself no address there: it is a port, and silent. */
void linkmsg_set_no_ipv6(struct routemsg *m, unsigned index);
void linkmsg_set_isolated(struct routemsg *m, unsigned index, bool on);
/* A station that a bridge has learned behind that port. ENOENT: it has not. */
void linkmsg_forget(struct routemsg *m, unsigned index, uint64_t mac);

/* The question what an interface is; the answer is a link. */
void linkmsg_ask(struct routemsg *m, const char *name);
void linkmsg_ask_index(struct routemsg *m, unsigned index);

struct linkmsg_link {
	unsigned index, master;		/* 0: none */
	uint64_t mac;			/* 0: none, or no Ethernet's */
	char	 name[16], kind[16], alias[32];	/* cut where longer; "": none */
};

/* Reads an answer of len octets; false when it is none. */
bool linkmsg_read(const uint8_t *octets, size_t len, struct linkmsg_link *out);

#endif
