/* gtmd/drive/qmpmirror.h - the disks of a machine that moves: each mirrored to the
 * other QEMU, until both are the same.
 *
 * Pure. Layer: gtmd/drive, may include core/{base,model}.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DRIVE_QMPMIRROR_H
#define GTMD_DRIVE_QMPMIRROR_H

#include "gtmd/drive/qmpmove.h"

/* Has each disk one of its name and size at the other side? Else step is the
 * end. */
bool qmpmirror_fit(const struct qmpmove *m, struct qmpstep *step);
/* What it takes until each disk has its mirror and all are the same; false when
 * they are, and step is as it was. */
bool qmpmirror_prepare(struct qmpmove *m, struct qmpstep *step);
/* The machine stands for its switch. Has each mirror been let go with both disks
 * the same? Else step lets go of the next; or gives up the move, where one has
 * failed or is not known of. */
bool qmpmirror_end(const struct qmpmove *m, struct qmpstep *step);

enum qmpmirror_state { QMPMIRROR_LIVE, QMPMIRROR_UNREADY, QMPMIRROR_ENDED };

/* Of ours the first that is in that state; NULL: none. */
const struct qmpseen_job *qmpmirror_first(const struct qmpmove *m,
    enum qmpmirror_state state);

#endif
