// CSignals: signals that ask for an end raise a flag, also where the parent blocked them; a file's limit is no end, nor is
// a reader that has gone.
#define _GNU_SOURCE
#include "signals.h"
#include "checks.h"
#include <signal.h>

void check_signals(void) {
    sigset_t both;
    sigemptyset(&both);
    sigaddset(&both, SIGUSR1);
    sigaddset(&both, SIGTERM);
    sigprocmask(SIG_BLOCK, &both, NULL);
    REQUIRE(csignals_raised() == 0);
    csignals_catch();
    const int numbers[] = {SIGUSR1, SIGTERM};
    for (int i = 0; i < 2; i++) {
        raise(numbers[i]);
        REQUIRE(csignals_raised() == numbers[i]);
    }
    raise(SIGXFSZ);
    csignals_ignore_pipe();
    raise(SIGPIPE);
    REQUIRE(csignals_raised() == SIGTERM);
    raise(SIGUSR1);
    csignals_raise();
    REQUIRE(csignals_raised() == SIGTERM);
}
