/* core/model/statelock.h - one process per state directory.
 * Layer: core/model, may include core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_STATELOCK_H
#define CORE_MODEL_STATELOCK_H

struct err;

/* Takes DIR/lock (flock(2)) and writes our process id into it; makes dir when
 * it is missing. ret a descriptor that holds the lock until it is closed, or
 * ERR_BUSY with the holder's process id in the sentence, ERR_IO, ERR_NOSPACE. */
int statelock_open(const char *dir, struct err *e);

/* We hold the lock from now on with a descriptor that its holder gave us: our
 * process id into it. ret 0, ERR_IO or ERR_NOSPACE. */
int statelock_inherit(int fd, struct err *e);

#endif
