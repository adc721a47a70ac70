/* monitors/doubt.h - is it them, or us? What a prober makes of its control
 * targets, which are there to be reached when nothing else is.
 *
 * Before a target goes down the controls are asked once more. When half of them
 * answer, the way out is well and the target is not. When more than half don't,
 * the prober has lost sight: from then on nothing goes down, until the controls
 * are back, or until each target has been heard and most of them are well: then
 * the controls are gone by themselves and don't count. Without controls nothing
 * is doubted. Pure. Layer: monitors, may include core/base only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_DOUBT_H
#define MONITORS_DOUBT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum doubt_sight {
	DOUBT_CLEAR,
	DOUBT_LOST,		/* nothing may go down */
	DOUBT_ALONE,		/* controls are lost, most targets are not */
};

/* All zero at first: no controls, clear. */
struct doubt {
	enum doubt_sight sight;
	size_t		 controls;
	uint32_t	 round;		/* the controls' */
	size_t		 good, bad;	/* newest results of this round */
	bool		 asking;	/* somebody waits for the round */
	/* While sight is lost: */
	uint32_t	 loss;		/* number of this one */
	size_t		 standing;	/* targets that might go down, */
	size_t		 well, ill;	/* of these, by newest result */
	uint64_t	 withheld;	/* falls */
};

/* In each control, and in each target. All zero at first. */
struct doubt_control {
	uint32_t round;
	bool	 ok;
};
struct doubt_target {
	uint32_t loss;
	bool	 heard, ok;
};

/* There is one more, that has not answered yet. */
void doubt_add_control(struct doubt *d);
/* What it said does not count any more. True when sight is another one. */
bool doubt_drop_control(struct doubt *d, const struct doubt_control *c);

enum doubt_verdict { DOUBT_BELIEVE, DOUBT_WAIT, DOUBT_WITHHOLD };

/* A target would go down now. WAIT: until doubt_control gives the answer;
 * *ask is true when the controls are to be asked for it. */
enum doubt_verdict doubt_fall(struct doubt *d, bool *ask);

/* A control has answered, or not. True when that ends the waiting or changes
 * the sight; of a sight that is lost by it the caller tells the targets. */
bool doubt_control(struct doubt *d, struct doubt_control *c, bool ok);

/* Sight has been lost just now, and this target might go down; once for each. */
void doubt_stand(struct doubt *d, struct doubt_target *t);
/* A result of a target. True when it shows that the controls are lost alone. */
bool doubt_target(struct doubt *d, struct doubt_target *t, bool ok);
/* It is no target any more. */
void doubt_drop_target(struct doubt *d, const struct doubt_target *t);

#endif
