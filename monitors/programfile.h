/* monitors/programfile.h - which programs monitors may run: those of one
 * folder, as long as nobody but root can change them.
 *
 * Who may write monitors chooses among programs that root has put there, and no
 * others; least of all a shell. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROGRAMFILE_H
#define MONITORS_PROGRAMFILE_H

struct err;

#define PROGRAMFILE_FOLDER	"/etc/gtm/monitors"

/* Another folder than that, for the whole process and before any other thread
 * runs; borrowed. An absolute path. */
void programfile_set_folder(const char *folder);
const char *programfile_folder(void);

/* The path that a monitor's run means: a file name, "/Common/NAME" as F5 has
 * it, or the whole path. The caller frees it. NULL with ERR_RANGE and a
 * sentence; nothing is asked of the file system. */
char *programfile_path(const char *run, struct err *e);
/* The same of another folder than monitors'. */
char *programfile_path_in(const char *folder, const char *run, struct err *e);

/*
 * programfile_check - may it run?
 *
 * in     path  as programfile_path made it
 * ret    0, or the errno that says it best, with a sentence in e (may be
 *        NULL): there is none, a part of the path is not root's, is a
 *        symbolic link, or may be written by others (but for folders with the
 *        sticky bit); it is no regular file or its mode lets nobody execute it
 */
int programfile_check(const char *path, struct err *e);

#endif
