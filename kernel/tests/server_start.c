/*
 * This file and its contents are supplied under the terms of the
 * Common Development and Distribution License ("CDDL"), version 1.0.
 * You may only use this file in accordance with the terms of version
 * 1.0 of the CDDL.
 *
 * A full copy of the text of the CDDL should have accompanied this
 * source.  A copy of the CDDL is also available via the Internet at
 * http://www.illumos.org/license/CDDL.
 */

/*
 * Copyright 2026 The unet Authors
 */

/*
 * A server's life: it takes its place, refuses places that are not its own,
 * replaces what a dead one left, is the only one, lets in whom it should, and
 * goes without a trace.  And what hk_connect() says when there is none.
 */

#include <sys/file.h>

#include "srv.h"

#define	NOBODY	65534

static char said[4096];

static int
start(char *path, char *option, char *value, uid_t uid)
{
	char *args[] = { "unethostd", "-s", path, option, value, NULL };

	return (srv_run(args, uid, said, sizeof (said)));
}

static int
says(const char *text)
{
	if (strstr(said, text) != NULL)
		return (1);
	printf("# it says: %s", said);
	return (0);
}

static mode_t
mode_of(const char *path)
{
	struct stat st;

	return (lstat(path, &st) == 0 ? (st.st_mode & 0777) : 0);
}

static void
terminate(pid_t pid, int sig)
{
	need(pid > 1, "there is a server");
	(void) kill(pid, sig);
	drv_until(srv_gone(pid), "it ends");
}

static void
test_usage(void)
{
	char *unknown[] = { "unethostd", "-x", NULL };
	char *missing[] = { "unethostd", "-s", NULL };
	char *more[] = { "unethostd", "-f", "operand", NULL };
	char *user[] = { "unethostd", "-a", "12x", NULL };

	is(srv_run(unknown, 0, said, sizeof (said)), 2, "unknown option");
	ok(says("usage: unethostd"), "usage");
	is(srv_run(missing, 0, said, sizeof (said)), 2, "no argument");
	is(srv_run(more, 0, said, sizeof (said)), 2, "an operand");
	is(srv_run(user, 0, said, sizeof (said)), 2, "not a user");
	ok(says("12x: not a user id"), "says so");
}

static void
test_life(void)
{
	char dir[128], sock[192], lock[256], pidfile[256], line[32] = "";
	char *args[] = { "unethostd", "-s", sock, "-P", pidfile, NULL };
	FILE *file;
	pid_t pid;

	(void) snprintf(dir, sizeof (dir), "%s/new", srv_dir);
	(void) snprintf(sock, sizeof (sock), "%s/s", dir);
	(void) snprintf(lock, sizeof (lock), "%s.lock", sock);
	(void) snprintf(pidfile, sizeof (pidfile), "%s/pid", srv_dir);
	(void) strcpy(srv_sock, sock);

	is(hk_connect(sock), -ENOENT, "no server: ENOENT");
	is(srv_run(args, 0, said, sizeof (said)), 0, "a server starts");
	is(strlen(said), 0, "quietly");
	is(mode_of(dir), 0700, "in a directory of its own");
	is(mode_of(sock), 0600, "with a socket of its own");
	pid = srv_pid();
	ok(pid > 1 && !srv_gone(pid), "its pid is in the lock");
	file = fopen(pidfile, "r");
	ok(file != NULL && fgets(line, sizeof (line), file) != NULL &&
	    atoi(line) == pid, "and in the pid file");
	if (file != NULL)
		(void) fclose(file);
	srv_connect();

	is(start(sock, NULL, NULL, 0), 3, "a second server is refused");
	(void) snprintf(line, sizeof (line), "already running (pid %d)", pid);
	ok(says(line), "with the pid of the first");
	is(hk_getfl(drv_ctl) & O_ACCMODE, O_RDWR, "which is there still");

	(void) hk_halt(drv_kernel);
	terminate(pid, SIGTERM);
	ok(!srv_exists(sock) && !srv_exists(lock) && !srv_exists(pidfile),
	    "and leaves nothing behind");

	is(start(sock, NULL, NULL, 0), 0, "another one starts");
	srv_connect();
	(void) drv_create("start0");
	pid = srv_pid();
	terminate(pid, SIGINT);
	ok(!srv_exists(sock) && !srv_exists(lock),
	    "links and clients notwithstanding");
	is(hk_getfl(drv_ctl), -ECONNRESET, "the client's files: ECONNRESET");
	is(hk_open(drv_kernel, "/dev/hk", O_RDWR), -ENOENT,
	    "and it can open no more");
	(void) hk_halt(drv_kernel);
}

