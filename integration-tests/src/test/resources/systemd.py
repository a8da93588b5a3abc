"""Stands for systemd: has the sockets of a service, starts it, and prints what it is told.

Arguments: a folder, and the service's command, in which {0}, {1} and {2} are the ports of three sockets that listen.
Each line that is read is a word: "start" starts a process, the first one with the sockets; "stop" ends the main one.
"""

import os
import select
import signal
import socket
import struct
import sys

FIRST = 3


def listener():
    made = socket.socket()
    made.bind(("127.0.0.1", 0))
    made.listen(100)
    made.setblocking(False)
    return made


def say(*words):
    """In one piece: the service writes to the same place."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


folder, command = sys.argv[1], sys.argv[2:]
path = os.path.join(folder, "notify")
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind(path)
notify.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
notify.setblocking(False)
listeners = [listener() for _ in range(3)]
ports = [one.getsockname()[1] for one in listeners]
command = [word.format(*ports) for word in command]
main = None


def start():
    pid = os.fork()
    if pid:
        return pid
    if main is None:
        kept = [os.dup(one.fileno()) for one in listeners]  # behind those that are about to be replaced
        for i, one in enumerate(kept):
            os.dup2(one, FIRST + i, inheritable=True)
        os.environ["LISTEN_FDS"] = str(len(listeners))
        os.environ["LISTEN_PID"] = str(os.getpid())
    os.environ["NOTIFY_SOCKET"] = path
    os.execvp(command[0], command)


def told():
    """As systemd does, before it looks whether somebody has ended."""
    global main
    while True:
        try:
            text, about, _, _ = notify.recvmsg(4096, socket.CMSG_SPACE(12))
        except BlockingIOError:
            return
        sender = struct.unpack("3i", about[0][2])[0]
        state = dict(line.split("=", 1) for line in text.decode().split("\n"))
        main = int(state.get("MAINPID", main))
        say("told", sender, *text.decode().split("\n"))


def ended():
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        say("ended", pid, os.waitstatus_to_exitcode(status))


woken, wakes = socket.socketpair()
woken.setblocking(False)
wakes.setblocking(False)
signal.set_wakeup_fd(wakes.fileno())
signal.signal(signal.SIGCHLD, lambda *_: None)
say("listening", *ports)
while True:
    ready, _, _ = select.select([0, notify, woken], [], [])
    if woken in ready:
        woken.recv(4096)
    told()
    ended()
    if 0 in ready:
        word = sys.stdin.readline().strip()
        if word == "start":
            pid = start()
            main = main or pid
            say("started", pid)
        elif word == "stop":
            os.kill(main, signal.SIGTERM)
        else:
            sys.exit()
