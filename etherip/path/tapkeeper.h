/* etherip/path/tapkeeper.h - who has our TAPs open while this process is replaced by another, so
 * that they keep their carrier and no frame is lost: the service manager where there is one
 * (core/io/notify.h), else a process of ours (tapholder.h).
 *
 * Weather: without one a restart costs some frames, and the log says so. Of the loop's
 * thread. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_TAPKEEPER_H
#define ETHERIP_PATH_TAPKEEPER_H

#include <stdbool.h>

struct err;
struct loop;
struct tapkeeper;

/* Finds the manager and takes what it has for us, or starts a process: before there are
 * threads. path: of the socket where the next one asks for the TAPs; in a folder that no
 * other etheripd uses. */
struct tapkeeper *tapkeeper_new(const char *path);
/* What was kept is kept on for the seconds of tapkeeper_grace. Takes *pk; NULL is harmless. */
void tapkeeper_free(struct tapkeeper **pk);

/* Asks the process of an etheripd before us for its TAPs; it lets go of them when we settle,
 * or its time is over. The folder of the path is ours by now. */
void tapkeeper_take(struct tapkeeper *k);
/* The TAP of that name that was taken over: the caller's from here on, and not judged. -1: none. */
int tapkeeper_find(struct tapkeeper *k, const char *name);

/* fd, which stays the caller's, is a TAP of that name, and kept from now on. */
void tapkeeper_keep(struct tapkeeper *k, const char *name, int fd);
/* It is kept no longer. */
void tapkeeper_drop(struct tapkeeper *k, const char *name);
/* So long after our end; 0 (and until this is called): not at all. */
void tapkeeper_grace(struct tapkeeper *k, unsigned grace_s);
/* The first configuration is complete: what nobody has asked for goes, and who comes after us
 * finds what we keep. l watches the process that keeps it. */
void tapkeeper_settle(struct tapkeeper *k, struct loop *l);

/* Would the TAPs outlast us? */
bool tapkeeper_keeps(const struct tapkeeper *k);

/* Ends the process that listens at path, and waits for that. */
void tapkeeper_end(const char *path);

#endif
