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
 * unethostd: one hosted kernel, served to the processes of this machine through
 * a Unix socket.
 *
 *	unethostd [-fm] [-a user] [-l log] [-P pidfile] [-s socket]
 *
 *	-a user		let this user (name or number) connect too; may be
 *			repeated
 *	-f		stay in the foreground
 *	-l log		append messages to this file
 *	-m		copy by messages always, never process_vm_readv(2)
 *	-P pidfile	write the pid there, too
 *	-s socket	default: unethostd.sock in $UNET_RUNTIME_DIR, or for
 *			root /run/unet, or $XDG_RUNTIME_DIR/unet, or
 *			/tmp/unet-<uid>
 *
 * Without -f the command returns when the socket accepts connections, so that
 * who starts a server need not wait for it.  Exit status: 0, it runs (-f: it
 * has ended in order); 1, it could not, or left something behind; 2, usage; 3,
 * it is running already (its socket accepts connections).
 *
 * SIGTERM, SIGINT, SIGHUP and HK_IOC_SHUTDOWN end it: no more connections are
 * accepted, those there are end, the kernel is halted with all its links and
 * interfaces, socket and lock are removed, and then SHUTDOWN is answered.
 */

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "server.h"
#include "api.h"

#define	EXIT_USAGE	2
#define	EXIT_RUNNING	3

/*
 * Descriptors that a kernel without connections wants, and that each connection
 * takes: socket, pidfd, wake-up, relay.
 */
#define	FDS_BASE	64
#define	FDS_CONN	5

srv_t srv = {
	.sv_lock = PTHREAD_MUTEX_INITIALIZER,
	.sv_cv = PTHREAD_COND_INITIALIZER
};

typedef struct options {
	char	socket[PATH_MAX];
	char	log[PATH_MAX];
	char	pidfile[PATH_MAX];
	int	foreground;
} options_t;

/*
 * Who started us reads here, until we are ready: messages, and one byte, the
 * exit status.
 */
static int start_stderr = -1;
static int start_pipe = -1;

static void
message(int fd, const char *format, va_list args)
{
	char text[1024];
	int n;

	n = vsnprintf(text, sizeof (text), format, args);
	if (n < 0)
		return;
	(void) dprintf(fd, "unethostd: %s\n", text);
}

/*
 * A line for the log, with the time.
 */
void
srv_log(const char *format, ...)
{
	char when[32], text[1024];
	struct tm tm;
	time_t now = time(NULL);
	va_list args;

	va_start(args, format);
	(void) vsnprintf(text, sizeof (text), format, args);
	va_end(args);
	(void) strftime(when, sizeof (when), "%Y-%m-%dT%H:%M:%SZ",
	    gmtime_r(&now, &tm));
	(void) dprintf(STDERR_FILENO, "%s unethostd[%d]: %s\n", when,
	    (int)getpid(), text);
}

/*
 * The start failed.
 */
static void die(int, const char *, ...)
    __attribute__((__noreturn__, __format__(__printf__, 2, 3)));

static void
die(int status, const char *format, ...)
{
	unsigned char byte = (unsigned char)status;
	va_list args;

	va_start(args, format);
	message(start_stderr >= 0 ? start_stderr : STDERR_FILENO, format, args);
	va_end(args);
	place_leave();
	if (start_pipe >= 0)
		(void) write(start_pipe, &byte, 1);
	_exit(status);
}

static void usage(void) __attribute__((__noreturn__));

static void
usage(void)
{
	(void) fprintf(stderr, "usage: unethostd [-fm] [-a user] [-l log] "
	    "[-P pidfile] [-s socket]\n");
	exit(EXIT_USAGE);
}

/*
 * An absolute path: a daemon's directory is the root.
 */
static void
absolute(char *to, const char *path)
{
	char cwd[PATH_MAX] = "";
	int n;

	if (*path == '\0')
		die(EXIT_FAILURE, "a path must not be empty");
	if (*path != '/' && getcwd(cwd, sizeof (cwd)) == NULL)
		die(EXIT_FAILURE, "current directory: %s", strerror(errno));
	n = snprintf(to, PATH_MAX, "%s%s%s", cwd, *path == '/' ? "" : "/",
	    path);
	if (n >= PATH_MAX)
		die(EXIT_FAILURE, "%s: path is too long", path);
}

