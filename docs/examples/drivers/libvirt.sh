#!/bin/sh
# libvirt.sh CONF - driver exec for libvirt: moves machines between two hosts with virsh.
#
# gtm-driver(7) is the contract. Put this into /etc/gtm/drivers, owned by root and writable by
# nobody else, and name it in both hypervisors:
#
#	gtm hypervisor /Common/kvm-a {
#	    driver exec
#	    program "libvirt.sh /etc/gtm/libvirt.conf"
#	    user gtm-move
#	}
#
# CONF is read by this shell, and says for each hypervisor how its libvirtd is asked, and how
# the other one reaches it; letters and digits of the name, the rest as _:
#
#	uri_Common_kvm_a=qemu+ssh://root@kvm-a.local/system
#	uri_Common_kvm_b=qemu+ssh://root@kvm-b.remote/system
#	reach_Common_kvm_a=tcp://10.133.59.245:8002	# womd's listener for it; may be left out
#	reach_Common_kvm_b=tcp://10.133.60.245:8002
#
# The user's key is for those hosts, in its own ~/.ssh. Disks that are not shared go along with
# the memory (--copy-storage-all), in the step "memory": libvirt has no way to do them before.
# The move runs between the two libvirtds (--p2p): it outlives this script, and who is asked next
# follows it.
#
# Needs: virsh, jq. SPDX-License-Identifier: Apache-2.0
# What stands in single quotes is jq's.
# shellcheck disable=SC2016
set -eu

VIRSH=virsh		# the configuration may say otherwise
POLL_S=1
# shellcheck source=/dev/null
. "$1"

# The order, quoted for this shell.
action='' host='' storage='' from='' to='' dry_run=''
eval "$(jq -r '@sh "action=\(.action) host=\(.host.name) storage=\(.host.storage // "")",
    @sh "from=\(.from.name) to=\(.to.name) dry_run=\(.dryRun)"')"

# One line of the contract; jq escapes.
say()
{
	jq -cn "$@"
}

done_with()
{
	say --arg reason "$1" '{result: "done", reason: $reason}'
	exit 0
}

failed()
{
	say --arg reason "$1" '{result: "failed", reason: $reason, retry: true}'
	exit 0
}

# What the configuration has for a hypervisor: setting uri, "/Common/kvm-a".
setting()
{
	name=$(printf '%s' "$1$2" | tr -c 'A-Za-z0-9' _)
	eval "printf '%s' \"\${$name:-}\""
}

from_uri=$(setting uri "$from")
to_uri=$(setting uri "$to")
reach=$(setting reach "$to")
for place in "$from:$from_uri" "$to:$to_uri"; do
	[ -n "${place#*:}" ] || {
		say --arg reason "the configuration has no uri for ${place%%:*}" \
		    '{result: "failed", reason: $reason}'
		exit 0
	}
done

at_from()
{
	"$VIRSH" -q -c "$from_uri" "$@"
}

at_to()
{
	"$VIRSH" -q -c "$to_uri" "$@"
}

# "running", "shut off", ...; "none" when there is no such machine, or nobody answers.
state_at()
{
	{ "$1" domstate "$host" 2>/dev/null || echo none; } | sed '/^$/d'
}

is_there()
{
	[ "$(state_at at_to)" = running ] && [ "$(state_at at_from)" != running ]
}

# Is a move under way? (Of libvirt's jobs, moves and saves alone are unbounded.)
is_moving()
{
	at_from domjobinfo "$host" 2>/dev/null | grep -q 'Job type:.*Unbounded'
}

# "data_processed 5", "data_processed: 5": octets, whichever way this virsh writes them.
tell_progress()
{
	at_from domjobinfo --rawstats "$host" 2>/dev/null | sed 's/:/ /' | awk '
		$1 == "data_total" { total = $2 }
		$1 == "data_processed" { octets = $2 }
		END { if (octets != "") printf "{\"progress\":%s,\"total\":%s}\n", octets, total }'
}

# Until no move is under way.
follow()
{
	while is_moving; do
		tell_progress
		sleep "$POLL_S"
	done
}

check()
{
	at_from version >/dev/null || failed "$from does not answer"
	at_to version >/dev/null || failed "$to does not answer"
	is_there && done_with "$host runs at $to already"
	state=$(state_at at_from)
	[ "$state" = running ] || failed "$host at $from is \"$state\""
	done_with "$host runs at $from"
}

move()
{
	is_there && done_with "$host runs at $to already"
	set -- --live --p2p --persistent --auto-converge
	[ -z "$storage" ] || set -- "$@" --copy-storage-all
	if is_moving; then
		say '{note: "a move is under way already"}'
		follow
	else
		at_from migrate "$@" "$host" "$to_uri" ${reach:+"$reach"} >/dev/null &
		virsh_pid=$!
		while kill -0 "$virsh_pid" 2>/dev/null; do
			tell_progress
			sleep "$POLL_S"
		done
		# Its own words on standard error become the reason.
		wait "$virsh_pid" || say '{note: "virsh has ended with an error"}'
	fi
	is_there && done_with "$host runs at $to"
	say '{result: "failed", retry: true}'
}

verify()
{
	is_there && done_with "$host runs at $to"
	failed "$host is \"$(state_at at_from)\" at $from and \"$(state_at at_to)\" at $to"
}

cancel()
{
	! is_moving || at_from domjobabort "$host" || :
	follow
	if is_there; then
		say --arg reason "$host runs at $to" '{result: "moved", reason: $reason}'
	elif [ "$(state_at at_from)" = running ]; then
		done_with "$host runs at $from"
	else
		verify
	fi
}

# What is left here is a description of a machine that does not run.
finish()
{
	is_there || verify
	[ "$(state_at at_from)" != "shut off" ] || at_from undefine "$host" --nvram >/dev/null ||
	    failed "what is left of $host at $from cannot be removed"
	done_with "nothing is left of $host at $from"
}

[ "$dry_run" != true ] || check
case $action in
check) check ;;
storage) is_there && done_with "$host runs at $to already"
	done_with "disks go along with the memory" ;;
memory) move ;;
verify) verify ;;
cancel) cancel ;;
finish) finish ;;
*) say --arg reason "no such action: $action" '{result: "failed", reason: $reason}' ;;
esac
