/* core/model/origin.h - names of the files that objects came from, kept for
 * the life of the process, so that objects may outlive the text they were read
 * from. A handful. One thread. Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_ORIGIN_H
#define CORE_MODEL_ORIGIN_H

/* The kept copy of file, the same one each time. NULL gives NULL. */
const char *origin_intern(const char *file);

#endif
