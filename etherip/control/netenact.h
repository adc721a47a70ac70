/* etherip/control/netenact.h - makes what a configuration asks for count: interfaces and
 * addresses, VLAN groups, routes, port lockdown. Only what differs is touched, so that frames
 * cross while a reload means something else.
 *
 * The gate of etheripd's store. What cannot be had (an interface that is not there, an
 * address that is not ours) does not refuse a configuration: it is told, and tried again until
 * it can. The control loop's. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_NETENACT_H
#define ETHERIP_CONTROL_NETENACT_H

#include <stdbool.h>
#include <stddef.h>

struct addr;
struct diag;
struct draft;
struct err;
struct groupwork;
struct loop;
struct moveroutes;
struct netenact;
struct netpair;
struct netplan;
struct restevents;
struct tapkeeper;

/* Borrowed. */
struct netenact_config {
	struct loop	*loop;
	struct restevents *events;	/* hears of tunnels; NULL = nobody */
	const char	*pins;		/* folder of a BPF file system, or NULL */
	struct tapkeeper *keeper;	/* of TAPs, while we are replaced; NULL = nobody */
	/* Called once, with the first configuration, before there are threads: what the
	 * process does not need is given up. NULL = nothing. */
	void		(*confine)(void *arg);
	void		*arg;
};

/* NULL with a sentence in e: there is no rtnetlink. Nothing runs before the first draft. */
struct netenact *netenact_new(const struct netenact_config *c, struct err *e);
/* What is in the kernel stays for the next process. Takes *pn; NULL is harmless. */
void netenact_free(struct netenact **pn);

/* As in struct store_gate; arg is the netenact. */
int netenact_prepare(void *arg, const struct draft *d, struct diag *out);
void netenact_settle(void *arg, bool made);

/* Of a pair, is this the active unit? It is from the start, and all that is changes. */
bool netenact_is_active(const struct netenact *n);
void netenact_set_active(struct netenact *n, bool active);
/* The failover link, whether there is one or not; borrowed. And how many stations behind tunnels
 * the other unit has told of, and addresses of those. */
struct netpair *netenact_pair(const struct netenact *n);
size_t netenact_mirrored(const struct netenact *n, size_t *addresses);
/* Each address that is the active unit's alone, and the interface where it is then. */
void netenact_floating(const struct netenact *n, void (*fn)(void *arg,
    const struct addr *addr, const char *device), void *arg);

/* Who is asked of stations that move. */
struct moveroutes *netenact_moves(const struct netenact *n);
/* Why frames do not go inside the kernel; "": they may. */
const char *netenact_home_why(const struct netenact *n);

/* What counts; NULL before the first draft did. */
const struct netplan *netenact_plan(const struct netenact *n);
/* A group at work, by its full path, or that carries the tunnel of that path; NULL: none. */
struct groupwork *netenact_group(const struct netenact *n, const char *path);
struct groupwork *netenact_carrier(const struct netenact *n,
    const char *tunnel);
/* Each, in the order of their paths; NULL at the end. *at starts at 0. */
struct groupwork *netenact_next(const struct netenact *n, size_t *at);

/* Why an object ("self /Common/x", as struct netplan has it) is not as it should be; "": it
 * is. Of port lockdown: label NULL. */
const char *netenact_why(const struct netenact *n, const char *label);

/* Takes all that etheripd ever made out of the kernel: of this process, or of one before, in
 * this network namespace. 0, or the code of the first that did not go. */
int netenact_clear(const char *pins, struct err *e);

#endif