static void
default_socket(char *to)
{
	const char *dir = getenv("UNET_RUNTIME_DIR");
	const char *xdg = getenv("XDG_RUNTIME_DIR");
	char path[PATH_MAX];
	int n;

	if (dir != NULL && *dir != '\0')
		n = snprintf(path, sizeof (path), "%s/unethostd.sock", dir);
	else if (geteuid() == 0)
		n = snprintf(path, sizeof (path), "/run/unet/unethostd.sock");
	else if (xdg != NULL && *xdg != '\0')
		n = snprintf(path, sizeof (path), "%s/unet/unethostd.sock",
		    xdg);
	else
		n = snprintf(path, sizeof (path), "/tmp/unet-%u/unethostd.sock",
		    (unsigned int)geteuid());
	if (n >= PATH_MAX)
		die(EXIT_FAILURE, "the runtime directory's path is too long");
	absolute(to, path);
}

static void
allow(const char *user)
{
	struct passwd *pw;
	unsigned long uid;
	char *end;

	if (srv.sv_nallow == SRV_ALLOW_MAX)
		die(EXIT_USAGE, "more than %d users", SRV_ALLOW_MAX);
	if (isdigit((unsigned char)*user)) {
		errno = 0;
		uid = strtoul(user, &end, 10);
		if (*end != '\0' || errno != 0 || uid >= UINT_MAX)
			die(EXIT_USAGE, "%s: not a user id", user);
	} else {
		pw = getpwnam(user);
		if (pw == NULL)
			die(EXIT_USAGE, "%s: no such user", user);
		uid = pw->pw_uid;
	}
	srv.sv_allow[srv.sv_nallow++] = (uid_t)uid;
}

static void
parse(int argc, char **argv, options_t *opt)
{
	int c;

	while ((c = getopt(argc, argv, "a:fl:mP:s:")) != -1) {
		switch (c) {
		case 'a':
			allow(optarg);
			break;
		case 'f':
			opt->foreground = 1;
			break;
		case 'l':
			absolute(opt->log, optarg);
			break;
		case 'm':
			srv.sv_messages = 1;
			break;
		case 'P':
			absolute(opt->pidfile, optarg);
			break;
		case 's':
			absolute(opt->socket, optarg);
			break;
		default:
			usage();
		}
	}
	if (optind != argc)
		usage();
	if (opt->socket[0] == '\0')
		default_socket(opt->socket);
}

/*
 * Go on in a child.  The parent waits until it hears how that went.
 */
static void
background(void)
{
	unsigned char status = EXIT_FAILURE;
	int fds[2];
	ssize_t n;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) != 0)
		die(EXIT_FAILURE, "pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		die(EXIT_FAILURE, "fork: %s", strerror(errno));
	if (pid != 0) {
		(void) close(fds[1]);
		do {
			n = read(fds[0], &status, 1);
		} while (n < 0 && errno == EINTR);
		if (n != 1)
			(void) fprintf(stderr,
			    "unethostd: the server died as it started\n");
		_exit(status);
	}
	(void) close(fds[0]);
	start_pipe = fds[1];
	(void) setsid();
}

/*
 * Where messages go from now on.  The starter still sees what die() says.
 */
static void
redirect(const options_t *opt)
{
	int null, log;

	start_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		die(EXIT_FAILURE, "/dev/null: %s", strerror(errno));
	if (opt->log[0] != '\0') {
		log = open(opt->log, O_WRONLY | O_CREAT | O_APPEND |
		    O_NOFOLLOW | O_CLOEXEC, 0600);
		if (log < 0)
			die(EXIT_FAILURE, "%s: %s", opt->log, strerror(errno));
		(void) dup2(log, STDERR_FILENO);
		(void) close(log);
	} else if (!opt->foreground) {
		(void) dup2(null, STDERR_FILENO);
	}
	if (!opt->foreground) {
		(void) dup2(null, STDIN_FILENO);
		(void) dup2(null, STDOUT_FILENO);
	}
	if (null > STDERR_FILENO)
		(void) close(null);
}

/*
 * Let the starter go.
 */
static void
started(void)
{
	unsigned char status = EXIT_SUCCESS;

	(void) close(start_stderr);
	start_stderr = -1;
	if (start_pipe >= 0) {
		(void) write(start_pipe, &status, 1);
		(void) close(start_pipe);
		start_pipe = -1;
	}
}

/*
 * As many descriptors as we may have, and as many connections as they do for.
 */
