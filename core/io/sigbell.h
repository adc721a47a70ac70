/* core/io/sigbell.h - signals that ring a bell, an eventfd, so that whoever waits
 * for descriptors hears of them.
 *
 * One bell a signal in the whole process. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_SIGBELL_H
#define CORE_IO_SIGBELL_H

#include <stdbool.h>

/* Adds one to an eventfd that does not block. Any thread, and signal
 * handlers. */
void sigbell_ring(int bell);

/* From here on signo rings; nobody else has it (asserted). 0, or an errno. */
int sigbell_catch(int signo, int bell);
/* Did it come since the last look? Several close together are one. */
bool sigbell_seen(int signo);
/* Gives the signal its default effect back. */
void sigbell_forget(int signo);

#endif
