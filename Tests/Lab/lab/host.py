"""A host of the lab: its own network, mounts, processes and name, on the machine's own files."""

import os
import re
import signal
import socket
import subprocess

from . import linux
from .wait import Failure, until

# What a host has for itself; everything else is the machine's own, and hosts only read it.
_OWN_PLACES = ("run", "etc/keepalived", "etc/nginx", "var/log", "var/lib/nginx")


class Process:
    """A process that was started on a host, with everything it printed."""

    def __init__(self, popen, arguments, log_path):
        self.popen = popen
        self.arguments = arguments
        self.log_path = log_path

    @property
    def pid(self):
        return self.popen.pid

    @property
    def running(self):
        return self.popen.poll() is None

    @property
    def log(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()

    def signal(self, number):
        if self.running:
            self.popen.send_signal(number)

    def wait(self, timeout):
        try:
            return self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            raise Failure(f"{' '.join(self.arguments)} did not end within {timeout:g} s\n{self.log}") from None

    def tree(self):
        """The process and its descendants."""
        found, pending = [], [self.pid]
        while pending:
            pid = pending.pop()
            found.append(pid)
            try:
                for task in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{task}/children") as file:
                        pending.extend(int(child) for child in file.read().split())
            except OSError:
                continue
        return found

    def kill_tree(self):
        """SIGKILL to the process and all its descendants, none of which gets to run in between."""
        tree = self.tree()
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in tree:
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass
        self.popen.wait(10)

    def stop(self, timeout=15):
        """SIGTERM, and the exit status."""
        self.signal(signal.SIGTERM)
        return self.wait(timeout)


class Host:
    """One machine of the lab."""

    def __init__(self, name, directory):
        self.name = name
        self.directory = os.path.join(directory, name)
        self.processes = []
        os.makedirs(self.directory)
        self._own = {kind: os.open(f"/proc/self/ns/{kind}", os.O_RDONLY) for kind in ("net", "pid")}
        self._keeper, self.init = self._make()
        self._namespaces = {
            kind: os.open(f"/proc/{self.init}/ns/{kind}", os.O_RDONLY) for kind in ("net", "mnt", "uts", "pid")}

    def _make(self):
        """Starts the host's first process; its number and that of the one that made the namespaces.

        Without a single program being started: in the lab kernel each would take as long as everything else here.
        """
        for place in _OWN_PLACES:
            os.makedirs(os.path.join(self.directory, place))
        answer, said = os.pipe()
        keeper = os.fork()
        if keeper == 0:
            try:
                # A lab that dies by whatever means takes its hosts with it: no namespace is ever left behind.
                linux.die_with_parent(signal.SIGKILL)
                self._keep(said)
            except OSError as error:
                os.write(said, str(error).encode())
            finally:
                os._exit(1)
        os.close(said)
        with os.fdopen(answer) as file:
            words = file.readline().split()
        if len(words) != 2 or words[0] != "ready":
            os.waitpid(keeper, 0)
            raise Failure(f"the host {self.name} could not be set up: {' '.join(words) or 'no answer'} (are we root?)")
        return keeper, int(words[1])

    def _keep(self, said):
        linux.unshare(linux.CLONE_NEWNET | linux.CLONE_NEWNS | linux.CLONE_NEWUTS | linux.CLONE_NEWPID)
        linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
        for place in _OWN_PLACES:
            if os.path.isdir(f"/{place}"):
                linux.mount(os.path.join(self.directory, place), f"/{place}", None, linux.MS_BIND)
        socket.sethostname(self.name)
        linux.set_interface_up("lo")
        mounted, can_go_on = os.pipe()
        first = os.fork()
        if first == 0:
            # The host's first process. Ignoring SIGCHLD makes the kernel bury what is orphaned here, and when this
            # ends the kernel ends everything else on the host.
            linux.die_with_parent(signal.SIGKILL)
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
            linux.mount("proc", "/proc", "proc")
            linux.mount("sysfs", "/sys", "sysfs")
            os.write(can_go_on, b"x")
            while True:
                signal.pause()
        os.close(can_go_on)
        if os.read(mounted, 1) != b"x":
            raise OSError("its first process ended")
        os.write(said, f"ready {first}\n".encode())
        os.close(said)
        os.waitpid(first, 0)

    # Files

    def path(self, path):
        """Where a file of the host (below /run, /etc/keepalived, /etc/nginx, /var/log) is for the lab."""
        return os.path.join(self.directory, path.lstrip("/"))

    def write(self, path, text, mode=0o644):
        place = self.path(path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        data = text if isinstance(text, bytes) else text.encode()
        with open(place, "wb") as file:
            file.write(data)
        os.chmod(place, mode)
        return path

    def read(self, path):
        with open(self.path(path), errors="replace") as file:
            return file.read()

    # Processes

    def start(self, arguments, log=None, environment=None):
        """Starts a program on the host and returns at once."""
        arguments = [str(argument) for argument in arguments]
        log_path = self.path(log or f"/run/{len(self.processes)}-{os.path.basename(arguments[0])}.log")
        process = Process(self._spawn(arguments, open(log_path, "ab"), environment, subprocess.STDOUT),
                          arguments, log_path)
        self.processes.append(process)
        return process

    def run(self, arguments, check=True, timeout=60, environment=None, input=None, only_network=False):
        """Runs a program on the host to its end. With `check`, a status other than 0 is a failure.

        `only_network`: on the host's network, but with the files and process numbers of the lab.
        """
        arguments = [str(argument) for argument in arguments]
        popen = self._spawn(arguments, subprocess.PIPE, environment, subprocess.PIPE,
                            subprocess.PIPE if input is not None else subprocess.DEVNULL, only_network)
        try:
            output, errors = popen.communicate(input.encode() if input is not None else None, timeout)
        except subprocess.TimeoutExpired:
            popen.kill()
            popen.communicate()
            raise Failure(f"on {self.name}: {' '.join(arguments)} did not end within {timeout:g} s") from None
        result = subprocess.CompletedProcess(
            arguments, popen.returncode, output.decode(errors="replace"), errors.decode(errors="replace"))
        if check and result.returncode != 0:
            raise Failure(f"on {self.name}: {' '.join(arguments)} ended with status {result.returncode}\n"
                          f"{result.stdout}{result.stderr}")
        return result

    def shell(self, script, **options):
        return self.run(["bash", "-ec", script], **options)

    def _spawn(self, arguments, output, environment, errors, input=subprocess.DEVNULL, only_network=False):
        def enter():
            linux.setns(self._namespaces["net"], linux.CLONE_NEWNET)
            if not only_network:
                linux.setns(self._namespaces["uts"], linux.CLONE_NEWUTS)
                linux.setns(self._namespaces["mnt"], linux.CLONE_NEWNS)
            linux.use_no_huge_pages()
            os.chdir("/")

        # The child is born in the host's PID namespace but stays our child: its number is ours, so are its signals.
        birth = self._own["pid"] if only_network else self._namespaces["pid"]
        with linux.entered(birth, self._own["pid"], linux.CLONE_NEWPID):
            popen = subprocess.Popen(
                arguments, stdin=input, stdout=output, stderr=errors, start_new_session=True, preexec_fn=enter,
                env={**os.environ, **(environment or {})})
        if hasattr(output, "close"):
            output.close()
        return popen

    # Network

    def socket(self, family=socket.AF_INET, kind=socket.SOCK_STREAM, protocol=0):
        """A socket of this process on the host's network."""
        with linux.entered(self._namespaces["net"], self._own["net"], linux.CLONE_NEWNET):
            return socket.socket(family, kind, protocol)

    def proc_net(self, name):
        with open(f"/proc/{self.init}/net/{name}") as file:
            return file.read()

    def holds(self, address):
        """Whether the address is one of the host's own, read from the kernel without starting a program."""
        if ":" in address:
            packed = socket.inet_pton(socket.AF_INET6, address).hex()
            return any(line.startswith(packed) for line in self.proc_net("if_inet6").splitlines())
        trie = self.proc_net("fib_trie")
        return re.search(rf"\|-- {re.escape(address)}\n\s+/32 host LOCAL", trie) is not None

    def hardware_address(self, interface):
        text = self.run(["ip", "-o", "link", "show", interface]).stdout
        return re.search(r"link/ether ([0-9a-f:]+)", text).group(1)

    def addresses(self, interface):
        """`ip -o address` lines of one interface, cut to what an admin reads: address, prefix, flags, label."""
        text = self.run(["ip", "-o", "address", "show", "dev", interface]).stdout
        return [line.split(None, 2)[2].split("\\")[0].strip() for line in text.splitlines()]

    def close(self):
        for process in self.processes:
            if process.running:
                process.popen.kill()
        os.kill(self.init, signal.SIGKILL)
        # These are our children, and the host's first process cannot end before we have taken note of their end.
        for process in self.processes:
            process.popen.wait()
        os.waitpid(self._keeper, 0)
        for descriptor in (*self._own.values(), *self._namespaces.values()):
            os.close(descriptor)


def wait_for_port(host, address, port, timeout=20):
    """Until something listens there."""
    def listening():
        with host.socket() as attempt:
            attempt.settimeout(1)
            return attempt.connect_ex((address, port)) == 0

    until(listening, f"{host.name} listens on {address}:{port}", timeout)
