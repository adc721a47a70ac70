/* tests/unit/etherip/bpf/bpflab.h - a laboratory of network namespaces: two sites with a host
 * each, a bridge, a TAP and a WAN between them.
 *
 *     h1 - [la  ga  wa] - [wb  gb  lb] - h2        TAPs: ta in the one, tb in the other
 *
 * One process has them all open and goes from one into the other. Nothing of it is left when
 * the process ends. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_ETHERIP_BPF_BPFLAB_H
#define TESTS_UNIT_ETHERIP_BPF_BPFLAB_H

#include <stdbool.h>

enum bpflab_place { BPFLAB_H1, BPFLAB_A, BPFLAB_B, BPFLAB_H2 };
#define BPFLAB_PLACES	4

struct bpflab {
	int home;		/* the namespace that the process comes from */
	int spaces[BPFLAB_PLACES];
	int taps[BPFLAB_PLACES];	/* of the sites; they read and write frames */
};

/* False: not allowed here, or not possible; nothing is left. WAN's MTU as told; hosts' 1500.
 * 10.0.0.1 and .2 are the hosts', fd00::1 and ::2 too; 192.0.2.1 and .2, 2001:db8::1 and ::2
 * the sites'. */
bool bpflab_make(struct bpflab *lab, unsigned wan_mtu);
void bpflab_free(struct bpflab *lab);
/* The process (its thread) is in that place from here on. */
void bpflab_go(const struct bpflab *lab, enum bpflab_place place);
/* Runs a command line of words without quotes. */
bool bpflab_run(const char *line);
/* A packet socket on a device of the present place, for frames that go out (or come in). */
int bpflab_listen(const char *device, bool outgoing);

#endif
