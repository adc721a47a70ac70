/* monitors/suspect.h - instances that would go down wait here until the controls
 * have said whose fault it is (doubt.h).
 *
 * The scheduler's: it brings each result here first, asks the controls when told
 * to, and hands on what is let go. Without controls it costs a comparison.
 * Control loop only. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_SUSPECT_H
#define MONITORS_SUSPECT_H

#include <stdbool.h>

#include "core/base/clock.h"
#include "core/base/list.h"
#include "monitors/doubt.h"

struct instance;
struct probe_result;

/* What the scheduler does for it. */
struct suspect_host {
	/* A control is to be asked at once, if it is not being asked. */
	void	(*ask)(void *arg, struct instance *control);
	/* What i was kept waiting with: its result, or NULL for a deadline;
	 * believed, or to be withheld. */
	void	(*release)(void *arg, struct instance *i,
		    const struct probe_result *r, bool believed);
	/* Sight is lost: suspect_stand for each target; or it is clear again. */
	void	(*lost)(void *arg);
	void	(*clear)(void *arg);
	/* What suspect_view tells has changed. */
	void	(*changed)(void *arg);
	void	*arg;
};

struct suspect {
	struct suspect_host host;
	struct doubt	 doubt;
	struct list	 controls;	/* instance.suspect */
	struct list	 parked;	/* likewise */
	bool		 letting_go;
	uint64_t	 withheld;	/* falls, ever */
};

/* What people are told. */
struct suspect_view {
	bool	 doubting;		/* sight is lost, and something would
					 * have gone down */
	uint32_t controls, silent;
	uint64_t withheld;		/* falls, ever */
};

void suspect_init(struct suspect *s, const struct suspect_host *host);

/* i has come, is going: one of the controls, or a target. */
void suspect_join(struct suspect *s, struct instance *i);
void suspect_leave(struct suspect *s, struct instance *i);
/* i may go down: for suspect_host.lost. */
void suspect_stand(struct suspect *s, struct instance *i);

enum suspect_say { SUSPECT_GO_ON, SUSPECT_WITHHOLD, SUSPECT_PARKED };

/* A result of i, or NULL when its time without success may be over. PARKED: it
 * is released later. A newer result takes the place of what is parked. */
enum suspect_say suspect_judge(struct suspect *s, struct instance *i,
    const struct probe_result *r, mono_ns now);

/* Now and then: while sight is lost the controls are asked again. */
void suspect_pulse(struct suspect *s);

/* Fills out; cheap. */
void suspect_view(const struct suspect *s, struct suspect_view *out);

#endif
