/* core/io/confine.c - see confine.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/io/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <seccomp.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/obj.h"

/* ---- user and capabilities ---- */

static int
become(const char *name, struct err *e)
{
	const struct passwd *pw;

	errno = 0;
	pw = getpwnam(name);
	if (pw == NULL)
		return err_set(e, ERR_NOTFOUND, "there is no user %s", name);
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == -1 ||
	    initgroups(name, pw->pw_gid) == -1 || setgid(pw->pw_gid) == -1 ||
	    setuid(pw->pw_uid) == -1)
		return err_sys(e, errno, "becoming user %s", name);
	if (pw->pw_uid != 0 && setuid(0) == 0)
		return err_set(e, ERR_DENIED, "user %s can become root again",
		    name);
	return 0;
}

/* Only those that there are can be kept; nothing is inherited. */
static int
keep_caps(uint64_t caps, struct err *e)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &head, data) == -1)
		return err_sys(e, errno, "reading capabilities");
	for (size_t i = 0; i < 2; i++) {
		data[i].permitted &= (uint32_t)(caps >> 32 * i);
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &head, data) == -1)
		return err_sys(e, errno, "giving up capabilities");
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return 0;
}

int
confine_user(const char *name, uint64_t caps, struct err *e)
{
	int rc = name != NULL ? become(name, e) : 0;

	return rc != 0 ? rc : keep_caps(caps, e);
}

/* ---- calls ---- */

/* The sanitizers trace a child of their own at the end. */
#ifdef __has_feature
#define HAS_FEATURE(x)	__has_feature(x)
#else
#define HAS_FEATURE(x)	0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||	\
    HAS_FEATURE(address_sanitizer) || HAS_FEATURE(thread_sanitizer)
#define SANITIZED	true
#else
#define SANITIZED	false
#endif

static const int denied[] = {
	SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
	SCMP_SYS(kcmp), SCMP_SYS(pidfd_getfd),
	SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root),
	SCMP_SYS(chroot), SCMP_SYS(move_mount), SCMP_SYS(open_tree),
	SCMP_SYS(fsopen), SCMP_SYS(fsmount), SCMP_SYS(fsconfig),
	SCMP_SYS(fspick), SCMP_SYS(mount_setattr), SCMP_SYS(swapon),
	SCMP_SYS(swapoff), SCMP_SYS(unshare), SCMP_SYS(setns),
	SCMP_SYS(init_module), SCMP_SYS(finit_module),
	SCMP_SYS(delete_module), SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load), SCMP_SYS(reboot),
	SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd),
	SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter),
	SCMP_SYS(io_uring_register), SCMP_SYS(keyctl), SCMP_SYS(add_key),
	SCMP_SYS(request_key), SCMP_SYS(setuid), SCMP_SYS(setgid),
	SCMP_SYS(setreuid), SCMP_SYS(setregid), SCMP_SYS(setresuid),
	SCMP_SYS(setresgid), SCMP_SYS(setgroups), SCMP_SYS(setfsuid),
	SCMP_SYS(setfsgid), SCMP_SYS(open_by_handle_at), SCMP_SYS(acct),
	SCMP_SYS(quotactl), SCMP_SYS(settimeofday), SCMP_SYS(clock_settime),
	SCMP_SYS(adjtimex), SCMP_SYS(clock_adjtime), SCMP_SYS(sethostname),
	SCMP_SYS(setdomainname), SCMP_SYS(iopl), SCMP_SYS(ioperm),
	SCMP_SYS(syslog), SCMP_SYS(personality), SCMP_SYS(vhangup),
};

static int
add_rule(scmp_filter_ctx filter, int call)
{
	int rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0);

	/* These: this architecture has it not. */
	return rc == -EDOM || rc == -EFAULT ? 0 : rc;
}

static int
add_rules(scmp_filter_ctx filter, unsigned but)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < OBJ_COUNT(denied); i++)
		rc = add_rule(filter, denied[i]);
	if (rc == 0 && (but & CONFINE_BUT_BPF) == 0)
		rc = add_rule(filter, SCMP_SYS(bpf));
	return rc;
}

static scmp_filter_ctx
new_filter(uint32_t otherwise, struct err *e)
{
	scmp_filter_ctx filter;

	if (SANITIZED) {
		(void)err_set(e, ERR_UNSUPPORTED, "this build is for a "
		    "sanitizer, which needs more");
		return NULL;
	}
	filter = seccomp_init(otherwise);
	if (filter == NULL)
		(void)err_set(e, ERR_UNSUPPORTED, "there is no filter for "
		    "this architecture");
	return filter;
}

/* rc is what its rules have come to; frees it. */
static int
load_filter(scmp_filter_ctx filter, int rc, struct err *e)
{
	if (rc == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	if (rc == 0)
		return 0;
	return err_sys(e, -rc, "the kernel takes no filter of calls");
}

int
confine_calls(unsigned but, struct err *e)
{
	scmp_filter_ctx filter = new_filter(SCMP_ACT_ALLOW, e);

	return filter == NULL ? ERR_UNSUPPORTED :
	    load_filter(filter, add_rules(filter, but), e);
}

int
confine_only(const int *calls, size_t count, struct err *e)
{
	scmp_filter_ctx filter = new_filter(SCMP_ACT_ERRNO(EPERM), e);
	int rc = 0;

	if (filter == NULL)
		return ERR_UNSUPPORTED;
	for (size_t i = 0; rc == 0 && i < count; i++)
		if (calls[i] >= 0)
			rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i],
			    0);
	return load_filter(filter, rc, e);
}

/* ---- files ---- */

#define WRITES	((uint64_t)(LANDLOCK_ACCESS_FS_WRITE_FILE |		\
    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |	\
    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |	\
    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |	\
    LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |	\
    LANDLOCK_ACCESS_FS_MAKE_SYM))
/* truncate(2), which the first two versions knew nothing of; the headers may not, either. */
#define TRUNCATE	(UINT64_C(1) << 14)
#define TRUNCATE_SINCE	3

/* A folder that is not there cannot be written to anyway. */
static int
allow_folder(int rules, const char *folder, uint64_t writes, struct err *e)
{
	struct landlock_path_beneath_attr row = { .allowed_access = writes };
	int rc;

	if (folder == NULL)
		return 0;
	row.parent_fd = open(folder, O_PATH | O_CLOEXEC | O_DIRECTORY);
	if (row.parent_fd == -1)
		return 0;
	rc = (int)syscall(SYS_landlock_add_rule, rules,
	    LANDLOCK_RULE_PATH_BENEATH, &row, 0);
	if (rc == -1)
		rc = err_sys(e, errno, "%s", folder);
	(void)close(row.parent_fd);
	return rc;
}

static uint64_t
all_writes(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	return version >= TRUNCATE_SINCE ? WRITES | TRUNCATE : WRITES;
}

int
confine_files(const char *const *folders, size_t count, struct err *e)
{
	const uint64_t writes = all_writes();
	const struct landlock_ruleset_attr all = {
		.handled_access_fs = writes | LANDLOCK_ACCESS_FS_EXECUTE
	};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &all,
	    sizeof(all), 0);
	int rc = 0;

	if (rules == -1)
		return err_set(e, ERR_UNSUPPORTED, "this kernel has no "
		    "Landlock, or does not use it");
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = allow_folder(rules, folders[i], writes, e);
	if (rc == 0 && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    syscall(SYS_landlock_restrict_self, rules, 0) == -1))
		rc = err_sys(e, errno, "Landlock");
	(void)close(rules);
	return rc;
}
