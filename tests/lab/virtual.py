"""Virtual machines: QEMU (by TCG), a Debian kernel and busybox, busy memory, a disk of their own,
and the application inside. gtmd moves them by driver qmp.

At each site there is a QEMU for each machine: one runs it, the other waits for it. Whichever
ends is started again and waits, as a service manager would have it.
"""
import fcntl
import glob
import json
import os
import re
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import threading
import time

from lib.etherip import LAN, mac
from lib.scene import Process, eventually, need

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench"))
import vmdata                           # noqa: E402  the path comes first

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 2, 0x1000
# What a guest's console says when something in it has died.
BROKEN = re.compile(r"BUG:.*|Oops.*|general protection fault.*|segfault.*|.*fatal signal.*|"
                    r"Kernel panic.*")
MODULES = ("virtio_pci", "virtio_blk", "virtio_net")
INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for m in $(cat /modules/order); do insmod /modules/$m.ko; done
word() { sed "s/.*$1=\\([^ ]*\\).*/\\1/" /proc/cmdline; }
name=$(word guest) room=$(word room)
ifconfig lo 127.0.0.1 up
ifconfig eth0 $(word address) netmask 255.255.255.0 up
# httpd lets nine wait. More come at once when a way has been closed for a while; a cookie that
# crosses a second SYN ends in RST, and a SYN that is lost comes again.
echo 0 >/proc/sys/net/ipv4/tcp_syncookies
mkdir -p /www /ram
echo $name >/www/index.html
httpd -h /www
nc -ll -p 7 -e cat &
mount -t tmpfs -o size=${room}m work /ram
disk=$(( $(cat /sys/class/block/vda/size) / 2048 )) at=0
while [ $at -lt $((room - 16)) ]; do
    n=$((room - 16 - at))
    [ $n -le $disk ] || n=$disk
    dd if=/dev/vda of=/ram/store bs=1M count=$n seek=$at conv=notrunc 2>/dev/null
    at=$((at + n))
done
echo "guest: full"
size=$(( (room - 17) * 256 )) n=0
while :; do
    dd if=/dev/urandom of=/ram/store bs=4k count=8 conv=notrunc \\
        seek=$(( ($n * 7919) % $size )) 2>/dev/null
    dd if=/dev/urandom of=/dev/vda bs=4k count=1 conv=notrunc \\
        seek=$(( ($n * 31) % 1024 )) 2>/dev/null
    n=$((n + 1))
    usleep 50000
done
"""


def make_initramfs(path, kernel):
    def octets(name):
        with open(name, "rb") as f:
            return f.read()

    modules = vmdata.module_order(kernel, MODULES)
    entries = [(d, stat.S_IFDIR | 0o755, b"") for d in ("bin", "dev", "modules", "proc", "sys")]
    entries += [(f"modules/{n}.ko", stat.S_IFREG | 0o644, octets(p)) for n, p in modules]
    entries += [
        ("modules/order", stat.S_IFREG | 0o644, "\n".join(n for n, _ in modules).encode()),
        ("bin/busybox", stat.S_IFREG | 0o755, octets(need("busybox"))),
        ("init", stat.S_IFREG | 0o755, INIT.encode())]
    with open(path, "wb") as f:
        f.write(vmdata.cpio(entries))


class Boot:
    """Kernel and initramfs, made once."""

    def __init__(self, cache, folder):
        os.makedirs(cache, exist_ok=True)
        kernel = vmdata.make_kernel(cache)
        self.kernel = glob.glob(kernel + "/boot/vmlinuz-*")[0]
        self.initramfs = os.path.join(folder, "initramfs")
        make_initramfs(self.initramfs, kernel)


class Tap:
    """A port of a site's switch for one QEMU."""

    def __init__(self, site, name):
        with site.switch.entered():
            self.fd = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(self.fd, TUNSETIFF, struct.pack("16sH22x", name.encode(),
                                                        IFF_TAP | IFF_NO_PI))
        site.switch.ip(f"link set {name} master sw up")


