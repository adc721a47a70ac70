#!/bin/sh
# vsphere.sh CONF - driver exec for VMware vSphere: moves machines between two ESX hosts of one
# vCenter with govc, as the deployment guide does: storage by Storage vMotion, then memory by
# vMotion.
#
# gtm-driver(7) is the contract. Put this into /etc/gtm/drivers, owned by root and writable by
# nobody else, and name it in both hypervisors:
#
#	gtm hypervisor /Common/esx-a {
#	    driver exec
#	    program "vsphere.sh /etc/gtm/vsphere.conf"
#	    user gtm-move
#	}
#
# CONF is read by this shell. It says where vCenter is and who asks (all that govc knows from
# its environment), and for each hypervisor its ESX host and its datastore, as paths of the
# inventory; letters and digits of the name, the rest as _:
#
#	export GOVC_URL=vcenter.example.com GOVC_USERNAME=gtm-move@vsphere.local
#	export GOVC_PASSWORD=...	# so that file is the user's alone, mode 400
#	folder=/Local/vm		# of the machines
#	host_Common_esx_a=/Local/host/migrate/esx-a.example.com
#	host_Common_esx_b=/Remote/host/migrate/esx-b.example.com
#	datastore_Common_esx_a=/Local/datastore/vmfs-a
#	datastore_Common_esx_b=/Remote/datastore/vmfs-b
#
# Both ESX hosts see both datastores while machines move (the guide's cross-mount), and their
# VMkernel ports for vMotion lead by womd. vCenter does the work, as tasks: they outlive this
# script, and who is asked next follows them. Both hosts stand in one vCenter; the guide's second
# mode, with two, takes "govc vm.migrate" of a later release and another script.
#
# Needs: govc, jq. SPDX-License-Identifier: Apache-2.0
# What stands in single quotes is jq's.
# shellcheck disable=SC2016
set -eu

GOVC=govc		# the configuration may say otherwise
POLL_S=2
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

# What the configuration has for a hypervisor: setting host_ "/Common/esx-a".
setting()
{
	name=$(printf '%s' "$1$2" | tr -c 'A-Za-z0-9' _)
	eval "printf '%s' \"\${$name:-}\""
}

vm=${folder:-vm}/$host
from_host=$(setting host "$from")
to_host=$(setting host "$to")
from_store=$(setting datastore "$from")
to_store=$(setting datastore "$to")
for place in "$from:$from_host" "$to:$to_host"; do
	[ -n "${place#*:}" ] || {
		say --arg reason "the configuration has no host for ${place%%:*}" \
		    '{result: "failed", reason: $reason}'
		exit 0
	}
done

# A property of an object, by its path or reference.
property()
{
	"$GOVC" object.collect -s "$1" "$2" 2>/dev/null || :
}

# The last part of where it runs, and of the one datastore that it has.
runs_at()
{
	ref=$(property "$vm" runtime.host)
	[ -z "$ref" ] || property "$ref" name
}

lies_at()
{
	refs=$(property "$vm" datastore)
	case $refs in
	""|*,*) echo several ;;
	*) property "$refs" name ;;
	esac
}

is_on()
{
	[ "$(property "$vm" runtime.powerState)" = poweredOn ]
}

is_there()
{
	[ "$(runs_at)" = "${to_host##*/}" ] && is_on
}

# The task that moves it, if there is one.
find_task()
{
	property "$vm" recentTask | tr ',' '\n' | while read -r task; do
		[ -n "$task" ] || continue
		case $(property "$task" info.state) in
		running|queued) ;;
		*) continue ;;
		esac
		case $(property "$task" info.descriptionId) in
		VirtualMachine.relocate|VirtualMachine.migrate) echo "$task"; break ;;
		esac
	done
}

# vCenter counts in percent. $1: the task, or nothing.
tell_progress()
{
	[ -n "$1" ] || return 0
	percent=$(property "$1" info.progress)
	[ -z "$percent" ] || printf '{"progress":%d,"total":100}\n' "$percent"
}

follow()
{
	while task=$(find_task) && [ -n "$task" ]; do
		tell_progress "$task"
		sleep "$POLL_S"
	done
}

# run ARGUMENTS...: a task that is under way is followed, else this one is begun.
run()
{
	if [ -n "$(find_task)" ]; then
		say '{note: "a task of vCenter is under way already"}'
		follow
		return 0
	fi
	"$GOVC" vm.migrate "$@" "$vm" >/dev/null &
	govc_pid=$!
	while kill -0 "$govc_pid" 2>/dev/null; do
		tell_progress "$(find_task)"
		sleep "$POLL_S"
	done
	# Its own words on standard error become the reason.
	wait "$govc_pid" || say '{note: "govc has ended with an error"}'
}

check()
{
	"$GOVC" about >/dev/null || failed "vCenter does not answer"
	[ -n "$(property "$to_host" name)" ] || failed "vCenter does not know $to_host"
	[ -z "$to_store" ] || [ -n "$(property "$to_store" name)" ] ||
	    failed "vCenter does not know $to_store"
	is_there && done_with "$host runs at $to already"
	is_on || failed "$host is not powered on"
	[ "$(runs_at)" = "${from_host##*/}" ] || failed "$host runs at $(runs_at), not at $from"
	done_with "$host runs at $from"
}

storage()
{
	[ -n "$storage" ] || done_with "$host has its disks in common"
	if [ -z "$from_store" ] || [ -z "$to_store" ]; then
		say '{result: "failed", reason: "the configuration has no datastore for both"}'
		exit 0
	fi
	[ "$(lies_at)" = "${to_store##*/}" ] || run -ds "$to_store"
	[ "$(lies_at)" = "${to_store##*/}" ] && done_with "the disks of $host are in $to_store"
	say '{result: "failed", retry: true}'
}

memory()
{
	is_there || run -host "$to_host"
	is_there && done_with "$host runs at $to"
	say '{result: "failed", retry: true}'
}

verify()
{
	is_there && done_with "$host runs at $to"
	failed "$host runs at $(runs_at)"
}

# Disks that are over there already go back: both hosts see them, but a machine and its disks
# belong at one site.
cancel()
{
	task=$(find_task)
	[ -z "$task" ] || "$GOVC" task.cancel "${task#Task:}" >/dev/null || :
	follow
	if is_there; then
		say --arg reason "$host runs at $to" '{result: "moved", reason: $reason}'
		exit 0
	fi
	if [ -n "$storage" ] && [ "$(lies_at)" != "${from_store##*/}" ]; then
		run -ds "$from_store"
		[ "$(lies_at)" = "${from_store##*/}" ] || {
			say '{result: "failed", retry: true}'
			exit 0
		}
	fi
	is_on && [ "$(runs_at)" = "${from_host##*/}" ] && done_with "$host runs at $from"
	verify
}

[ "$dry_run" != true ] || check
case $action in
check) check ;;
storage) storage ;;
memory) memory ;;
verify) verify ;;
cancel) cancel ;;
finish) is_there || verify
	done_with "vCenter leaves nothing of $host at $from" ;;
*) say --arg reason "no such action: $action" '{result: "failed", reason: $reason}' ;;
esac
