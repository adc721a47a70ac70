/* etherip/path/devname.h - the interface of an object: called as it is, where Linux allows that
 * (15 octets, no blanks, slashes or colons), else by a name derived from it.
 * Layer: etherip/path, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_DEVNAME_H
#define ETHERIP_PATH_DEVNAME_H

#define DEVNAME_MAX	16	/* with the NUL: IFNAMSIZ */

/* The last part of a name with slashes counts. The same name gives the same interface, always
 * and everywhere; two long ones that begin alike give two. Returns out. */
const char *devname_of(const char *name, char out[DEVNAME_MAX]);

#endif