static void
set_limits(void)
{
	struct rlimit rl = { .rlim_cur = 256 };

	if (getrlimit(RLIMIT_NOFILE, &rl) == 0 && rl.rlim_cur < rl.rlim_max) {
		rl.rlim_cur = rl.rlim_max;
		(void) setrlimit(RLIMIT_NOFILE, &rl);
		(void) getrlimit(RLIMIT_NOFILE, &rl);
	}
	srv.sv_max = SRV_CONN_MAX;
	if (rl.rlim_cur < FDS_BASE + FDS_CONN * SRV_CONN_MAX)
		srv.sv_max = rl.rlim_cur <= FDS_BASE + FDS_CONN ? 1 :
		    (unsigned int)((rl.rlim_cur - FDS_BASE) / FDS_CONN);
}

/*
 * Signals come through a descriptor, to the main thread; threads of the kernel
 * are made with them blocked.
 */
static int
take_signals(void)
{
	sigset_t set;
	int fd;

	(void) signal(SIGPIPE, SIG_IGN);
	(void) sigemptyset(&set);
	(void) sigaddset(&set, SIGTERM);
	(void) sigaddset(&set, SIGINT);
	(void) sigaddset(&set, SIGHUP);
	(void) sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		die(EXIT_FAILURE, "signalfd: %s", strerror(errno));
	return (fd);
}

/*
 * It took too long to end in order: leave without.  TAP interfaces go with us.
 */
static void
overdue(int sig)
{
	static const char text[] = "unethostd: could not halt in time\n";

	(void) sig;
	(void) write(STDERR_FILENO, text, sizeof (text) - 1);
	place_leave();
	_exit(EXIT_FAILURE);
}

static void
write_pidfile(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW |
	    O_CLOEXEC, 0644);

	if (fd < 0 || dprintf(fd, "%d\n", (int)getpid()) < 0)
		die(EXIT_FAILURE, "%s: %s", path, strerror(errno));
	(void) close(fd);
}

static void
start(const options_t *opt, int sigfd)
{
	char why[PATH_MAX + 256];
	pid_t pid;
	int error;

	switch (place_take(opt->socket, srv.sv_nallow != 0, &pid, why,
	    sizeof (why))) {
	case PLACE_OURS:
		break;
	case PLACE_TAKEN:
		die(EXIT_RUNNING, "already running (pid %d): %s", (int)pid,
		    opt->socket);
	default:
		die(EXIT_FAILURE, "%s", why);
	}
	error = place_pid();
	if (error != 0)
		die(EXIT_FAILURE, "%s.lock: %s", opt->socket, strerror(-error));
	if (opt->pidfile[0] != '\0')
		write_pidfile(opt->pidfile);

	srv.sv_kernel = hk_boot(opt->log[0] == '\0' && !opt->foreground ?
	    HK_BOOT_QUIET : 0);
	if (srv.sv_kernel < 0)
		die(EXIT_FAILURE, "cannot boot the kernel: %s",
		    strerror(-srv.sv_kernel));
	hk_api_serve(conn_shutdown_asked);
	srv.sv_listen = place_listen(srv.sv_nallow != 0 ? 0666 : 0600);
	if (srv.sv_listen < 0)
		die(EXIT_FAILURE, "%s: %s", opt->socket,
		    strerror(-srv.sv_listen));
	srv.sv_netns = conn_netns(srv.sv_listen);
	error = watch_init(sigfd);
	if (error != 0)
		die(EXIT_FAILURE, "epoll: %s", strerror(-error));
}

/*
 * End in order; the exit status.
 */
static int
end(const options_t *opt)
{
	unsigned int i;
	int error;

	(void) signal(SIGALRM, overdue);
	(void) alarm(SRV_HALT_TIME);
	place_close();
	conn_end_all();
	hk_api_serve(NULL);
	error = hk_halt(srv.sv_kernel);
	if (error != 0)
		srv_log("halt: %s", strerror(-error));
	else
		srv_log("halted");
	if (opt->pidfile[0] != '\0')
		(void) unlink(opt->pidfile);
	place_leave();
	for (i = 0; i < srv.sv_naskers; i++) {
		(void) conn_reply(srv.sv_askers[i].sock, srv.sv_askers[i].seq,
		    0);
		(void) close(srv.sv_askers[i].sock);
	}
	return (error == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

int
main(int argc, char **argv)
{
	static options_t opt;
	int sigfd;

	srv.sv_uid = geteuid();
	parse(argc, argv, &opt);
	if (!opt.foreground)
		background();
	sigfd = take_signals();
	redirect(&opt);
	if (chdir("/") != 0)
		die(EXIT_FAILURE, "/: %s", strerror(errno));
	set_limits();
	start(&opt, sigfd);
	started();
	srv_log("serving %s, up to %u connections", opt.socket, srv.sv_max);
	watch_run();
	return (end(&opt));
}
