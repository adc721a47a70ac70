/* core/io/notify.h - tells the service manager how far we are (sd_notify(3)'s
 * protocol: one datagram to the socket named by NOTIFY_SOCKET), and has it keep
 * descriptors for the next process (FDSTORE, sd_listen_fds(3)). Without a
 * manager nothing happens. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_NOTIFY_H
#define CORE_IO_NOTIFY_H

#include <stdbool.h>

/* Is there a socket to tell a manager by? */
bool notify_is_managed(void);

/* state is "READY=1", "RELOADING=1", "STOPPING=1", "STATUS=…", or several,
 * one a line. Weather: a manager that does not listen is not our trouble. */
void notify_send(const char *state);

/* RELOADING=1 with the monotonic time that Type=notify-reload asks for. */
void notify_reloading(void);

/* The manager keeps a duplicate of fd under this name (graphic, no colon, at
 * most 255 octets), as long as the service is not stopped and the unit's
 * FileDescriptorStoreMax has room; nobody is told if it has not. */
void notify_store(const char *name, int fd);
/* It keeps nothing under this name any more. */
void notify_unstore(const char *name);

/* Hands over, once, what the manager has given to this process (LISTEN_FDS, meant for us by
 * LISTEN_PID): each descriptor, close-on-exec now, is fn's, with its name ("unknown": it has
 * none). Before there are threads: the environment changes. */
void notify_each_stored(void (*fn)(void *arg, const char *name, int fd),
    void *arg);

#endif
