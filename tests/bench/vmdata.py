#!/usr/bin/python3
"""Real data for a WAN optimiser, of Debian packages alone:

    a.mig b.mig c.mig   QEMU's migration stream of one running machine: its first move,
                        moments later, and after more work
    d.mig               that of another one, from the same disk image
    usr.tar usr.ext4    files of installed packages; the same as a raw disk image

    tests/bench/vmdata.py CACHE [--memory 1024] [--usr 600] [--work 60]

A Debian kernel (downloaded by apt-get, not installed) and an initramfs of busybox boot in
QEMU, by TCG, on the disk image. A content server of sorts then fills most of the memory
with files in several forms, serves, changes and replaces them, while others are packed
into archives. Where memory is not what it was the guest says so. What is in CACHE already
is not made again. --memory and --usr are MiB, --work is the seconds between b and c. The
guest has no network.
"""
import argparse
import glob
import os
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import time

from guest import Guest, GuestFailed

MODULES = ("virtio_pci", "virtio_blk", "ext4", "crc32c_generic")
# Packages by how much of Debian needs them, behind what the guest's load runs on.
RANKS = ("required", "important", "standard")
TOP_LINKS = ("bin", "lib", "lib64", "sbin")

INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for m in $(cat /modules/order); do insmod /modules/$m.ko; done
mount -t ext4 -o ro /dev/vda /disk || echo "guest: no disk"
mount -t tmpfs -o size=15% tmp /disk/tmp
mount -t proc proc /disk/proc
mount -t devtmpfs dev /disk/dev
cp /load.py /bin/busybox /disk/tmp/
echo "guest: up"
chroot /disk /tmp/busybox sh -c '
    while :; do
        for d in /usr/share/* /usr/lib/python3*/*; do
            /tmp/busybox tar cf - "$d" 2>/dev/null | /tmp/busybox gzip -1 >/tmp/new.tgz
            /tmp/busybox mv /tmp/new.tgz /tmp/old.tgz
        done
    done' &
seed=$(sed 's/.*seed=//' /proc/cmdline)
chroot /disk /usr/bin/python3 -I -S /tmp/load.py @ROOM@ "$seed"
echo "guest: the load ended"
sleep 1000
"""

LOAD = """
import hashlib, os, random, sys, zlib

ROOM = int(sys.argv[1]) << 20
chance = random.Random(int(sys.argv[2]))
paths = sorted(os.path.join(d, f) for d, _, files in os.walk("/usr") for f in files)
chance.shuffle(paths)
store, used, at = {}, 0, 0


def fetch():
    global used, at
    path, at = paths[at % len(paths)], at + 1
    try:
        with open(path, "rb") as f:
            octets = f.read(1 << 20)
    except OSError:
        return
    page = {"octets": bytearray(octets), "sum": hashlib.sha256(octets).hexdigest(), "hits": 0,
            "lines": octets[:1 << 16].split(b"\\n")}
    if chance.random() < 0.3:
        page["packed"] = zlib.compress(octets, 1)
    page["size"] = len(octets) + sum(map(len, page["lines"])) + len(page.get("packed", b""))
    used += page["size"] - store.get(path, {"size": 0})["size"]
    store[path] = page


while used < ROOM:
    fetch()
print("guest: full", flush=True)
names = list(store)
for turn in range(1 << 60):
    name = names[min(int(chance.expovariate(8) * len(names)), len(names) - 1)]
    page = store.get(name)
    if page is None:
        continue
    page["hits"] += 1
    luck = chance.random()
    if luck < 0.2 and page["octets"]:
        if page["sum"] != hashlib.sha256(page["octets"]).hexdigest():
            print("guest: WRONG octets of", name, flush=True)
        place = chance.randrange(len(page["octets"]))
        page["octets"][place:place + 16] = b"%016x" % turn
        page["sum"] = hashlib.sha256(page["octets"]).hexdigest()
    elif luck < 0.22:
        used -= store.pop(name)["size"]
        while used < ROOM:
            fetch()
        names = list(store)
    if turn % 1000 == 0:
        print("guest: turn", turn, flush=True)