static void
test_stale(void)
{
	char lock[256];
	pid_t pid;

	(void) snprintf(lock, sizeof (lock), "%s.lock", srv_sock);
	is(start(srv_sock, NULL, NULL, 0), 0, "a server starts");
	pid = srv_pid();
	terminate(pid, SIGKILL);
	ok(srv_exists(srv_sock) && srv_exists(lock), "it leaves its socket");
	is(hk_connect(srv_sock), -ECONNREFUSED, "stale: ECONNREFUSED");
	is(start(srv_sock, NULL, NULL, 0), 0, "the next one replaces it");
	ok(srv_pid() != pid, "it is another");
	srv_connect();
	srv_shutdown();
}

/*
 * Many at once: one of them is the server, and when any of them has ended, it
 * accepts connections.
 */
static void
be_starter(void *arg)
{
	(void) arg;
	srv_say(start(srv_sock, NULL, NULL, 0));
	srv_say(hk_connect(srv_sock) > 0);
}

static void
test_race(void)
{
	srv_child_t child[8];
	int i, served = 0, taken = 0, connected = 0;
	long long status;

	for (i = 0; i < 8; i++)
		child[i] = srv_fork(be_starter, NULL);
	for (i = 0; i < 8; i++) {
		status = srv_hear(&child[i]);
		served += (status == 0);
		taken += (status == 3);
		connected += (srv_hear(&child[i]) == 1);
		(void) srv_wait(&child[i]);
	}
	is(served, 1, "of eight servers, one starts");
	is(taken, 7, "the others find it running");
	is(connected, 8, "and all who started one can connect");
	srv_connect();
	srv_shutdown();
}

static void
test_places(void)
{
	char path[512], file[128], link[sizeof (path) + 8];
	int fd, i;

	(void) snprintf(file, sizeof (file), "%s/file", srv_dir);
	fd = open(file, O_CREAT | O_WRONLY, 0600);
	(void) write(fd, "precious", 8);
	(void) close(fd);
	is(start(file, NULL, NULL, 0), 1, "a file is in the place");
	ok(says("is there and is not a socket"), "says so");
	ok(srv_exists(file), "and is left alone");
	is(hk_connect(file), -ECONNREFUSED, "nobody serves a file");

	(void) snprintf(path, sizeof (path), "%s/no/such/s", srv_dir);
	is(start(path, NULL, NULL, 0), 1, "no directory to make one in");
	ok(says("No such file or directory"), "says so");

	(void) snprintf(path, sizeof (path), "%s/open", srv_dir);
	(void) mkdir(path, 0700);
	(void) chmod(path, 0777);
	(void) strcat(path, "/s");
	is(start(path, NULL, NULL, 0), 1, "a directory open to all");
	ok(says("is writable for other users"), "says so");

	(void) snprintf(path, sizeof (path), "%s/dangling", srv_dir);
	(void) snprintf(link, sizeof (link), "%s.lock", path);
	(void) symlink(file, link);
	is(start(path, NULL, NULL, 0), 1, "a link in place of the lock");
	(void) unlink(link);

	(void) snprintf(path, sizeof (path), "%s/", srv_dir);
	for (i = 0; i < 120; i++)
		(void) strcat(path, "x");
	is(start(path, NULL, NULL, 0), 1, "a path too long for a socket");
	ok(says("longer than the 107 bytes"), "says so");
	is(hk_connect(path), -ENAMETOOLONG, "for a client: ENAMETOOLONG");
}

/*
 * Another program's socket is not ours to remove, if it serves it.
 */
static void
test_served(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void) snprintf(addr.sun_path, sizeof (addr.sun_path), "%s/stream",
	    srv_dir);
	need(bind(sock, (struct sockaddr *)&addr, sizeof (addr)) == 0 &&
	    listen(sock, 4) == 0, "another program's socket");
	is(start(addr.sun_path, NULL, NULL, 0), 1, "it is served already");
	ok(says("is served by another program"), "says so");
	is(hk_connect(addr.sun_path), -EPROTO, "for a client: EPROTO");
	(void) close(sock);
}

/*
 * A server that speaks another version, or something else altogether.
 */
static void
be_other_server(void *arg)
{
	const hkp_msg_t *answer = arg;
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	hkp_msg_t msg;
	int sock = socket(AF_UNIX, SOCK_SEQPACKET, 0), conn;

	(void) strcpy(addr.sun_path, srv_sock);
	(void) unlink(srv_sock);
	if (bind(sock, (struct sockaddr *)&addr, sizeof (addr)) != 0 ||
	    listen(sock, 4) != 0)
		_exit(1);
	srv_say(0);
	conn = accept(sock, NULL, NULL);
	(void) recv(conn, &msg, sizeof (msg), 0);
	(void) send(conn, answer, sizeof (*answer), 0);
	(void) close(conn);
}

