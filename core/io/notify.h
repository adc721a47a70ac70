/* core/io/notify.h - tells the service manager how far we are (sd_notify(3)'s
 * protocol: one datagram to the socket named by NOTIFY_SOCKET). Without a
 * manager nothing happens. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_NOTIFY_H
#define CORE_IO_NOTIFY_H

/* state is "READY=1", "RELOADING=1", "STOPPING=1", "STATUS=…", or several,
 * one a line. Weather: a manager that does not listen is not our trouble. */
void notify_send(const char *state);

/* RELOADING=1 with the monotonic time that Type=notify-reload asks for. */
void notify_reloading(void);

#endif