"""


def run(argv, **kw):
    return subprocess.run(argv, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True, **kw).stdout


# -- files of packages ------------------------------------------------------------
def package_files(most):
    """Paths below /usr, of whole packages while there is room for them."""
    first = set(run(["apt-cache", "depends", "--recurse", "--installed", "--important",
                     "python3"]).splitlines())
    rows = [line.split() for line in run(["dpkg-query", "-W", "-f",
            "${binary:Package} ${Installed-Size} ${Priority} ${db:Status-Status}\n"]).splitlines()]
    rank = {name: i for i, name in enumerate(RANKS)}
    rows = sorted((row[0].split(":")[0] not in first, rank.get(row[2], 9), row[0], int(row[1]))
                  for row in rows if len(row) == 4 and row[3] == "installed")
    seen, total = set(), 0
    for _, _, package, kib in rows:
        if kib > most // 4096 or total + kib * 1024 > most:
            continue
        for path in run(["dpkg", "-L", package]).splitlines():
            path = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
            if not path.startswith("/usr/") or path in seen or not os.path.lexists(path):
                continue
            mode = os.lstat(path).st_mode
            if stat.S_ISREG(mode) or stat.S_ISLNK(mode):
                seen.add(path)
                total += os.lstat(path).st_size
    return sorted(seen)


def make_tar(path, most):
    with tarfile.open(path + ".part", "w", format=tarfile.GNU_FORMAT) as tar:
        for name in package_files(most):
            tar.add(name, arcname=name[1:], recursive=False)
    os.rename(path + ".part", path)


def make_disk(path, tar):
    stage = path + ".stage"
    shutil.rmtree(stage, ignore_errors=True)
    os.makedirs(stage)
    run(["tar", "-C", stage, "-xf", tar])
    for name in TOP_LINKS:
        os.makedirs(f"{stage}/usr/{name}", exist_ok=True)
        os.symlink(f"usr/{name}", f"{stage}/{name}")
    for name in ("dev", "proc", "sys", "tmp"):
        os.mkdir(f"{stage}/{name}")
    size = os.path.getsize(tar) * 5 // 4 + (96 << 20)
    run(["/sbin/mke2fs", "-q", "-F", "-t", "ext4", "-m", "0", "-d", stage, path + ".part",
         f"{size >> 10}k"])
    shutil.rmtree(stage)
    os.rename(path + ".part", path)


# -- kernel and initramfs -----------------------------------------------------------
def make_kernel(cache):
    """Unpacks the newest Debian kernel for virtual machines; its folder."""
    at = os.path.join(cache, "kernel")
    if not glob.glob(at + "/boot/vmlinuz-*"):
        told = run(["apt-cache", "depends", "linux-image-cloud-amd64"])
        package = re.search(r"Depends: (linux-image-\S+)", told).group(1)
        run(["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", package], cwd=cache)
        deb = glob.glob(f"{cache}/{package}_*.deb")[0]
        run(["dpkg-deb", "-x", deb, at])
        os.remove(deb)
    return at


def module_order(kernel, names=MODULES):
    """Files of these modules and of those that they need, each behind its own; built-in ones
    are left out."""
    files = {os.path.basename(p)[:-3].replace("-", "_"): p for p in
             glob.glob(kernel + "/lib/modules/*/kernel/**/*.ko", recursive=True)}
    order, ways = [], [(name, False) for name in reversed(names)]
    while ways:
        name, ready = ways.pop()
        if name not in files or name in order:
            continue
        if ready:
            order.append(name)
            continue
        with open(files[name], "rb") as f:
            needs = re.search(rb"\0depends=([^\0]*)\0", f.read()).group(1).decode()
        ways.append((name, True))
        ways += [(n.replace("-", "_"), False) for n in needs.split(",") if n]
    return [(name, files[name]) for name in order]


def cpio(entries):
    """An archive in the kernel's "newc" form of (name, mode, octets)."""
    out = bytearray()
    for i, (name, mode, octets) in enumerate([*entries, ("TRAILER!!!", 0, b"")]):
        fields = (i + 1, mode, 0, 0, 1, 0, len(octets), 0, 0, 0, 0, len(name) + 1, 0)
        out += b"070701" + b"".join(b"%08x" % v for v in fields) + name.encode() + b"\0"
        out += bytes(-len(out) % 4) + octets
        out += bytes(-len(out) % 4)
    return bytes(out)