static void
test_version(void)
{
	hkp_msg_t answer = {
		.hm_op = HKP_REPLY,
		.hm_addr = HKP_HANDSHAKE + 1
	};
	srv_child_t child;
	hkp_msg_t msg = { .hm_op = HKP_HELLO, .hm_addr = HKP_HANDSHAKE + 1 };
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int sock;

	(void) snprintf(srv_sock, sizeof (srv_sock), "%s/v", srv_dir);
	child = srv_fork(be_other_server, &answer);
	(void) srv_hear(&child);
	is(hk_connect(srv_sock), -EPROTO, "a server of another version");
	(void) srv_wait(&child);

	answer.hm_addr = 0;
	answer.hm_op = HKP_CLOSE;
	child = srv_fork(be_other_server, &answer);
	(void) srv_hear(&child);
	is(hk_connect(srv_sock), -EPROTO, "a server that talks nonsense");
	(void) srv_wait(&child);
	(void) unlink(srv_sock);

	srv_start_with(NULL);
	sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	(void) strcpy(addr.sun_path, srv_sock);
	need(connect(sock, (struct sockaddr *)&addr, sizeof (addr)) == 0,
	    "a client of another version connects");
	(void) send(sock, &msg, sizeof (msg), 0);
	is(recv(sock, &msg, sizeof (msg), 0), sizeof (msg), "it is answered");
	is(msg.hm_result, -EPROTO, "EPROTO");
	is(msg.hm_addr, HKP_HANDSHAKE, "with the server's version");
	is(recv(sock, &msg, sizeof (msg), 0), 0, "and that is all");
	(void) close(sock);
	srv_connect();
	srv_shutdown();
}

/*
 * Users.  The child is somebody else from here on.
 */
static void
become(uid_t uid)
{
	if (setgid(uid) != 0 || setuid(uid) != 0)
		_exit(1);
}

static void
be_stranger(void *arg)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	hkp_msg_t msg;
	int sock;

	(void) arg;
	become(NOBODY);
	srv_say(hk_connect(srv_sock));
	sock = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	(void) strcpy(addr.sun_path, srv_sock);
	srv_say(connect(sock, (struct sockaddr *)&addr, sizeof (addr)));
	(void) memset(&msg, 0, sizeof (msg));
	srv_say(recv(sock, &msg, sizeof (msg), 0));
	srv_say(msg.hm_result);
	srv_say(hk_connect(srv_sock));
}

static void
test_stranger(void)
{
	srv_child_t child;

	srv_start_with(NULL);
	(void) chmod(srv_dir, 0711);
	child = srv_fork(be_stranger, NULL);
	is(srv_hear(&child), -EACCES, "another user's server: EACCES");
	is(srv_hear(&child), -1, "the socket keeps them out");
	(void) srv_hear(&child);
	(void) srv_hear(&child);
	(void) srv_hear(&child);
	(void) srv_wait(&child);

	(void) chmod(srv_sock, 0666);
	child = srv_fork(be_stranger, NULL);
	is(srv_hear(&child), -EACCES, "with the socket open to all: EACCES");
	is(srv_hear(&child), 0, "they connect");
	is(srv_hear(&child), sizeof (hkp_msg_t), "the server answers");
	is(srv_hear(&child), -EACCES, "EACCES");
	is(srv_hear(&child), -EACCES, "whenever they try");
	(void) srv_wait(&child);
	srv_connect();
	srv_shutdown();
	(void) chmod(srv_dir, 0700);
}

/*
 * One whom -a lets in has no privileges, copies by messages and waits for a
 * descriptor of his own; what is theirs to open works.
 */
static void
be_guest(void *arg)
{
	unet_ioc_create_t uic;
	uint8_t buf[2048];
	uint64_t count;
	struct pollfd pfd = { .events = POLLIN };
	int fd;

	(void) arg;
	become(NOBODY);
	drv_kernel = hk_connect(srv_sock);
	srv_say(drv_kernel > 0);
	drv_ctl = hk_open(drv_kernel, UNET_CTL_PATH, O_RDWR);
	drv_hk = hk_open(drv_kernel, "/dev/hk", O_RDWR);
	srv_say(drv_hk > 0);
	drv_create_init(&uic, "guest1");
	srv_say(drv_ctl < 0 ? drv_ctl :
	    hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic));
	srv_say(hk_ioctl(drv_hk, HK_IOC_SHUTDOWN, NULL));
	srv_say(drv_open("root0", O_RDWR));
	fd = drv_open("guest0", DRV_RDWR);
	srv_say(fd > 0);
	pfd.fd = hk_pollfd(fd);
	srv_say(pfd.fd >= 0);
	srv_say(hk_pollarm(fd, POLLIN));
	srv_say(poll(&pfd, 1, 60 * 1000));
	srv_say(read(pfd.fd, &count, sizeof (count)));
	srv_say(hk_read(fd, (void *)8, sizeof (buf)));
	srv_say(hk_read(fd, buf, sizeof (buf)));
	srv_say(drv_number(buf));
	srv_say(hk_close(fd));
}