class VirtualMachine:
    def __init__(self, lab, boot, number, memory_mib, disk):
        self.lab, self.boot, self.number, self.name = lab, boot, number, f"vm{number}"
        self.address, self.mac = LAN % (50 + number), bytes([2, 0, 0, 0, 0x63, 50 + number])
        self.memory_mib, self.octets = memory_mib, (memory_mib << 20) + len(disk)
        self.seen, self.taps, self.images, self.processes = [True, False], [], [], [None, None]
        self.going, self.wires = True, [None, None]
        self.locks = [threading.Lock() for _ in lab.sites]
        self.events = []        # (when, site, name) of QEMU's, as it dates them
        self.failing = 0        # how many of its moves are to fail
        for site in lab.sites:
            self.taps.append(Tap(site, f"g{number}"))
            self.images.append(lab.stage.write(site.path(self.name + ".img"), disk
                                               if site.i == 0 else b""))
            os.truncate(self.images[-1], len(disk))
            self.start(site.i, waits=site.i == 1)
        threading.Thread(target=self.supervise, daemon=True).start()

    @property
    def station(self):
        return mac(self.mac)

    def qmp(self, i, name="%h"):
        return os.path.join(self.lab.sites[i].folder, name + ".qmp")

    def start(self, i, waits):
        site = self.lab.sites[i]
        how = ["-incoming", "defer"] if waits else []
        args = [*site.hypervisor.inside, need("qemu-system-x86_64"), "-accel", "tcg", "-smp", "1",
                "-m", str(self.memory_mib), "-nodefaults", "-display", "none", "-no-reboot",
                "-serial", "file:" + site.path(self.name + ".console"), "-kernel",
                self.boot.kernel, "-initrd", self.boot.initramfs, "-append",
                "console=ttyS0 loglevel=7 print-fatal-signals=1 panic=-1 "
                f"guest={self.name} address={self.address} room={self.memory_mib // 2}",
                "-qmp", f"unix:{self.qmp(i, self.name)},server=on,wait=off",
                "-qmp", f"unix:{self.qmp(i, self.name + '-own')},server=on,wait=off",
                "-drive", f"id=disk0,if=none,file={self.images[i]},format=raw", "-device",
                "virtio-blk-pci,drive=disk0", "-netdev", f"tap,id=net0,fd={self.taps[i].fd}",
                "-device", f"virtio-net-pci,netdev=net0,mac={self.station}", *how]
        self.wires[i] = None
        self.processes[i] = Process(self.lab.stage, f"qemu-{self.name}-{site.name}-"
                                    f"{time.monotonic_ns()}", args, pass_fds=[self.taps[i].fd])

    def supervise(self):
        """Starts those anew that have ended, and hears what happens to the others."""
        while self.going:
            for i, p in enumerate(self.processes):
                if p is not None and p.proc.poll() is not None and self.going:
                    self.start(i, waits=True)
                if self.failing > 0 and i == 1:
                    self.fail()
                self.ask(i, "query-status")
            time.sleep(0.05)

    def fail(self):
        """Under its move to Remote, long before the moment of change, its QEMU there is gone."""
        told = self.ask(0, "query-migrate") or {}
        ram = told.get("ram", {})
        if told.get("status") == "active" and ram.get("remaining", 0) > ram["total"] // 4:
            self.failing -= 1
            self.processes[1].stop(signal.SIGKILL)

    def lose_idle(self):
        """Its QEMU at the site where it does not run is gone; False near its moment of change."""
        i = self.site
        told = self.ask(i, "query-migrate") if i != -1 else None
        ram = (told or {}).get("ram")
        if told is None or (ram is not None and told["status"] != "completed" and
                            ram["remaining"] <= ram["total"] // 4):
            return False
        self.processes[1 - i].stop(signal.SIGKILL)
        return True

    def ask(self, i, command):
        """By the socket that is ours; None while nobody answers."""
        with self.locks[i]:
            try:
                if self.wires[i] is None:
                    self.wires[i] = self.connect(i)
                return self.call(i, self.wires[i], command)
            except (OSError, ValueError):
                self.wires[i] = None
                return None

    def connect(self, i):
        wire = socket.socket(socket.AF_UNIX)
        wire.settimeout(10)
        wire.connect(self.qmp(i, self.name + "-own"))
        talk = wire, wire.makefile("r")
        talk[1].readline()
        self.call(i, talk, "qmp_capabilities")
        return talk

    def call(self, i, talk, command):
        talk[0].sendall(json.dumps({"execute": command}).encode())
        while True:
            told = json.loads(talk[1].readline())
            if "return" in told or "error" in told:
                return told.get("return")
            at = told["timestamp"]
            self.events.append((at["seconds"] + at["microseconds"] / 1e6, i, told["event"]))

    def stood_s(self):
        """Of each of its moves, to which site, and seconds that it ran nowhere."""
        moves, stop = [], None
        for at, i, name in sorted(self.events):
            if name == "STOP":
                stop = at, i
            elif name == "RESUME" and stop is not None:
                if i != stop[1]:
                    moves.append((i, at - stop[0]))
                stop = None
        return moves

    @property
    def disk_at(self):
        """Sites whose disk is that of the machine."""
        if any(job.get("ready") for job in self.ask(0, "query-block-jobs") or []) \
                or self.stood_s():
            return {0, 1}
        return {0}

    @property
    def site(self):
        """Where it runs; -1: nowhere at this moment."""
        for i in (0, 1):
            if (self.ask(i, "query-status") or {}).get("status") == "running":
                return i
        return -1

    def works(self):
        """Waits until it has booted and its memory is busy."""
        path = self.lab.sites[0].path(self.name + ".console")

        def full():
            if not os.path.exists(path):
                return False
            with open(path, encoding="utf-8", errors="replace") as f:
                return "guest: full" in f.read()
        eventually(full, 300, f"{self.name} to boot")

    def broke(self):
        """What its consoles say of processes, or of its system, that died by themselves."""
        said = []
        for site in self.lab.sites:
            path = site.path(self.name + ".console")
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="replace") as f:
                    said += BROKEN.findall(f.read())
        return said

    def close(self):
        self.going = False


def present():
    """May virtual machines be had here?"""
    return shutil.which("qemu-system-x86_64") is not None \
        and shutil.which("busybox") is not None and subprocess.run(
            ["apt-cache", "show", "linux-image-cloud-amd64"], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, check=False).returncode == 0