def make_initramfs(path, kernel, room):
    def octets(name):
        with open(name, "rb") as f:
            return f.read()

    modules = module_order(kernel)
    entries = [(d, stat.S_IFDIR | 0o755, b"") for d in
               ("bin", "dev", "disk", "modules", "proc", "sys")]
    entries += [(f"modules/{n}.ko", stat.S_IFREG | 0o644, octets(p)) for n, p in modules]
    entries += [
        ("modules/order", stat.S_IFREG | 0o644, "\n".join(n for n, _ in modules).encode()),
        ("bin/busybox", stat.S_IFREG | 0o755, octets(shutil.which("busybox"))),
        ("load.py", stat.S_IFREG | 0o644, LOAD.encode()),
        ("init", stat.S_IFREG | 0o755, INIT.replace("@ROOM@", str(room)).encode()),
    ]
    with open(path, "wb") as f:
        f.write(cpio(entries))


# -- the machine ------------------------------------------------------------------------
def machine(cache, memory, seed=7):
    """A guest that is as loaded as it will be."""
    g = Guest(cache, "vmdata", cache, memory, [
        "-kernel", glob.glob(make_kernel(cache) + "/boot/vmlinuz-*")[0],
        "-initrd", cache + "/initramfs",
        "-append", f"console=ttyS0 quiet panic=-1 seed={seed}"])
    try:
        g.says("guest: up", 180)
        g.says("guest: full", 600)
        g.says("guest: turn 1000", 120)
    except BaseException:
        g.stop()
        raise
    return g


def move(cache, memory, work_s):
    g = machine(cache, memory)
    try:
        g.save(cache + "/a.mig")
        time.sleep(3)
        g.save(cache + "/b.mig")
        time.sleep(work_s)
        g.save(cache + "/c.mig")
    finally:
        g.stop()


def clone(cache, memory):
    g = machine(cache, memory, seed=8)
    try:
        g.save(cache + "/d.mig")
    finally:
        g.stop()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("cache")
    ap.add_argument("--memory", type=int, default=1024)
    ap.add_argument("--usr", type=int, default=600)
    ap.add_argument("--work", type=float, default=60)
    arg = ap.parse_args()
    cache = os.path.abspath(arg.cache)
    os.makedirs(cache, exist_ok=True)
    if not os.path.exists(cache + "/usr.tar"):
        make_tar(cache + "/usr.tar", arg.usr << 20)
    if not os.path.exists(cache + "/usr.ext4"):
        make_disk(cache + "/usr.ext4", cache + "/usr.tar")
    missing = [n for n in "abcd" if not os.path.exists(f"{cache}/{n}.mig")]
    if missing:
        make_initramfs(cache + "/initramfs", make_kernel(cache), arg.memory * 2 // 5)
    if set(missing) & set("abc"):
        move(cache, arg.memory, arg.work)
    if "d" in missing:
        clone(cache, arg.memory)
    for name in ("a.mig", "b.mig", "c.mig", "d.mig", "usr.tar", "usr.ext4"):
        print(f"{name:10} {os.path.getsize(f'{cache}/{name}') / (1 << 20):8.1f} MiB")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except GuestFailed as failure:
        sys.exit(f"vmdata: {failure}")
