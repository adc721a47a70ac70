/* etherip/bpf/bpflane.h - the lane from a tunnel to its LAN's device, by which frames leap past
 * the kernel's stack (eipleap.bpf): may they, do they, and why not.
 *
 * Open it is where the devices say that they can (bpfleap.h), somebody hears what becomes of
 * frames (eipguard.bpf), and a first frame, which goes alone, has been taken. A device that
 * refuses one shuts it at once, in the kernel; it is tried again when the device has changed.
 * Frames that do not leap go the other way of the tier direct. Control loop.
 * Layer: etherip/bpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFLANE_H
#define ETHERIP_BPF_BPFLANE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "etherip/bpf/bpfleap.h"

struct bpfhome;
struct bpfkey_shared;

struct bpflane_ends {
	uint32_t slot, group;
	uint32_t lan;		/* interface; 0: frames go by the bridge */
	uint32_t by;		/* that packets come in by; 0: not known */
	bool	 wanted;	/* nobody has forbidden it */
};

/* Embedded in the owner; zeros: none. */
struct bpflane {
	bool	 may;		/* the programs are to be told so */
	mono_ns	 since;		/* a trial's frame is under way; 0: none was */
	uint32_t noted;		/* the interface that the guard knows of; 0: none */
	int	 refused;	/* errno of the last refusal; 0: none that was told */
	struct bpfleap_port port;
	char	 why[112];	/* frames may not; "": they may */
};

/* Looks at everything anew. */
void bpflane_renew(struct bpflane *l, struct bpfhome *h,
    const struct bpflane_ends *e);
/* The guard has shut it, for that reason; to be renewed next. */
void bpflane_shut(struct bpflane *l, int error);
/* Why frames do not leap now; "": they do. Of the object. */
const char *bpflane_why(struct bpflane *l, struct bpfhome *h, uint32_t slot);
/* There is none any more at that slot. */
void bpflane_drop(struct bpflane *l, struct bpfhome *h, uint32_t slot);

/* Tells the guard whether any lane is on trial; after all have been renewed. */
void bpflane_settle(struct bpfkey_shared *shared);

#endif
