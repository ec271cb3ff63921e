#define _GNU_SOURCE
#include "signals.h"
#include <signal.h>
#include <string.h>

static volatile sig_atomic_t raised;

static void note(int number) { raised = number; }

void csignals_catch(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = note;
    action.sa_flags = SA_RESTART; /* MPI and HDF5 need not know of it */
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    /* Who started this process may have blocked them. */
    sigset_t both;
    sigemptyset(&both);
    sigaddset(&both, SIGUSR1);
    sigaddset(&both, SIGTERM);
    sigprocmask(SIG_UNBLOCK, &both, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGXFSZ, &action, NULL);
}

void csignals_ignore_pipe(void) { signal(SIGPIPE, SIG_IGN); }

void csignals_raise(void) { raised = SIGTERM; }

int csignals_raised(void) { return raised; }