static void
test_guest(void)
{
	char user[32], log[128];
	char *args[] = { "unethostd", "-s", srv_sock, "-l", log, "-a", user,
	    NULL };
	unet_ioc_create_t uic;
	uint8_t out[128];
	srv_child_t child;
	uint32_t linkid;
	int port;

	(void) snprintf(user, sizeof (user), "%u", NOBODY);
	(void) snprintf(log, sizeof (log), "%s/log", srv_dir);
	is(srv_run(args, 0, said, sizeof (said)), 0, "a server with a guest");
	is(mode_of(srv_sock), 0666, "anybody can knock");
	is(mode_of(srv_dir), 0711, "and find it");
	srv_connect();
	drv_create_init(&uic, "guest0");
	uic.uic_owner = NOBODY;
	is(hk_ioctl(drv_ctl, UNET_IOC_CREATE, &uic), 0, "the guest's link");
	linkid = uic.uic_hdr.uih_linkid;
	(void) drv_create("root0");
	drv_plumb(linkid, "guest", 0);
	port = drv_port("guest");

	child = srv_fork(be_guest, NULL);
	is(srv_hear(&child), 1, "the guest connects");
	is(srv_hear(&child), 1, "opens /dev/hk");
	is(srv_hear(&child), -EPERM, "may create nothing");
	is(srv_hear(&child), -EPERM, "nor end the server");
	is(srv_hear(&child), -EACCES, "nor open the link of another");
	is(srv_hear(&child), 1, "but the link that is theirs");
	is(srv_hear(&child), 1, "has a descriptor to wait for");
	is(srv_hear(&child), 0, "armed");
	(void) drv_frame(out, drv_mac, drv_peer, 77, 100);
	is(hk_write(port, out, 100), 100, "a frame comes");
	is(srv_hear(&child), 1, "the descriptor says so");
	is(srv_hear(&child), 8, "with 8 bytes");
	is(srv_hear(&child), -EFAULT, "a bad address is EFAULT");
	is(srv_hear(&child), 100, "the frame is read");
	is(srv_hear(&child), 77, "that one");
	is(srv_hear(&child), 0, "closed");
	(void) srv_wait(&child);
	srv_shutdown();
	srv_check_log();
}

/*
 * A server of somebody who is neither we nor root has no business with our
 * memory; and places of other users are not ours to serve.
 */
static void
test_other_users(void)
{
	char dir[96], sock[128], lock[160];
	pid_t pid;

	(void) chmod(srv_dir, 0711);
	(void) snprintf(dir, sizeof (dir), "%s/nobody", srv_dir);
	(void) mkdir(dir, 0700);
	(void) chown(dir, NOBODY, NOBODY);
	(void) snprintf(sock, sizeof (sock), "%s/s", dir);
	is(start(sock, NULL, NULL, 0), 1, "a directory of another user");
	ok(says("belongs to another user (uid 65534)"), "says so");

	is(start(sock, NULL, NULL, NOBODY), 0, "their own server");
	is(hk_connect(sock), -EACCES, "is not for us: EACCES");
	(void) strcpy(srv_sock, sock);
	pid = srv_pid();
	terminate(pid, SIGTERM);

	(void) snprintf(dir, sizeof (dir), "%s/sticky", srv_dir);
	(void) mkdir(dir, 0700);
	(void) chmod(dir, 01777);
	(void) snprintf(sock, sizeof (sock), "%s/s", dir);
	(void) snprintf(lock, sizeof (lock), "%s.lock", sock);
	is(start(sock, NULL, NULL, 0), 0, "a server where all may write");
	(void) strcpy(srv_sock, sock);
	pid = srv_pid();
	is(start(sock, NULL, NULL, NOBODY), 1, "another user's server there");
	ok(says("s.lock belongs to another user (uid 0)"), "says so");
	terminate(pid, SIGKILL);
	(void) unlink(lock);
	is(start(sock, NULL, NULL, NOBODY), 1, "where another's socket is");
	ok(says("s belongs to another user (uid 0)"), "says so");
	is(start(sock, NULL, NULL, 0), 0, "its owner may replace it");
	pid = srv_pid();
	terminate(pid, SIGTERM);
}

int
main(void)
{
	srv_make_dir();
	test_usage();
	test_life();
	test_stale();
	test_race();
	test_places();
	test_served();
	test_version();
	if (getuid() == 0) {
		test_stranger();
		test_guest();
		test_other_users();
	} else {
		tap_skip("other users", "wants root, to be somebody else");
	}
	return (tap_done());
}
