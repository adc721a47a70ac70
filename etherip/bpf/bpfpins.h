/* etherip/bpf/bpfpins.h - the folder on a BPF file system where what is ours in the kernel has
 * names, by which it outlives the process. Layer: etherip/bpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFPINS_H
#define ETHERIP_BPF_BPFPINS_H

#include <stdbool.h>

#define BPFPINS_PATH	512	/* octets of a path */

/* Is the last part of it that is there on a BPF file system? Then the rest is made. */
bool bpfpins_make(const char *pins);
/* The path of a name in it, which begins with "eip_"; cut where it is too long. ret path. */
const char *bpfpins_path(char path[BPFPINS_PATH], const char *pins,
    const char *name);
/* Takes all names of ours away, and the folder: things go with who has them open. */
void bpfpins_remove(const char *pins);

#endif
